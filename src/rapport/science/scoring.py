"""From answers to scale scores, exactly as each measure's key says, or not at all."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from rapport.science.instruments.shape import Instrument, InstrumentError, Item, ScaleKey

Answers = Mapping[str, float | None]


class InvalidAnswerError(ValueError):
    """An answer names no item of the measure, or is not one of the item's answers.

    ``item`` is the key that was given, ``given`` the answer, ``allowed`` the answers in words.
    """

    def __init__(self, instrument: Instrument, item: str, given: object, allowed: str) -> None:
        self.item = item
        self.given = given
        self.allowed = allowed
        super().__init__(f"{instrument.title}, {item}: {given!r} is not an answer; {allowed}.")


@dataclass(frozen=True, slots=True)
class ScaleScore:
    """One scale's value, or the reason why there is none.

    ``missing`` are the scale's unanswered items; ``prorated`` says that the answered ones stand
    in for them. ``value`` is ``None`` exactly when ``reason`` is not empty.
    """

    scale: str
    value: float | None
    missing: tuple[str, ...]
    prorated: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ScoredForm:
    """Every scale of one answered form, in the key's order."""

    instrument: str
    version: str
    scores: tuple[ScaleScore, ...]

    def __getitem__(self, scale: str) -> ScaleScore:
        for score in self.scores:
            if score.scale == scale:
                return score
        raise InstrumentError(f"{self.instrument} has no scale {scale!r}.")


def score(instrument: Instrument, answers: Answers) -> ScoredForm:
    r"""Score one form.

    Parameters
    ----------
    instrument : Instrument
        The measure's key.
    answers : mapping of str to float or None
        Answer by item key, in the item's own units and before any reversal. An absent key and
        ``None`` both mean unanswered.

    Returns
    -------
    ScoredForm
        For each scale a value in scale units, or ``None`` with the reason.

    Raises
    ------
    InvalidAnswerError
        For an answer to an unknown item, or one that the item does not offer.

    Notes
    -----
    With :math:`k` items, answered ones :math:`A`, keyed answers :math:`x_i` (reversed items
    count :math:`\min + \max - x_i`) and a factor :math:`f`,

    .. math:: \text{sum} = f \frac{k}{|A|} \sum_{i \in A} x_i, \qquad
              \text{mean} = f \frac{1}{|A|} \sum_{i \in A} x_i .

    Where more items are missing than the measure's published rule allows, or no rule is known
    and any is missing, the scale has no value: missing is never a silent zero. Replacing missing
    items by the mean of the answered ones and prorating are the same number. Sources of the
    rules stand with each key; checked against sums and means computed in R.
    """
    items = {item.key: item for item in instrument.items}
    for key, answer in answers.items():
        if key not in items:
            raise InvalidAnswerError(instrument, key, answer, _no_such_item(instrument))
    given = {
        key: check_answer(instrument, key, answer)
        for key, answer in answers.items()
        if answer is not None
    }
    scores = tuple(_score_scale(scale, items, given) for scale in instrument.scales)
    return ScoredForm(instrument.key, instrument.version, scores)


def check_answer(instrument: Instrument, key: str, answer: object) -> float:
    """Return ``answer`` as a number if item ``key`` offers it.

    Raises
    ------
    InvalidAnswerError
        Saying which item, what was given and what is allowed.
    """
    item = next((item for item in instrument.items if item.key == key), None)
    if item is None:
        raise InvalidAnswerError(instrument, key, answer, _no_such_item(instrument))
    if isinstance(answer, bool) or not isinstance(answer, int | float) or not _offers(item, answer):
        raise InvalidAnswerError(instrument, key, answer, allowed_answers(item))
    return float(answer)


def _no_such_item(instrument: Instrument) -> str:
    keys = ", ".join(item.key for item in instrument.items)
    return f"the measure has no such item, only {keys}"


def allowed_answers(item: Item) -> str:
    """What an item allows, in words: ``"allowed are 0, 1, 2 or 3"``."""
    if not item.options:
        return (
            f"allowed is a number from {item.minimum:g} to {item.maximum:g} "
            f"in steps of {item.step:g}"
        )
    *most, last = (str(option.value) for option in item.options)
    return f"allowed are {', '.join(most)} or {last}"


def _offers(item: Item, answer: float) -> bool:
    if item.options:
        return any(option.value == answer for option in item.options)
    if not math.isfinite(answer) or not item.minimum <= answer <= item.maximum:
        return False
    steps = (answer - item.minimum) / item.step
    return abs(steps - round(steps)) < 1e-9


def _score_scale(
    scale: ScaleKey, items: Mapping[str, Item], given: Mapping[str, float]
) -> ScaleScore:
    missing = tuple(key for key in scale.items if key not in given)
    k, allowed = len(scale.items), scale.missing.at_most
    if len(missing) > allowed:
        limit = f"at most {allowed} allowed" if allowed else "none may be missing"
        reason = f"not scorable: {len(missing)} of {k} items missing; {limit}"
        return ScaleScore(scale.key, None, missing, prorated=False, reason=reason)
    total = math.fsum(
        items[key].reversed(given[key]) if key in scale.reverse else given[key]
        for key in scale.items
        if key in given
    )
    weight = k if scale.method == "sum" else 1
    value = scale.factor * total * weight / (k - len(missing))
    return ScaleScore(scale.key, value, missing, prorated=bool(missing))
