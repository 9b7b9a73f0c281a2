"""Pure science: numbers and frozen dataclasses in and out.

No clock, no files beyond the instrument definitions shipped here, no Django and no room of
the house. Everything in this package can be used, tested and cited on its own.
"""
