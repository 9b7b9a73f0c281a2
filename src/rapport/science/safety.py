"""Risk answers: found in every form, apart from its scores, and never lost to missing data."""

from __future__ import annotations

from dataclasses import dataclass

from rapport.science.instruments.shape import Instrument, RiskRule, Severity
from rapport.science.scoring import Answers, check_answer

UNANSWERED_RULE = "The question about risk was left unanswered: that is not a no."


@dataclass(frozen=True, slots=True)
class RiskFlag:
    """One risk question that needs somebody's eyes.

    ``severity`` is ``"present"`` or ``"high"`` for an answer that meets a rule, and
    ``"unanswered"`` (then ``value`` is ``None``) where the question was passed over. ``rule`` is
    the rule in words.
    """

    item: str
    value: float | None
    severity: Severity
    rule: str

    @property
    def answered(self) -> bool:
        """Whether the person gave a risk answer, rather than none."""
        return self.severity != "unanswered"


def screen(instrument: Instrument, answers: Answers) -> tuple[RiskFlag, ...]:
    """Find the risk answers of one form.

    Parameters
    ----------
    instrument : Instrument
        The measure's key with its risk rules.
    answers : mapping of str to float or None
        Answer by item key; absent and ``None`` both mean unanswered.

    Returns
    -------
    tuple of RiskFlag
        One for each risk item that was answered at or above a rule's threshold, with the
        highest rule met, or that was left unanswered; in the key's item order. Empty only when
        every risk question was answered below every threshold.

    Raises
    ------
    InvalidAnswerError
        Where a risk item's own answer is not one it offers. Other items are not looked at, so
        that a mistake elsewhere never hides a risk answer.

    Notes
    -----
    Each item is judged on its own answer, so no other missing answer can lower a flag, and a
    missing risk answer is a flag of its own and never the same as a reassuring one.
    """
    flags = (_flag(instrument, key, answers) for key in _risk_items(instrument))
    return tuple(flag for flag in flags if flag is not None)


def _risk_items(instrument: Instrument) -> list[str]:
    asked = {rule.item for rule in instrument.risks}
    return [item.key for item in instrument.items if item.key in asked]


def _flag(instrument: Instrument, key: str, answers: Answers) -> RiskFlag | None:
    answer = answers.get(key)
    if answer is None:
        return RiskFlag(key, None, "unanswered", UNANSWERED_RULE)
    value = check_answer(instrument, key, answer)
    met = [rule for rule in instrument.risks if rule.item == key and value >= rule.at_least]
    if not met:
        return None
    highest: RiskRule = max(met, key=lambda rule: rule.at_least)
    return RiskFlag(key, value, highest.severity, highest.words)
