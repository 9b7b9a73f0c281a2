"""Truth and bias: how far, and in which direction, the therapist's rating follows the client's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rapport.science import mixed
from rapport.science.columns import Columns, codes, numbers
from rapport.science.dyad.effects import Effect, effect
from rapport.science.dyad.within import taken_apart
from rapport.science.refusals import TooFewError

__all__ = ["TruthAndBias", "truth_and_bias"]

MODEL = "Truth and bias"
LEAST_DYADS = 10


@dataclass(frozen=True, slots=True)
class TruthAndBias:
    """``direction`` below 0: therapists rate lower; ``congruence`` 1: they move as clients do.

    The two standard deviations say how dyads differ in them, ``correlation`` how these go
    together (``None`` where one does not vary). ``at_the_edge`` says that a variance is 0 or the
    correlation ±1, so that the data say little about how dyads differ.
    """

    n: int
    dyads: int
    left_out: int
    direction: Effect
    congruence: Effect
    direction_sd: float
    congruence_sd: float
    correlation: float | None
    residual_sd: float
    loglik: float
    at_the_edge: bool


def truth_and_bias(
    columns: Columns, *, dyad: str, client: str, therapist: str, level: float = 0.95
) -> TruthAndBias:
    r"""Fit the truth-and-bias model of two ratings over sessions by REML.

    Parameters
    ----------
    columns : Columns
        One row a session.
    dyad : str
        Column that says whose session it was.
    client, therapist : str
        Columns of :math:`C` (taken as the truth) and :math:`T`, on one scale.
    level : float
        Of the intervals.

    Returns
    -------
    TruthAndBias
        On the sessions that both rated.

    Raises
    ------
    TooFewError
        Fewer than ten dyads, or no more sessions than random effects.
    BadColumnError
        A column that is absent or holds text, or a client's rating that varies within no dyad.
    NoVariationError
        The therapist's ratings are the client's, or follow from them without any error.
    NotConvergedError
        The optimiser found no minimum.

    Notes
    -----
    :math:`T_{ij} - \bar C_j = (\beta_0 + u_{0j}) + (\beta_1 + u_{1j})(C_{ij} - \bar C_j) + e_{ij}`
    for session :math:`i` of dyad :math:`j`, :math:`\bar C_j` over the sessions used.
    :math:`\beta_0` is the direction of bias and :math:`\beta_1` the temporal congruence; tests take
    Satterthwaite's degrees of freedom. Sources: West & Kenny (2011), Psychol Rev 118:357-378;
    Atzil-Slonim et al. (2015), J Couns Psychol 62:629-641. Checked against R's lme4.
    """
    who, _ = codes(columns, dyad)
    truth, rated = numbers(columns, client), numbers(columns, therapist)
    used = (who >= 0) & ~np.isnan(truth) & ~np.isnan(rated)
    whose = np.unique(who[used], return_inverse=True)[1]
    dyads = int(whose.max(initial=-1)) + 1
    if dyads < LEAST_DYADS:
        raise TooFewError(MODEL, "dyads", needs=LEAST_DYADS, has=dyads)
    means, within = taken_apart(truth[used], whose, client)
    fit = mixed.fit(
        "bias ~ within + (1 + within | dyad)",
        {"bias": rated[used] - means, "within": within, "dyad": whose},
    )
    random = fit.group("dyad")
    direction, congruence = (fit.term(name) for name in ("(Intercept)", "within"))
    return TruthAndBias(
        n=fit.n,
        dyads=dyads,
        left_out=len(used) - fit.n,
        direction=effect(direction.estimate, direction.se**2, direction.df, level),
        congruence=effect(congruence.estimate, congruence.se**2, congruence.df, level),
        direction_sd=random.sd["(Intercept)"],
        congruence_sd=random.sd["within"],
        correlation=random.correlations["(Intercept)", "within"],
        residual_sd=fit.residual_sd,
        loglik=fit.loglik,
        at_the_edge=fit.convergence.singular,
    )
