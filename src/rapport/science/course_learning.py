"""Learn a practice's expected course from its own ratings, and judge it on clients it never saw."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from rapport.science import mixed
from rapport.science.course_model import (
    ExpectedCourseModel,
    FixedEffects,
    FourByFour,
    RandomEffects,
)
from rapport.science.priors import course_prior
from rapport.science.refusals import TooFewError
from rapport.science.timeline import Line
from rapport.science.trajectory import BAND_LEVEL, BAND_TAIL, forecasts, model_forecasts

__all__ = ["CourseJudgement", "LearntCourse", "learn_course", "why_not_adopted"]

FORMULA = "rating ~ log_session * intake + (1 + log_session | client)"
TERMS = ("(Intercept)", "log_session", "intake", "log_session:intake")
# A variance estimated from n clients has a relative standard error of √(2/n): 20 % at 50.
LEAST_CLIENTS = 50
LEAST_RATINGS = 200
FOLDS = 5
COVERAGE_OFF = 0.05

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CourseJudgement:
    """How forecasts fared on clients who took no part in the fit, each rating before it was given.

    ``inside``, ``below`` and ``above`` are shares by the band of ``level``. ``deciles`` are the
    shares of ratings in each tenth of their forecast's distribution: .1 each where it is right.
    ``gain`` is the mean log density above that of the assumptions in use without a model, in
    nats a rating, with its standard error by client.
    """

    forecasts: int
    clients: int
    level: float
    inside: float
    below: float
    above: float
    deciles: tuple[float, ...]
    gain: float
    gain_se: float


@dataclass(frozen=True, slots=True)
class LearntCourse:
    """A model, how it was found, and how it fared."""

    model: ExpectedCourseModel
    ratings: int
    singular: bool
    judgement: CourseJudgement


class _Held(NamedTuple):
    """One forecast of one rating by somebody held out."""

    client: int
    quantile: float
    log_density: float
    log_density_of_prior: float


def learn_course(lines: Sequence[Line], *, version: str, data_hash: str) -> LearntCourse:
    """Fit the expected course of one scale by one kind of rater, and cross-validate it.

    Parameters
    ----------
    lines
        One for each client, all of one scale. Those with a single rating are left out.
    version, data_hash
        What the caller calls this fit and its data.

    Returns
    -------
    LearntCourse
        The model of all lines; the judgement is pooled over five parts of the clients, each
        forecast by a model that was fitted without it.

    Raises
    ------
    TooFewError
        Fewer than 50 clients with two ratings, or fewer than 200 ratings after the first.
    RefusedFitError
        Whatever the mixed model refuses, such as a first rating that never varies.

    Notes
    -----
    :math:`y = \\beta_0 + \\beta_1 t + \\beta_2 s + \\beta_3 st + u_0 + u_1 t + e` by REML, with
    :math:`t=\\log(\\text{session})` and :math:`s` the first rating minus its mean; the first rating
    itself is no response. The mixed model is checked against lme4; the forecasts against
    :math:`V = ZDZ^\\top + \\sigma^2 I` in R.
    """
    kept = [line for line in lines if len(line.values) > 1]
    ratings = sum(len(line.values) - 1 for line in kept)
    what = "An expected course"
    if len(kept) < LEAST_CLIENTS:
        raise TooFewError(what, "clients with two ratings", needs=LEAST_CLIENTS, has=len(kept))
    if ratings < LEAST_RATINGS:
        raise TooFewError(what, "ratings after the first", needs=LEAST_RATINGS, has=ratings)
    model, singular = _fit(kept, version, data_hash)
    return LearntCourse(model, ratings, singular, _judge(kept))


def why_not_adopted(judgement: CourseJudgement) -> str:
    """Say why the assumptions stay in use; nothing where the model is better and honest."""
    if judgement.gain <= 2 * judgement.gain_se:
        return (
            "Clients it had not seen were not forecast clearly better than by the assumptions in "
            "use without it."
        )
    if abs(judgement.inside - judgement.level) > COVERAGE_OFF:
        return (
            f"Its {judgement.level:.0%} band held {judgement.inside:.0%} of the ratings of clients "
            "it had not seen."
        )
    return ""


def _fit(lines: Sequence[Line], version: str, data_hash: str) -> tuple[ExpectedCourseModel, bool]:
    intakes = np.array([line.values[0] for line in lines])
    mean = float(intakes.mean())
    later = [len(line.values) - 1 for line in lines]
    fit = mixed.fit(
        FORMULA,
        {
            "rating": np.concatenate([line.values[1:] for line in lines]),
            "log_session": np.log(np.concatenate([line.sessions[1:] for line in lines])),
            "intake": np.repeat(intakes - mean, later),
            "client": np.repeat(np.arange(len(lines)), later),
        },
    )
    names = [effect.term for effect in fit.fixed]
    order = [names.index(term) for term in TERMS]
    estimates = [fit.fixed[at].estimate for at in order]
    (a, b), (_, c) = fit.random[0].covariance.tolist()
    covariance = fit.vcov[np.ix_(order, order)]
    model = ExpectedCourseModel(
        fixed=FixedEffects(*estimates),
        random=RandomEffects(a, b, c),
        residual_sd=fit.residual_sd,
        fixed_covariance=cast(
            FourByFour, tuple(map(tuple, ((covariance + covariance.T) / 2).tolist()))
        ),
        intake_mean=mean,
        intake_sd=float(intakes.std(ddof=1)),
        clients=len(lines),
        version=version,
        data_hash=data_hash,
    )
    return model, fit.convergence.singular


def _judge(lines: Sequence[Line]) -> CourseJudgement:
    held = list(_held_out(lines))
    quantile = np.array([one.quantile for one in held])
    better = np.array([one.log_density - one.log_density_of_prior for one in held])
    client = np.array([one.client for one in held])
    gain = float(better.mean())
    by_client = np.bincount(client, better - gain)
    return CourseJudgement(
        forecasts=len(held),
        clients=len(np.unique(client)),
        level=BAND_LEVEL,
        inside=float(((quantile >= BAND_TAIL) & (quantile <= 1 - BAND_TAIL)).mean()),
        below=float((quantile < BAND_TAIL).mean()),
        above=float((quantile > 1 - BAND_TAIL).mean()),
        deciles=tuple((np.histogram(quantile, 10, (0, 1))[0] / len(held)).tolist()),
        gain=gain,
        gain_se=float(math.sqrt(float((by_client**2).sum())) / len(held)),
    )


def _held_out(lines: Sequence[Line]) -> Iterator[_Held]:
    from scipy.stats import norm, t

    prior = course_prior(lines[0].scale)
    for fold in range(FOLDS):
        model, _ = _fit([line for at, line in enumerate(lines) if at % FOLDS != fold], "", "")
        for at in range(fold, len(lines), FOLDS):
            line = lines[at]
            ours = model_forecasts(line, model, line.sessions)
            theirs = forecasts(line, prior, line.sessions)
            pairs = [
                (value, a, b)
                for value, a, b in zip(line.values, ours, theirs, strict=True)
                if a is not None and b is not None
            ]
            if not pairs:
                continue
            values, own, assumed = zip(*pairs, strict=True)
            mean, sd = np.array([f.mean for f in own]), np.array([f.sd for f in own])
            df = np.array([f.df for f in assumed])
            prior_mean = np.array([f.mean for f in assumed])
            prior_sd = np.array([f.sd for f in assumed])
            rows = zip(
                norm.cdf(values, mean, sd).tolist(),
                norm.logpdf(values, mean, sd).tolist(),
                t.logpdf(values, df, prior_mean, prior_sd).tolist(),
                strict=True,
            )
            yield from (_Held(at, *row) for row in rows)
