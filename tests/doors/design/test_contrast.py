import pytest

from tests.doors.design.colour import contrast, tokens

GROUNDS = ("ground", "surface", "sunken")
TEXT = [
    *((ink, ground) for ink in ("ink", "ink-quiet") for ground in GROUNDS),
    *((role, g) for role in ("client", "therapist", "interpreter") for g in ("ground", "surface")),
    *(("action", ground) for ground in GROUNDS),
    ("action", "action-pale"),
    ("action-strong", "action-pale"),
    ("ink", "action-pale"),
    ("on-action", "action"),
    ("on-action", "action-strong"),
    ("ink", "attention-pale"),
    ("ink", "risk-pale"),
    ("risk", "risk-pale"),
    ("on-risk", "risk"),
    ("ground", "ink"),  # the tip over a chart's mark
]
MARKS = [
    *((role, f"{role}-band") for role in ("client", "therapist", "interpreter")),
    ("attention", "attention-pale"),
    ("attention", "surface"),
    *(("edge", ground) for ground in GROUNDS),
    *(("focus", ground) for ground in (*GROUNDS, "risk-pale")),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back"), TEXT)
def test_text_can_be_read(scheme: str, front: str, back: str) -> None:
    colours = tokens(scheme)
    assert contrast(colours[front], colours[back]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back"), MARKS)
def test_marks_can_be_seen(scheme: str, front: str, back: str) -> None:
    colours = tokens(scheme)
    assert contrast(colours[front], colours[back]) >= 3


def test_black_on_white_is_twenty_one() -> None:
    assert contrast((0, 0, 0), (1, 0, 0)) == pytest.approx(21, abs=0.01)


def test_a_known_colour() -> None:
    # sRGB red is oklch(0.62796 0.25768 29.234); WCAG gives it 3.998 against white.
    assert contrast((0.62796, 0.25768, 29.234), (1, 0, 0)) == pytest.approx(3.998, abs=0.01)
