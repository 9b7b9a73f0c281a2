"""Has this client changed: reliably, clinically, suddenly?

Plain functions over numbers and short sequences. Nothing here knows a measure: its reliability,
norms and cut-offs come in as arguments, so a figure is never borrowed unseen.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rapport.science.student import t_quantile

__all__ = [
    "ChangeError",
    "ClinicalVerdict",
    "CutOffs",
    "ImpossibleFigureError",
    "ReliableChangeIndex",
    "SuddenGain",
    "TooFewRatingsError",
    "Verdict",
    "classify",
    "cut_offs",
    "is_clinical",
    "reliable_change",
    "s_diff",
    "standard_error_of_measurement",
    "sudden_gains",
    "t_quantile",
    "verdict_by_threshold",
]

Verdict = Literal["improved", "unchanged", "worsened"]
ClinicalVerdict = Literal["recovered", "improved", "unchanged", "worsened"]

CRITICAL_Z = 1.96
LEAST_SHARE = 0.25
WINDOW = 3
LEAST_IN_WINDOW = 2
LEAST_RATINGS = 2 * LEAST_IN_WINDOW


class ChangeError(ValueError):
    """A question about change that has no answer as it was put."""


class ImpossibleFigureError(ChangeError):
    """A reliability, standard deviation, mean or cut-off that cannot be."""


class TooFewRatingsError(ChangeError):
    """Fewer ratings than the question needs; ``needs`` and ``has`` say how many."""

    def __init__(self, question: str, *, needs: int, has: int) -> None:
        self.needs, self.has = needs, has
        super().__init__(f"{question} needs at least {needs} ratings; there are {has}.")


@dataclass(frozen=True, slots=True)
class ReliableChangeIndex:
    """``threshold`` is the raw change, in scale units, that a reliable one exceeds."""

    rci: float
    s_diff: float
    threshold: float
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class CutOffs:
    """Jacobson and Truax's three points between a clinical and a functional population.

    ``a`` leaves the clinical population, ``b`` enters the functional one, ``c`` is where both
    are as likely.
    """

    a: float
    b: float
    c: float


@dataclass(frozen=True, slots=True)
class SuddenGain:
    """A large, lasting improvement between positions ``at`` and ``at + 1`` of a series.

    ``gain`` is positive for the better; ``share`` is its share of the score before, if not 0.
    ``mean_gain`` compares up to three ratings on either side and exceeded ``limit``.
    """

    at: int
    before: float
    after: float
    gain: float
    share: float | None
    mean_gain: float
    limit: float
    n_before: int
    n_after: int


def standard_error_of_measurement(sd: float, reliability: float) -> float:
    r"""Return :math:`\text{SEM} = s_1\sqrt{1-r}`, in scale units.

    Parameters
    ----------
    sd : float
        Standard deviation of the sample that the reliability came from, positive.
    reliability : float
        Reliability coefficient, 0 to below 1.

    Raises
    ------
    ImpossibleFigureError
        Where either lies outside its range.
    """
    if not (math.isfinite(sd) and sd > 0):
        raise ImpossibleFigureError(f"A standard deviation must be above 0; {sd} was given.")
    if not 0 <= reliability < 1:
        raise ImpossibleFigureError(
            f"A reliability must be at least 0 and below 1; {reliability} was given."
        )
    return sd * math.sqrt(1 - reliability)


def s_diff(sd: float, reliability: float) -> float:
    r"""Return the standard error of a difference, :math:`\sqrt2\,\text{SEM}`, in scale units."""
    return math.sqrt(2) * standard_error_of_measurement(sd, reliability)


def reliable_change(
    first: float,
    last: float,
    *,
    sd: float,
    reliability: float,
    higher_is_better: bool,
    critical: float = CRITICAL_Z,
) -> ReliableChangeIndex:
    r"""Compare a change with what measurement error alone would give.

    Parameters
    ----------
    first, last : float
        Two scores of one person, in scale units.
    sd, reliability : float
        Of one published sample; see :func:`standard_error_of_measurement`.
    higher_is_better : bool
        Direction of the scale.
    critical : float
        Normal deviate that the index must exceed: 1.96 for 95 %, 1.645 for 90 %.

    Returns
    -------
    ReliableChangeIndex
        With the sign of the raw change in ``rci``.

    Raises
    ------
    ImpossibleFigureError
        For a score that is no number or figures outside their range.

    Notes
    -----
    :math:`\text{RCI} = (x_2-x_1)/S_\text{diff}`; reliable if :math:`|\text{RCI}|` exceeds
    ``critical``. Source: Jacobson & Truax (1991), J Consult Clin Psychol 59:12-19. Checked
    against the same figures computed in R.
    """
    _finite(first, last)
    scale = s_diff(sd, reliability)
    rci = (last - first) / scale
    verdict = _verdict(rci if higher_is_better else -rci, reliable=abs(rci) > critical)
    return ReliableChangeIndex(rci, scale, critical * scale, verdict)


def verdict_by_threshold(
    first: float, last: float, *, threshold: float, higher_is_better: bool
) -> Verdict:
    """Judge a change by a published threshold: reliable when at least that large.

    Raises
    ------
    ImpossibleFigureError
        For a score that is no number, or a threshold that is not above 0.
    """
    _finite(first, last)
    _above_zero("threshold of reliable change", threshold)
    change = last - first if higher_is_better else first - last
    return _verdict(change, reliable=abs(change) >= threshold)


def cut_offs(
    *, clinical_mean: float, clinical_sd: float, functional_mean: float, functional_sd: float
) -> CutOffs:
    r"""Return the points where a client leaves the clinical or enters the functional population.

    Parameters
    ----------
    clinical_mean, clinical_sd, functional_mean, functional_sd : float
        Of the two published samples, in scale units. Which mean is the higher says which way
        the scale runs.

    Raises
    ------
    ImpossibleFigureError
        For a standard deviation not above 0, or two equal means.

    Notes
    -----
    With the functional mean below, :math:`a = M_c - 2 s_c` and :math:`b = M_f + 2 s_f`, signs
    turned where it lies above; :math:`c = (s_c M_f + s_f M_c)/(s_c + s_f)`. Source: Jacobson &
    Truax (1991). Checked in R: the CORE-10's norms give c = 10.46.
    """
    _finite(clinical_mean, functional_mean)
    _above_zero("standard deviation", clinical_sd)
    _above_zero("standard deviation", functional_sd)
    if clinical_mean == functional_mean:
        raise ImpossibleFigureError("Two populations with one mean have no cut-off between them.")
    towards = 1 if functional_mean > clinical_mean else -1
    return CutOffs(
        a=clinical_mean + towards * 2 * clinical_sd,
        b=functional_mean - towards * 2 * functional_sd,
        c=(clinical_sd * functional_mean + functional_sd * clinical_mean)
        / (clinical_sd + functional_sd),
    )


def is_clinical(score: float, *, cutoff: float, higher_is_better: bool) -> bool:
    """Whether ``score`` lies on the clinical side; the cut-off itself belongs to it."""
    return score <= cutoff if higher_is_better else score >= cutoff


def classify(
    first: float, last: float, *, reliable: Verdict, cutoff: float, higher_is_better: bool
) -> ClinicalVerdict:
    """Return Jacobson and Truax's class of an outcome.

    Parameters
    ----------
    first, last : float
        Two scores of one person, in scale units.
    reliable : {"improved", "unchanged", "worsened"}
        The verdict of :func:`reliable_change` or :func:`verdict_by_threshold` on them.
    cutoff : float
        Between the populations; the point itself counts as clinical.
    higher_is_better : bool
        Direction of the scale.

    Returns
    -------
    {"recovered", "improved", "unchanged", "worsened"}
        Recovered is a reliable improvement that ends on the functional side after starting on
        the clinical one. Crossing the cut-off without reliable change is unchanged.

    Raises
    ------
    ImpossibleFigureError
        For a score or cut-off that is no number.

    Notes
    -----
    Source: Jacobson & Truax (1991). Checked against the same rule in R.
    """
    _finite(first, last, cutoff)
    started = is_clinical(first, cutoff=cutoff, higher_is_better=higher_is_better)
    ended = is_clinical(last, cutoff=cutoff, higher_is_better=higher_is_better)
    if reliable == "improved" and started and not ended:
        return "recovered"
    return reliable


def sudden_gains(
    ratings: Sequence[float | None], *, cutoff: float, higher_is_better: bool = False
) -> tuple[SuddenGain, ...]:
    r"""Find the sudden gains of one client's series.

    Parameters
    ----------
    ratings : sequence of float or None, length n
        One score a session in order; ``None`` where none was given.
    cutoff : float
        Least gain between two neighbouring sessions, in scale units, above 0: commonly the
        measure's threshold of reliable change.
    higher_is_better : bool
        Direction of the scale.

    Returns
    -------
    tuple of SuddenGain
        In session order; empty where there is none.

    Raises
    ------
    TooFewRatingsError
        With fewer than four ratings no criterion of stability can be formed.
    ImpossibleFigureError
        For a rating that is no number, or a cut-off not above 0.

    Notes
    -----
    All three must hold between sessions :math:`t` and :math:`t+1`, both rated: the gain is at
    least ``cutoff``; it is at least 25 % of the score before (of its absolute value, where a
    scale runs below zero); and :math:`|\bar x_\text{pre} - \bar x_\text{post}|`, in the better
    direction, exceeds :math:`t_{.975,\,n_1+n_2-2}\, s_p`, where pre are the ratings of sessions
    :math:`t-2 \dots t`, post those of :math:`t+1 \dots t+3`, at least two of each given, and
    :math:`s_p` is the pooled standard deviation. This is the criterion as published: unlike a
    t test it omits :math:`\sqrt{1/n_1+1/n_2}`, and so is never less strict. Source: Tang & DeRubeis
    (1999), J Consult Clin Psychol 67:894-904. Checked against the same rule in R.
    """
    given = [rating for rating in ratings if rating is not None]
    _finite(*given)
    _above_zero("cut-off for a sudden gain", cutoff)
    if len(given) < LEAST_RATINGS:
        raise TooFewRatingsError("A sudden gain", needs=LEAST_RATINGS, has=len(given))
    sign = 1 if higher_is_better else -1
    gains = (_gain_at(ratings, at, cutoff, sign) for at in range(len(ratings) - 1))
    return tuple(gain for gain in gains if gain is not None)


def _gain_at(
    ratings: Sequence[float | None], at: int, cutoff: float, sign: int
) -> SuddenGain | None:
    before, after = ratings[at], ratings[at + 1]
    if before is None or after is None:
        return None
    gain = sign * (after - before)
    if gain < cutoff or gain < LEAST_SHARE * abs(before):
        return None
    pre = [r for r in ratings[max(0, at + 1 - WINDOW) : at + 1] if r is not None]
    post = [r for r in ratings[at + 1 : at + 1 + WINDOW] if r is not None]
    if min(len(pre), len(post)) < LEAST_IN_WINDOW:
        return None
    mean_gain = sign * (_mean(post) - _mean(pre))
    df = len(pre) + len(post) - 2
    limit = t_quantile(0.975, df) * math.sqrt((_squares(pre) + _squares(post)) / df)
    if mean_gain <= limit:
        return None
    share = gain / abs(before) if before else None
    return SuddenGain(at, before, after, gain, share, mean_gain, limit, len(pre), len(post))


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _squares(values: Sequence[float]) -> float:
    mean = _mean(values)
    return math.fsum((value - mean) ** 2 for value in values)


def _verdict(better_by: float, *, reliable: bool) -> Verdict:
    if not reliable:
        return "unchanged"
    return "improved" if better_by > 0 else "worsened"


def _finite(*scores: float) -> None:
    for score in scores:
        if not math.isfinite(score):
            raise ImpossibleFigureError(f"A score must be a finite number; {score} was given.")


def _above_zero(what: str, figure: float) -> None:
    if not (math.isfinite(figure) and figure > 0):
        raise ImpossibleFigureError(f"A {what} must be above 0; {figure} was given.")
