"""Every value that R computed, compared with ours, in one loop."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, is_dataclass
from inspect import signature
from pathlib import Path
from typing import Any

import pytest

from tests.science.calls import CALLS

REFERENCE = Path(__file__).parent / "reference"
EXPECTED = sorted((REFERENCE / "expected").glob("*.json"))


def plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return [plain(entry) for entry in value] if isinstance(value, tuple) else value


def leaves(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Every number, text and null with its place, so that nested shapes compare flat."""
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from leaves(entry, f"{path}.{key}")
    elif isinstance(value, list):
        yield f"{path}.length", len(value)
        for at, entry in enumerate(value):
            yield from leaves(entry, f"{path}[{at}]")
    else:
        yield path, value


def is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


@pytest.mark.parametrize("path", EXPECTED, ids=lambda path: path.stem)
def test_agrees_with_r(path: Path) -> None:
    expected: dict[str, Any] = json.loads(path.read_text())
    data = REFERENCE / "data" / expected["data"]
    assert hashlib.sha256(data.read_bytes()).hexdigest() == expected["data_sha256"], (
        f"{expected['data']} changed since R read it: run make reference"
    )
    assert expected["cases"]
    for case in expected["cases"]:
        rtol = case.get("rtol", expected["rtol"])
        stated = case.get("why", expected.get("why"))
        assert (rtol <= 1e-8 and "atol" not in case) or stated, f"{case['call']}: why so loose?"
        call, arguments = CALLS[case["call"]], case["arguments"]
        reads = {"data": data} if "data" in signature(call).parameters else {}
        ours = dict(leaves(plain(call(**arguments, **reads))))
        theirs = dict(leaves(case["value"]))
        assert {k: v for k, v in ours.items() if not is_number(v)} == {
            k: v for k, v in theirs.items() if not is_number(v)
        }, case
        assert {k: v for k, v in ours.items() if is_number(v)} == pytest.approx(
            {k: v for k, v in theirs.items() if is_number(v)}, rel=rtol, abs=case.get("atol", 1e-12)
        ), case


def test_every_data_file_is_read() -> None:
    read = {json.loads(path.read_text())["data"] for path in EXPECTED}
    assert read == {path.name for path in (REFERENCE / "data").iterdir()}
