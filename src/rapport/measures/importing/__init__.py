"""Taking a sessions file into a practice: all of it or nothing, and twice is the same as once.

It stands in this room because all that it writes is this room's own (scores, external scales) or
below it (members, clients, relationships, sessions). ``docs/reference/session-files.md`` states
the rules.
"""

from rapport.measures.importing.action import ImportReport, import_sessions

__all__ = ["ImportReport", "import_sessions"]
