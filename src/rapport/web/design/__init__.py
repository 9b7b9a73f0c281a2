"""The design system: tokens, components, charts and the small scripts that every door shares.

It holds no table, asks no room anything and decides nothing clinical: doors hand it the plain
values of :mod:`rapport.web.design.parts`, and it makes them into pages.
``docs/reference/design.md`` lists what there is.
"""
