"""What is true in a simulated world, and simulated relationships as the engine reads them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
import numpy.typing as npt

from rapport.science.history import History, Rater, Rating, Scale, Session
from rapport.science.refusals import ImpossibleArgumentError

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

CONSTRUCTS = ("goal", "task", "bond", "real_relationship", "empathy", "congruence", "regard")
MINIMUM, MAXIMUM = 1.0, 7.0
SHARES = (
    "within_share",
    "rupture_hazard",
    "rupture_seen_by_therapist",
    "repair_probability",
    "dropout_share",
    "client_missing",
    "therapist_missing",
    "appointment_missed",
)
CORRELATIONS = ("side_correlation", "alliance_distress_correlation")


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true in the simulated world; the defaults come from docs/methods/engine.md.

    ``within_share`` is the share of a rating's variance that moves from session to session.
    Cross-lags are standardised: distress on the next alliance, alliance on the next distress.
    ``side_correlation`` and ``client_higher_d`` describe the alliance before it is rounded.
    Without ``construct_specific`` parts all seven constructs of a side are one, and the ratings
    follow the lagged process exactly; with them, what is special to a construct blurs its lags.
    Hazards are per session; log-odds of dropping out fall by ``dropout_per_sd`` with each
    standard deviation of the client's alliance and by ``dropout_per_log_session`` over time.

    Raises
    ------
    ImpossibleArgumentError
        A figure that is not finite, a share outside 0 to 1, a correlation outside −1 to 1, a
        negative standard deviation, or a range that ends before it begins.
    """

    autoregression_alliance: float = 0.35
    autoregression_distress: float = 0.30
    cross_lag_to_alliance: float = -0.10
    cross_lag_to_distress: float = -0.10
    side_correlation: float = 0.36
    alliance_distress_correlation: float = -0.25
    client_higher_d: float = 0.63
    within_share: float = 0.35
    client_mean: float = 5.3
    rating_sd: float = 1.0
    alliance_growth: float = 0.10
    distress_mean: float = 4.6
    distress_change: float = -0.45
    distress_change_sd: float = 0.35
    rupture_hazard: float = 0.03
    rupture_depth: tuple[float, float] = (1.5, 3.0)
    rupture_seen_by_therapist: float = 0.4
    repair_probability: float = 0.65
    dropout_share: float = 0.197
    dropout_per_sd: float = -0.6
    dropout_per_log_session: float = -0.73
    planned_mean: float = 20.0
    planned_range: tuple[int, int] = (6, 40)
    client_missing: float = 0.06
    therapist_missing: float = 0.04
    appointment_missed: float = 0.08
    rounded: bool = True
    construct_specific: bool = True

    def __post_init__(self) -> None:
        for name in (field.name for field in fields(self)):
            self._needs(name, "finite", bool(np.isfinite(getattr(self, name)).all()))
        for name in SHARES:
            self._needs(name, "from 0 to 1", 0 <= getattr(self, name) <= 1)
        for name in CORRELATIONS:
            self._needs(name, "from -1 to 1", -1 <= getattr(self, name) <= 1)
        self._needs("rating_sd", "above 0", self.rating_sd > 0)
        self._needs("distress_change_sd", "0 or more", self.distress_change_sd >= 0)
        shallow, deep = self.rupture_depth
        self._needs("rupture_depth", "0 or more, the smaller first", 0 <= shallow <= deep)
        fewest, most = self.planned_range
        whole = fewest % 1 == 0 and most % 1 == 0
        self._needs(
            "planned_range", "whole, 1 or more, the smaller first", whole and 1 <= fewest <= most
        )

    def _needs(self, name: str, what: str, met: bool) -> None:
        if not met:
            raise ImpossibleArgumentError(f"{name} must be {what}, not {getattr(self, name)}.")


def simulated_scales(truth: Truth) -> dict[tuple[str, str], Scale]:
    """Return the scales of the simulated forms: a range where rounded, else a declared SD."""
    low, high = (MINIMUM, MAXIMUM) if truth.rounded else (None, None)
    sd = None if truth.rounded else truth.rating_sd
    relationship = [
        Scale("relationship_check", c, c, "relationship", True, low, high, source_sd=sd)
        for c in (*CONSTRUCTS, "alliance")
    ]
    distress = Scale(
        "week_check", "distress", "distress", "outcome", False, low, high, source_sd=sd
    )
    return {scale.key: scale for scale in (*relationship, distress)}


@dataclass(frozen=True)
class Simulation:
    """Simulated relationships; n of them, T sessions at most.

    ``client`` and ``therapist`` have shape (n, T, 7) in the order of :data:`CONSTRUCTS`,
    ``distress`` (n, T), in scale units. ``length`` counts sessions held and ``dropped_out`` says
    whether the last was followed by dropout (else the ending was planned). ``rupture`` and
    ``repair`` (n, T) mark the sessions where a rupture begins and where it is repaired.
    ``client_given`` and ``therapist_given`` (n, T) are false where a rating is missing, and
    ``missed_before`` counts appointments missed. Cells past ``length`` mean nothing.
    """

    truth: Truth
    client: Floats
    therapist: Floats
    distress: Floats
    length: Ints
    dropped_out: Bools
    rupture: Bools
    repair: Bools
    client_given: Bools
    therapist_given: Bools
    missed_before: Ints
    dropout_probability: Floats

    def __len__(self) -> int:
        return len(self.length)

    @cached_property
    def held(self) -> Bools:
        """Which cells are sessions that took place, shape (n, T)."""
        columns: Ints = np.arange(1, self.distress.shape[1] + 1)
        return columns[None, :] <= self.length[:, None]

    @cached_property
    def scales(self) -> dict[tuple[str, str], Scale]:
        """The scales that :meth:`histories` declares."""
        return simulated_scales(self.truth)

    def alliance(self, side: Floats) -> Floats:
        """Mean of goal, task and bond on one side, shape (n, T)."""
        mean: Floats = side[:, :, :3].mean(axis=2)
        return mean

    def histories(self) -> Iterator[History]:
        """Yield every relationship as the engine reads it."""
        return (self.history(index) for index in range(len(self)))

    def history(self, index: int) -> History:
        """Return one relationship as the engine reads it."""
        length = int(self.length[index])
        client_given = self.client_given[index].tolist()
        therapist_given = self.therapist_given[index].tolist()
        missed = self.missed_before[index].tolist()
        client, therapist, distress = (
            side[index, :length].tolist() for side in (self.client, self.therapist, self.distress)
        )
        ratings: list[Rating] = []
        for number in range(1, length + 1):
            if client_given[number - 1]:
                value = distress[number - 1]
                ratings += _form(number, "client", client[number - 1])
                ratings.append(Rating(number, "client", "week_check", "distress", value))
            if therapist_given[number - 1]:
                ratings += _form(number, "therapist", therapist[number - 1])
        return History(
            relationship=f"simulated-{index + 1}",
            sessions=tuple(Session(s + 1, missed_before=missed[s]) for s in range(length)),
            ratings=tuple(ratings),
            scales=self.scales,
        )


def _form(session: int, rater: Rater, values: list[float]) -> list[Rating]:
    form = [
        Rating(session, rater, "relationship_check", construct, value)
        for construct, value in zip(CONSTRUCTS, values, strict=True)
    ]
    alliance = sum(values[:3]) / 3
    return [*form, Rating(session, rater, "relationship_check", "alliance", alliance)]
