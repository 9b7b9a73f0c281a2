"""Every value that R computed, compared with ours, in one loop."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from rapport.science import change, instruments, scoring, student

REFERENCE = Path(__file__).parent / "reference"
EXPECTED = sorted((REFERENCE / "expected").glob("*.json"))


def scored(measure: str, answers: dict[str, float | None]) -> dict[str, float | None]:
    form = scoring.score(instruments.load(measure), answers)
    return {score.scale: score.value for score in form.scores}


CALLS: dict[str, Callable[..., object]] = {
    "t_quantile": student.t_quantile,
    "reliable_change": change.reliable_change,
    "cut_offs": change.cut_offs,
    "classify": change.classify,
    "sudden_gains": change.sudden_gains,
    "score": scored,
}


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
    data = (REFERENCE / "data" / expected["data"]).read_bytes()
    assert hashlib.sha256(data).hexdigest() == expected["data_sha256"], (
        f"{expected['data']} changed since R read it: run make reference"
    )
    assert expected["cases"]
    for case in expected["cases"]:
        rtol = case.get("rtol", expected["rtol"])
        assert rtol <= 1e-8 or case.get("why", expected.get("why")), (
            f"{case['call']}: why so loose?"
        )
        ours = dict(leaves(plain(CALLS[case["call"]](**case["arguments"]))))
        theirs = dict(leaves(case["value"]))
        assert {k: v for k, v in ours.items() if not is_number(v)} == {
            k: v for k, v in theirs.items() if not is_number(v)
        }, case
        assert {k: v for k, v in ours.items() if is_number(v)} == pytest.approx(
            {k: v for k, v in theirs.items() if is_number(v)}, rel=rtol, abs=1e-12
        ), case


def test_every_data_file_is_read() -> None:
    read = {json.loads(path.read_text())["data"] for path in EXPECTED}
    assert read == {path.name for path in (REFERENCE / "data").iterdir()}
