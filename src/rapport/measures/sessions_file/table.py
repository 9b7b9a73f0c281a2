"""From the bytes of a CSV file to a header and numbered rows, or a clear refusal."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

from rapport.measures.sessions_file.faults import BadFileError, Fault, Faults

LARGEST = 100_000_000
DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class Table:
    """A file's cells, stripped; each row has the number of the line it starts on."""

    name: str
    sha256: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, list[str]], ...]


def read_table(path: Path) -> Table:
    """Read a CSV file in UTF-8, separated by commas, semicolons or tabs.

    Raises
    ------
    BadFileError
        The file is absent, empty, too large, not text, or its rows do not fit its header.
    """
    raw = _bytes_of(path)
    text = _text(path.name, raw)
    faults = Faults(path.name)
    try:
        lines = _numbered(text)
    except csv.Error as error:
        raise BadFileError(path.name, [Fault(None, None, f"not a CSV file: {error}")]) from None
    if len(lines) < 2:
        what = "has a header but no rows" if lines else "is empty"
        raise BadFileError(path.name, [Fault(None, None, f"the file {what}")])
    header = _header(lines[0][1], faults)
    rows = tuple((line, cells) for line, cells in lines[1:] if _fits(line, cells, header, faults))
    faults.refuse_if_any()
    return Table(path.name, hashlib.sha256(raw).hexdigest(), header, rows)


def _bytes_of(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > LARGEST:
            why = (
                f"the file has {size / 1e6:.0f} MB, more than the {LARGEST / 1e6:.0f} MB "
                "that are read at once; split it by relationship"
            )
            raise BadFileError(path.name, [Fault(None, None, why)])
        return path.read_bytes()
    except OSError as error:
        why = f"cannot be read: {error.strerror}"
        raise BadFileError(path.name, [Fault(None, None, why)]) from None


def _text(name: str, raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadFileError(name, [Fault(1, None, "the file is UTF-16; save it as CSV UTF-8")])
    if b"\0" in raw:
        line = raw.count(b"\n", 0, raw.index(b"\0")) + 1
        raise BadFileError(
            name, [Fault(line, None, "not text but binary data; save it as CSV UTF-8")]
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        why = f"byte 0x{raw[error.start]:02x} is not UTF-8; save the file as CSV UTF-8"
        raise BadFileError(name, [Fault(line, None, why)]) from None


def _numbered(text: str) -> list[tuple[int, list[str]]]:
    """The rows that hold anything, each with its first line's number."""
    first = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows, line = [], 1
    for cells in reader:
        stripped = [cell.strip() for cell in cells]
        if any(stripped):
            rows.append((line, stripped))
        line = reader.line_num + 1
    return rows


def _header(cells: list[str], faults: Faults) -> tuple[str, ...]:
    for position, name in enumerate(cells, start=1):
        if not name:
            faults.add(1, None, f"the header's cell {position} is empty")
        elif cells.index(name) != position - 1:
            faults.add(1, name, "stands twice in the header")
    return tuple(cells)


def _fits(line: int, cells: list[str], header: tuple[str, ...], faults: Faults) -> bool:
    if len(cells) == len(header):
        return True
    faults.add(line, None, f"has {len(cells)} cells where the header has {len(header)}")
    return False
