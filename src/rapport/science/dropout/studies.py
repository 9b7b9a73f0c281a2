"""Studies of dropout with known truth: what the intervals and predictions are checked on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rapport.science.dropout.links import Link, hazard_and_slope
from rapport.science.dropout.rows import Bools, Floats

__all__ = ["OFTEN_PLANNED", "Study", "simulate_study", "true_incidence", "true_risk"]


PEOPLE = 50_000


@dataclass(frozen=True, slots=True)
class Study:
    """What is true.

    ``level``, ``log_session`` and ``alliance`` are coefficients of the hazard of dropout on
    ``link``, the ``planned_`` ones log-odds of a planned ending among those who did not drop out.
    Half of the variance of alliance is the client's own. ``shared`` is how strongly clients of one
    therapist are alike, in alliance and in luck: what the hazard depends on is left as it is.
    """

    clients: int = 120
    therapists: int = 15
    sessions: int = 8
    link: Link = "logit"
    level: float = -1.8
    log_session: float = -0.4
    alliance: float = -0.6
    planned_level: float = -4.5
    planned_log_session: float = 1.2
    shared: float = 0.0

    def dropout_hazard(self, session: Floats, alliance: Floats) -> Floats:
        """Return the true chance of dropout after sessions, of any shape."""
        eta = self.level + self.log_session * np.log(session) + self.alliance * alliance
        return hazard_and_slope(self.link, eta)[0]

    def planned_hazard(self, session: Floats) -> Floats:
        """Return the true chance of a planned ending, where there was no dropout."""
        eta = self.planned_level + self.planned_log_session * np.log(session)
        return hazard_and_slope(self.link, eta)[0]


# Four of ten drop out; taking planned endings as censored makes a tenth more of it.
OFTEN_PLANNED = Study(clients=20_000, therapists=400, sessions=12, level=-2.43, planned_level=-5.22)


def simulate_study(rng: np.random.Generator, study: Study) -> dict[str, Floats]:
    """Simulate one row for each session held, client by client.

    Columns: ``client``, ``therapist``, ``session``, ``alliance``, ``event`` (0, 1, 2), and
    ``start``, ``stop``: the same course with dropout at an exact time, uniform in cumulative
    hazard between two sessions. Who is here after the last session goes on.
    """
    from scipy.special import ndtr

    shape = (study.clients, study.sessions)
    therapist = np.arange(study.clients) % study.therapists
    session = np.broadcast_to(np.arange(1.0, study.sessions + 1), shape)
    common = rng.standard_normal((study.therapists, 1))[therapist]
    own = np.sqrt(study.shared) * common
    own = own + np.sqrt(1 - study.shared) * rng.standard_normal((study.clients, 1))
    alliance = np.sqrt(0.5) * (own + rng.standard_normal(shape))
    together = rng.standard_normal((study.therapists, study.sessions))[therapist]
    luck = np.sqrt(study.shared) * together
    luck = ndtr(luck + np.sqrt(1 - study.shared) * rng.standard_normal(shape))
    waits, hazard = -np.log1p(-luck), -np.log1p(-study.dropout_hazard(session, alliance))
    dropped = waits < hazard
    done = rng.random(shape) < study.planned_hazard(session)
    event = np.where(dropped, 1.0, np.where(done, 2.0, 0.0))
    held: Bools = np.cumsum(event > 0, axis=1) - (event > 0) == 0
    client = np.broadcast_to(np.arange(float(study.clients))[:, None], shape)
    start = session - 1
    return {
        "client": client[held],
        "therapist": np.broadcast_to(therapist[:, None], shape)[held].astype(np.float64),
        "session": session[held],
        "alliance": alliance[held],
        "event": event[held],
        "start": start[held],
        "stop": np.where(dropped, start + waits / hazard, session)[held],
    }


def true_risk(
    rng: np.random.Generator, study: Study, *, after: int, by: int, alliance: float
) -> float:
    """Return the chance of dropout by session ``by`` of clients who rated so at ``after``.

    By averaging over what may have gone before and what may come; ``shared`` does not matter.
    """
    own = np.sqrt(0.5) * (alliance + rng.standard_normal((PEOPLE, 1)))
    rated = np.sqrt(0.5) * (own + rng.standard_normal((PEOPLE, by)))
    rated[:, after - 1] = alliance
    here, out = _course(study, rated)
    came = here[:, after - 1].sum()
    return float((here * out)[:, after - 1 :].sum() / came)


def true_incidence(rng: np.random.Generator, study: Study) -> float:
    """Return the share of all clients that drops out by the last session."""
    own = rng.standard_normal((PEOPLE, 1))
    here, out = _course(study, np.sqrt(0.5) * (own + rng.standard_normal((PEOPLE, study.sessions))))
    return float((here * out).sum() / PEOPLE)


def _course(study: Study, alliance: Floats) -> tuple[Floats, Floats]:
    """Chances of coming to each session, and of dropout after it, each (people, sessions)."""
    session = np.arange(1.0, alliance.shape[1] + 1)
    out = study.dropout_hazard(session, alliance)
    stay = (1 - out) * (1 - study.planned_hazard(session))
    here = np.cumprod(np.hstack([np.ones((len(stay), 1)), stay[:, :-1]]), axis=1)
    return np.asarray(here, dtype=np.float64), out
