"""The arithmetic of a prediction: chances of staying and of dropout, session after session."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rapport.science.dropout.hazard import HazardFit
from rapport.science.dropout.landmark import aged
from rapport.science.dropout.links import hazard_and_slope
from rapport.science.dropout.model import DropoutModel
from rapport.science.dropout.rows import Floats
from rapport.science.dropout.terms import normal_quantile
from rapport.science.refusals import ExtrapolationError

__all__ = ["Chances", "Seen", "chances_by", "interval_of_dropout"]


SURE = 1e-12  # a chance nearer to 0 or 1 than this has no logit worth bounding


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """Clients (n,) at a session, and the session (n,) and values (n, k) of their newest ratings."""

    session: Floats
    rated: Floats
    covariates: Floats


@dataclass(slots=True, eq=False)
class Chances:
    """Chances (n,) of still coming and of having dropped out, each with its derivatives (n, q)."""

    staying: Floats
    staying_slope: Floats
    dropout: Floats
    dropout_slope: Floats

    def pass_session(
        self, dropout: tuple[Floats, Floats], planned: tuple[Floats, Floats], held: Floats
    ) -> None:
        """Let the endings after one session happen, to those for whom ``held`` is 1."""
        (out, out_slope), (done, done_slope) = dropout, planned
        out, out_slope = out * held, out_slope * held[:, None]
        done, done_slope = done * held, done_slope * held[:, None]
        here = self.staying[:, None]
        self.dropout_slope = (
            self.dropout_slope + self.staying_slope * out[:, None] + here * out_slope
        )
        self.dropout = self.dropout + self.staying * out
        stay = (1 - out) * (1 - done)
        lost = out_slope * (1 - done)[:, None] + done_slope * (1 - out)[:, None]
        self.staying_slope = self.staying_slope * stay[:, None] - here * lost
        self.staying = self.staying * stay


def chances_by(model: DropoutModel, seen: Seen, by: int) -> Chances:
    """Go from each client's session to the end of session ``by``."""
    session = seen.session
    if (session > by).any():
        raise ExtrapolationError(f"Session {session.max():g} comes after session {by}.")
    n, p = session.size, model.dropout.estimates.size
    q = p + (model.planned.estimates.size if model.planned else 0)
    now = Chances(np.ones(n), np.zeros((n, q)), np.zeros(n), np.zeros((n, q)))
    none = np.zeros(n), np.zeros((n, 0))
    for at in range(int(session.min(initial=by + 1)), by + 1):
        out, out_slope = _hazard(model.dropout, seen, at)
        done, done_slope = _hazard(model.planned, seen, at) if model.planned else none
        now.pass_session(
            (out, np.hstack([out_slope, np.zeros((n, q - p))])),
            (done, np.hstack([np.zeros((n, p)), done_slope])),
            np.asarray(session <= at, dtype=np.float64),
        )
    return now


def _hazard(fit: HazardFit, seen: Seen, at: int) -> tuple[Floats, Floats]:
    """The hazard after session ``at`` (n,) and its derivatives by the coefficients (n, p)."""
    lag = np.maximum(at - seen.rated, 0.0)
    design = fit.design(np.full(lag.size, float(at)), aged(seen.covariates, lag))
    hazard, slope = hazard_and_slope(fit.link, design @ fit.estimates)
    return hazard, slope[:, None] * design


def interval_of_dropout(model: DropoutModel, chances: Chances) -> tuple[Floats, Floats]:
    """Return the 95 % bounds (n,) of the chance of dropout: the delta method on its logit."""
    p = model.dropout.estimates.size
    variance = _quadratic(chances.dropout_slope[:, :p], model.dropout.covariance)
    if model.planned:
        variance = variance + _quadratic(chances.dropout_slope[:, p:], model.planned.covariance)
    chance = np.clip(chances.dropout, SURE, 1 - SURE)
    logit = np.log(chance) - np.log1p(-chance)
    reach = normal_quantile(0.975) * np.sqrt(variance) / (chance * (1 - chance))
    low, high = (hazard_and_slope("logit", logit + side)[0] for side in (-reach, reach))
    return low, high


def _quadratic(slopes: Floats, covariance: Floats) -> Floats:
    found: Floats = np.einsum("ni,ij,nj->n", slopes, covariance, slopes)
    return found
