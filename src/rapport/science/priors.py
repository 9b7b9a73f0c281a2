"""What is believed about a course before a relationship has told us anything.

No published course exists for any scale shipped here, so every prior is weakly informative: wide in
units of the scale's own spread, flat over time, and outweighed by a client's own ratings within a
handful of sessions. Where norms of people in treatment are published, level and spread come from
them, with their source; everything else is an assumption and says so. A practice's own model
(``course_model``) replaces them.
"""

from __future__ import annotations

from dataclasses import dataclass

from rapport.science.history import Scale

# Shares of a scale's range. They are assumptions, not findings: docs/methods/expected-course.md.
RANGE_NOISE = 0.10
RANGE_BETWEEN = 0.25
# Shares of a declared standard deviation between people.
SD_NOISE = 0.5
SD_BETWEEN = 1.0
# A client's change per unit of log(session), in units of the noise.
SLOPE_TO_NOISE = 0.75
# How many sessions' worth of evidence the assumed noise stands for.
NOISE_WORTH = 4
# Earlier ratings from which an unknown noise can be learned.
MINIMUM_WITHOUT_NOISE = 3


_UPDATED = (
    "This relationship's own earlier sessions update it; the assumed spread weighs as much as "
    f"{NOISE_WORTH} of them."
)


@dataclass(frozen=True, slots=True)
class CoursePrior:
    """Normal–inverse-gamma prior of a straight line in log(session).

    ``noise`` is the assumed session-to-session standard deviation in scale units and
    ``noise_worth`` its weight in sessions; both are ``None``/0 where the scale declares nothing,
    and the noise is then learned from the client's earlier sessions alone. ``centre`` is the
    expected first score; ``None`` means that the first rating sets it. ``between`` is the
    assumed standard deviation between clients, in scale units.
    """

    centre: float | None
    between: float | None
    noise: float | None
    noise_worth: int
    text: str

    @property
    def centre_precision(self) -> float:
        """Precision of the first score in units of 1/noise²; 0 where nothing is known."""
        if self.centre is None or self.between is None or self.noise is None:
            return 0.0
        return (self.noise / self.between) ** 2

    @property
    def slope_precision(self) -> float:
        return 1.0 / SLOPE_TO_NOISE**2

    @property
    def least(self) -> int:
        """How many earlier ratings a forecast needs."""
        return MINIMUM_WITHOUT_NOISE if self.noise is None else 1


def course_prior(scale: Scale) -> CoursePrior:
    """Return the prior that the scale's declared facts allow."""
    if scale.norm_mean is not None and scale.norm_sd is not None:
        return _from_norm(scale.norm_mean, scale.norm_sd, scale.norm_source)
    if scale.source_sd is not None:
        return _from_sd(scale, scale.source_sd)
    if scale.minimum is not None and scale.maximum is not None:
        return _from_range(scale.minimum, scale.maximum)
    return CoursePrior(
        centre=None,
        between=None,
        noise=None,
        noise_worth=0,
        text=(
            "The scale declares neither a range nor a standard deviation, so no prior is used: "
            "level and spread come from this relationship's earlier sessions alone."
        ),
    )


def _middle(scale: Scale) -> float | None:
    if scale.minimum is None or scale.maximum is None:
        return None
    return (scale.minimum + scale.maximum) / 2


def _from_norm(mean: float, sd: float, source: str) -> CoursePrior:
    return CoursePrior(
        centre=mean,
        between=sd,
        noise=SD_NOISE * sd,
        noise_worth=NOISE_WORTH,
        text=(
            f"Level and spread between clients are published norms of people in treatment: "
            f"{mean:g} ± {sd:g} ({source}). That one client's sessions differ by "
            f"{SD_NOISE * sd:g}, and that no change is expected beforehand, are assumptions. "
            f"{_UPDATED}"
        ),
    )


def _from_sd(scale: Scale, sd: float) -> CoursePrior:
    return CoursePrior(
        centre=_middle(scale),
        between=SD_BETWEEN * sd,
        noise=SD_NOISE * sd,
        noise_worth=NOISE_WORTH,
        text=(
            f"An assumption, not a published norm: from the declared standard deviation of {sd:g}, "
            f"clients are taken to differ by {SD_BETWEEN * sd:g} and one client's sessions by "
            f"{SD_NOISE * sd:g}, with no change expected beforehand. {_UPDATED}"
        ),
    )


def _from_range(minimum: float, maximum: float) -> CoursePrior:
    width = maximum - minimum
    return CoursePrior(
        centre=(minimum + maximum) / 2,
        between=RANGE_BETWEEN * width,
        noise=RANGE_NOISE * width,
        noise_worth=NOISE_WORTH,
        text=(
            f"An assumption, not a published norm: from the scale's range of {minimum:g} to "
            f"{maximum:g}, clients are taken to differ by {RANGE_BETWEEN * width:g} and one "
            f"client's sessions by {RANGE_NOISE * width:g}, with no change expected beforehand. "
            f"{_UPDATED}"
        ),
    )
