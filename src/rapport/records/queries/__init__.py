"""Notes as plain rows: lists, one signed note to read, one draft to write on, templates."""

from rapport.records.queries.drafting import (
    Aside,
    TwoTexts,
    asides_of,
    cosigners_for,
    facts_of,
    sections_of,
    supervisors_of,
)
from rapport.records.queries.lists import (
    NotePage,
    Overview,
    PrivateNote,
    PrivatePage,
    note_of_session,
    notes_of,
    overview,
    psychotherapy_notes,
    search_own,
    to_cosign,
    waiting_to_cosign,
)
from rapport.records.queries.offering import own_templates, templates_for, usual_template
from rapport.records.queries.reading import (
    SignedNote,
    SigningRow,
    SinceCosigned,
    signed_note,
)
from rapport.records.queries.rows import NoteRow, rows_of

__all__ = [
    "Aside",
    "NotePage",
    "NoteRow",
    "Overview",
    "PrivateNote",
    "PrivatePage",
    "SignedNote",
    "SigningRow",
    "SinceCosigned",
    "TwoTexts",
    "asides_of",
    "cosigners_for",
    "facts_of",
    "note_of_session",
    "notes_of",
    "overview",
    "own_templates",
    "psychotherapy_notes",
    "rows_of",
    "search_own",
    "sections_of",
    "signed_note",
    "supervisors_of",
    "templates_for",
    "to_cosign",
    "usual_template",
    "waiting_to_cosign",
]
