"""Finds FHIR resources in a JSON file, a folder or a package, and trusts none of them.

Nothing is ever unpacked to disk. Sizes and counts are bounded before anything is read into
memory, because a package comes from wherever a practice found it.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

MEGABYTE = 1_000_000
LARGEST_RESOURCE = 5 * MEGABYTE
LARGEST_TOTAL = 400 * MEGABYTE
MOST_FILES = 20_000

Json = Mapping[str, object]


class WordingError(ValueError):
    """No wording could be taken; the message says from what and why."""


class UnreadableFileError(WordingError):
    """A file, folder or package that cannot be read, or that is not safe to read."""


@dataclass(frozen=True, slots=True)
class Document:
    """One JSON file as it was found; ``source`` names it for people."""

    source: str
    raw: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.raw).hexdigest()

    def is_a(self, resource_type: str) -> bool:
        """Whether it may be such a resource; a cheap look that spares parsing the rest."""
        pattern = rb'"resourceType"\s*:\s*"' + resource_type.encode() + rb'"'
        return re.search(pattern, self.raw) is not None

    def parsed(self) -> Json:
        """Return the JSON object; raises :class:`UnreadableFileError`."""
        try:
            body = json.loads(self.raw.decode("utf-8-sig"), parse_constant=_no_number)
        except UnicodeDecodeError:
            raise UnreadableFileError(f"{self.source} is not UTF-8 text.") from None
        except RecursionError:
            raise UnreadableFileError(f"{self.source} is nested too deeply.") from None
        except ValueError as error:
            raise UnreadableFileError(f"{self.source} is not JSON: {error}.") from None
        if not isinstance(body, dict):
            raise UnreadableFileError(f"{self.source} holds no JSON object.")
        return body


def documents(path: Path) -> Iterator[Document]:
    """Yield the JSON files at ``path``: itself, those in the folder, or those in the package.

    Files above 5 MB are passed over in folders and packages: no questionnaire is that large.

    Raises
    ------
    UnreadableFileError
        Saying what is wrong with the file and what could be done.
    """
    try:
        if path.is_dir():
            yield from _in_folder(path)
        elif path.suffix in {".tgz", ".gz"}:
            yield from _in_package(path)
        else:
            yield _single(path)
    except FileNotFoundError:
        raise UnreadableFileError(f"There is no file {path}.") from None
    except OSError as error:
        raise UnreadableFileError(f"{path} cannot be read: {error.strerror or error}.") from None


def _single(path: Path) -> Document:
    size = path.stat().st_size
    if size > LARGEST_RESOURCE:
        raise UnreadableFileError(
            f"{path.name} has {size / MEGABYTE:.0f} MB; "
            f"a questionnaire has at most {LARGEST_RESOURCE / MEGABYTE:.0f} MB."
        )
    return Document(path.name, path.read_bytes())


def _in_folder(folder: Path) -> Iterator[Document]:
    total = 0
    for count, path in enumerate(sorted(folder.rglob("*.json")), start=1):
        _check_count(folder.name, count)
        if path.is_symlink() or not path.is_file():
            continue
        size = path.stat().st_size
        total += size
        _check_total(folder.name, total)
        if size <= LARGEST_RESOURCE:
            yield Document(path.relative_to(folder).as_posix(), path.read_bytes())


def _in_package(path: Path) -> Iterator[Document]:
    try:
        with (
            gzip.open(path) as unzipped,
            tarfile.open(fileobj=_Bounded(unzipped, path.name), mode="r:") as package,
        ):
            for count, member in enumerate(package, start=1):
                _check_count(path.name, count)
                _check_name(path.name, member.name)
                if _is_wanted(member):
                    content = package.extractfile(member)
                    assert content is not None  # only links and devices have none
                    yield Document(f"{path.name}, {member.name}", content.read())
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UnreadableFileError(f"{path.name} is no FHIR package (.tgz): {error}.") from None


def _is_wanted(member: tarfile.TarInfo) -> bool:
    return member.isreg() and member.name.endswith(".json") and member.size <= LARGEST_RESOURCE


def _check_name(package: str, name: str) -> None:
    if name.startswith("/") or "\\" in name or ".." in PurePosixPath(name).parts:
        raise UnreadableFileError(f"{package} holds a file that points outside it: {name!r}.")


def _check_count(source: str, count: int) -> None:
    if count > MOST_FILES:
        raise UnreadableFileError(f"{source} holds more than {MOST_FILES:,} files.")


def _check_total(source: str, total: int) -> None:
    if total > LARGEST_TOTAL:
        raise UnreadableFileError(
            f"{source} holds more than {LARGEST_TOTAL / MEGABYTE:.0f} MB; "
            "import the questionnaire's own file instead."
        )


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is not a number")


class _Bounded(io.RawIOBase):
    """The unzipped bytes, refusing to hand out too many at once or in all.

    Both ways a small file can claim to be huge go through here: a long skip, and a header that
    asks to be read whole.
    """

    def __init__(self, unzipped: gzip.GzipFile, source: str) -> None:
        self.unzipped = unzipped
        self.source = source

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.unzipped.tell()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        _check_total(self.source, offset)
        return self.unzipped.seek(offset, whence)

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= LARGEST_RESOURCE + tarfile.BLOCKSIZE:
            raise UnreadableFileError(f"{self.source} asks for {size:,} bytes at once.")
        _check_total(self.source, self.unzipped.tell() + size)
        return self.unzipped.read(size)
