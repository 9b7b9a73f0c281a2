"""The subcommands of ``rapport``, one module each, so that each loads only what it needs.

A door like the others: it parses, makes one call to a room, and prints.
"""
