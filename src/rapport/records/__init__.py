"""Notes: drafted, signed, added to, amended, co-signed; and psychotherapy notes, kept apart.

Tables: ``NoteTemplate`` (the practice's own; what ships is TOML in ``note_templates``), ``Note``,
``DraftVersion`` (what was typed, until the note is signed), ``Signing`` (append-only: every signed
text, in a chain of hashes), ``PsychotherapyNote`` (ciphertext with a key of its own), and a word
index that only ``search`` touches. Neighbours: stands on ``people``; ``alliance`` gathers the facts
that a note is begun with.
"""
