"""Reading the two files that ``import`` and ``assess`` share."""

from __future__ import annotations

from pathlib import Path

from rapport.commands.output import BadInputError
from rapport.measures import sessions_file


def read_or_refuse(path: Path, mapping: Path | None) -> sessions_file.SessionsFile:
    """The sessions file as its mapping reads it; ends the command when either is bad."""
    try:
        read_as = sessions_file.read_mapping(mapping) if mapping else None
        return sessions_file.read(path, read_as)
    except sessions_file.BadFileError as error:
        raise BadInputError(*error.lines()) from None
