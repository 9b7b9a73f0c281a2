"""The expected course as a mixed model found it, and one client's place in it, in closed form.

A fitted model comes in as plain numbers: nothing here fits, and nothing beyond the standard
library is read, because the engine stands on it. Many clients at once: ``course_batch``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rapport.science.forecast import Forecast
from rapport.science.refusals import ImpossibleArgumentError

# Rounding allowed when a covariance matrix is checked, as a share of its largest entry.
ROUNDING = 1e-9

FourByFour = tuple[
    tuple[float, float, float, float],
    tuple[float, float, float, float],
    tuple[float, float, float, float],
    tuple[float, float, float, float],
]


class FixedEffects(NamedTuple):
    """What all clients share; a term that the fit left out is 0."""

    intercept: float
    log_session: float
    intake: float
    intake_by_log_session: float


class RandomEffects(NamedTuple):
    """How clients differ: variances of intercept and of slope by log session, and covariance."""

    intercept_variance: float
    covariance: float
    slope_variance: float


class CourseState(NamedTuple):
    """All that is kept of a client's ratings: n, Σt, Σt², Σr, Σtr.

    t is log(session) and r the rating minus what the fixed effects expect.
    """

    n: float = 0.0
    t: float = 0.0
    tt: float = 0.0
    r: float = 0.0
    tr: float = 0.0


class ClientEffects(NamedTuple):
    """Best linear unbiased predictions of one client's own intercept and slope."""

    intercept: float
    slope: float


@dataclass(frozen=True, slots=True)
class ExpectedCourseModel:
    r"""A linear mixed model of the ratings after the first, given the first.

    Attributes
    ----------
    fixed
        Intercept, log session, intake severity and their product. Intake severity is the first
        rating minus ``intake_mean``, in scale units.
    random, residual_sd
        Covariance of the clients' own intercepts and slopes, and the standard deviation of a
        rating about its client's line.
    fixed_covariance
        Covariance of the estimates in ``fixed``, in their order; zeros where it is not to count.
    intake_mean, intake_sd
        Of the first ratings that the model was fitted on.
    clients
        How many it was fitted on.
    version, data_hash
        Names that the caller gives the fit and its data.

    Raises
    ------
    ImpossibleArgumentError
        Where a figure is not finite, or a matrix is no covariance.

    Notes
    -----
    :math:`y = \beta_0 + \beta_1 t + \beta_2 s + \beta_3 st + u_0 + u_1 t + e` with
    :math:`t = \log(\text{session})`, :math:`s` the centred intake, :math:`u \sim N(0, D)` and
    :math:`e \sim N(0, \sigma^2)`. The first rating is a predictor, so the model must be fitted
    without it: sessions after a client's first rated one.
    """

    fixed: FixedEffects
    random: RandomEffects
    residual_sd: float
    fixed_covariance: FourByFour
    intake_mean: float
    intake_sd: float
    clients: int
    version: str
    data_hash: str

    def __post_init__(self) -> None:
        a, b, c = self.random
        figures = (*self.fixed, a, b, c, self.intake_mean, *sum(self.fixed_covariance, ()))
        if not all(map(math.isfinite, figures)):
            raise ImpossibleArgumentError("A course model holds a figure that is not finite.")
        if not (_positive(self.residual_sd) and _positive(self.intake_sd)):
            raise ImpossibleArgumentError(
                f"A course model's standard deviations must be above 0; residual "
                f"{self.residual_sd} and intake {self.intake_sd} were given."
            )
        for name, matrix in (
            ("random effects", ((a, b), (b, c))),
            ("fixed effects", self.fixed_covariance),
        ):
            if not _is_covariance(matrix):
                raise ImpossibleArgumentError(f"The matrix of the {name} is no covariance.")
        if self.clients < 1:
            raise ImpossibleArgumentError(f"A course model of {self.clients} clients cannot be.")

    @property
    def between(self) -> float:
        """Standard deviation between clients at the first session, intake included."""
        explained = self.fixed.intake * self.intake_sd
        return math.sqrt(explained * explained + self.random.intercept_variance)

    @property
    def least(self) -> int:
        """How many earlier ratings a forecast needs: the intake."""
        return 1

    @property
    def text(self) -> str:
        """What a screen says is in use."""
        return (
            f"This practice's own model, fitted on {self.clients:,} clients of this practice, "
            f"version {self.version}: the first rating and the number of sessions say what to "
            "expect, and this relationship's own later sessions update it."
        )

    def expected(self, intake: float, session: float) -> float:
        """What the fixed effects expect at ``session`` of a client whose first rating is given."""
        b0, b1, b2, b3 = self.fixed
        s = intake - self.intake_mean
        return b0 + b2 * s + (b1 + b3 * s) * math.log(session)

    def after(
        self, state: CourseState, intake: float, session: float, rating: float
    ) -> CourseState:
        """Add one rating to what is known of a client; any order gives the same sums."""
        n, st, stt, sr, str_ = state
        t, r = math.log(session), rating - self.expected(intake, session)
        return CourseState(n + 1, st + t, stt + t * t, sr + r, str_ + t * r)

    def client_effects(self, state: CourseState) -> ClientEffects:
        r"""Return :math:`\hat u = P Z^\top r/\sigma^2`; see :meth:`forecast`."""
        (p00, p01, p11), _ = self._posterior(state)
        s2 = self.residual_sd * self.residual_sd
        return ClientEffects(
            (p00 * state.r + p01 * state.tr) / s2, (p01 * state.r + p11 * state.tr) / s2
        )

    def forecast(self, state: CourseState, intake: float, session: float) -> Forecast:
        r"""Predict the rating at one session from the client's earlier ones.

        Parameters
        ----------
        state : CourseState
            The ratings after the first; empty for a client of whom only the first is known.
        intake : float
            The first rating, in scale units.
        session : float
            Session number, from 1.

        Returns
        -------
        Forecast
            Normal: an infinite ``df``.

        Notes
        -----
        With :math:`S = Z^\top Z/\sigma^2` from the sums, :math:`A = I + DS`, :math:`P = A^{-1}D`
        (so a D without an inverse is no trouble), the mean is
        :math:`x^\top\beta + z^\top P Z^\top r/\sigma^2` and its variance

        .. math:: z^\top P z + \sigma^2 + w^\top M w, \quad w = A^{-\top} z,

        where :math:`M` is the covariance of the fixed part of a client's intercept and slope.
        :math:`w` carries what the ratings have not yet said about them. Checked against
        :math:`V = ZDZ^\top + \sigma^2 I` in R, and the effects against lme4's ``ranef``.
        """
        t, s = math.log(session), intake - self.intake_mean
        (p00, p01, p11), (w0, w1) = self._posterior(state, t)
        s2 = self.residual_sd * self.residual_sd
        mean = (
            self.expected(intake, session)
            + ((p00 + t * p01) * state.r + (p01 + t * p11) * state.tr) / s2
        )
        v = self.fixed_covariance
        m00 = v[0][0] + s * (2 * v[0][2] + s * v[2][2])
        m01 = v[0][1] + s * (v[0][3] + v[1][2] + s * v[2][3])
        m11 = v[1][1] + s * (2 * v[1][3] + s * v[3][3])
        variance = p00 + t * (2 * p01 + t * p11) + s2
        variance += w0 * (w0 * m00 + 2 * w1 * m01) + w1 * w1 * m11
        return Forecast(mean, math.sqrt(variance), math.inf)

    def _posterior(
        self, state: CourseState, t: float = 0.0
    ) -> tuple[tuple[float, float, float], tuple[float, float]]:
        """The client's remaining covariance P, and A⁻ᵀz at z = (1, t)."""
        d00, d01, d11 = self.random
        s2 = self.residual_sd * self.residual_sd
        s00, s01, s11 = state.n / s2, state.t / s2, state.tt / s2
        a00, a01 = 1 + d00 * s00 + d01 * s01, d00 * s01 + d01 * s11
        a10, a11 = d01 * s00 + d11 * s01, 1 + d01 * s01 + d11 * s11
        det = a00 * a11 - a01 * a10
        p = (
            (a11 * d00 - a01 * d01) / det,
            (a11 * d01 - a01 * d11) / det,
            (a00 * d11 - a10 * d01) / det,
        )
        return p, ((a11 - t * a10) / det, (t * a00 - a01) / det)


def _positive(figure: float) -> bool:
    return math.isfinite(figure) and figure > 0


def _is_covariance(matrix: Sequence[Sequence[float]]) -> bool:
    allowed = ROUNDING * max(max(map(abs, row)) for row in matrix)
    size = range(len(matrix))
    if any(abs(matrix[i][j] - matrix[j][i]) > allowed for i in size for j in size):
        return False
    return _none_negative(matrix, allowed)


def _none_negative(matrix: Sequence[Sequence[float]], allowed: float) -> bool:
    """Whether no pivot of the elimination lies below 0 by more than is ``allowed``."""
    if not matrix:
        return True
    (pivot, *beside), below = matrix[0], matrix[1:]
    if pivot <= 0:
        beside_zero = all(abs(entry) <= allowed for entry in beside)
        return pivot >= -allowed and beside_zero and _none_negative([r[1:] for r in below], allowed)
    rest = [
        [entry - row[0] / pivot * above for entry, above in zip(row[1:], beside, strict=True)]
        for row in below
    ]
    return _none_negative(rest, allowed)
