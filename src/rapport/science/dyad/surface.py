"""Response surface: how an outcome goes with agreement and disagreement of two ratings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rapport.science.columns import Columns
from rapport.science.dyad.effects import Effect, effect
from rapport.science.dyad.regression import regress, rows_of_dyads

__all__ = ["ResponseSurface", "response_surface"]

MODEL = "A response surface"
LEAST_DYADS = 20
TERMS = ("intercept", "client", "therapist", "client²", "client·therapist", "therapist²")
ALONG = {
    "a1": (0, 1, 1, 0, 0, 0),
    "a2": (0, 0, 0, 1, 1, 1),
    "a3": (0, 1, -1, 0, 0, 0),
    "a4": (0, 0, 0, 1, -1, 1),
    "a5": (0, 0, 0, 1, 0, -1),
}


@dataclass(frozen=True, slots=True)
class ResponseSurface:
    """``coefficients`` by term; ``surface`` holds a1 to a5.

    ``curved_p`` is the F test that all three terms of second degree are 0, with ``curved_f`` on 3
    and ``n`` − 6 degrees of freedom. ``centre`` was taken from both ratings.
    """

    n: int
    left_out: int
    centre: float
    coefficients: dict[str, Effect]
    surface: dict[str, Effect]
    r2: float
    residual_sd: float
    curved_f: float
    curved_p: float


def response_surface(
    columns: Columns,
    *,
    client: str,
    therapist: str,
    outcome: str,
    centre: float | None = None,
    dyad: str | None = None,
    level: float = 0.95,
) -> ResponseSurface:
    r"""Fit an outcome on two ratings, their squares and their product.

    Parameters
    ----------
    columns : Columns
        One row a dyad.
    client, therapist, outcome : str
        Columns of :math:`X`, :math:`Y` and :math:`Z`; the two ratings on one scale.
    centre : float, optional
        The point taken from both ratings, such as the scale's middle; the mean of all ratings
        used, unless given. It must be the same for both, or agreement is no longer where they meet.
    dyad : str, optional
        Column that names the dyad; each may then stand in one complete row only.
    level : float
        Of the intervals.

    Returns
    -------
    ResponseSurface
        On the rows with all three values.

    Raises
    ------
    TooFewError
        Fewer than twenty complete rows.
    ConstantColumnError, BadColumnError
        A column that never varies, is absent or holds text; a dyad in several rows.
    SingularFitError
        Ratings that are one, or that take too few values for a curve.
    NoVariationError
        An outcome that follows exactly from the ratings.

    Notes
    -----
    :math:`Z = b_0 + b_1X + b_2Y + b_3X^2 + b_4XY + b_5Y^2 + e`. Along agreement
    (:math:`X = Y`) the slope is :math:`a_1 = b_1 + b_2` and the curvature
    :math:`a_2 = b_3 + b_4 + b_5`; along disagreement (:math:`X = -Y`)
    :math:`a_3 = b_1 - b_2` and :math:`a_4 = b_3 - b_4 + b_5`; :math:`a_5 = b_3 - b_5` says whether
    the ridge lies aslant. Standard errors are :math:`\sqrt{LVL'}` with the covariance :math:`V` of
    the coefficients; tests take Student's t with :math:`n - 6` degrees of freedom. Sources: Edwards
    & Parry (1993), Acad Manage J 36:1577-1613; Shanock et al. (2010), J Bus Psychol 25:543-554.
    Checked against R's lm.
    """
    names = (client, therapist, outcome)
    used, left_out = rows_of_dyads(columns, names, dyad=dyad, model=MODEL, least=LEAST_DYADS)
    if centre is None:
        centre = float((used[client].mean() + used[therapist].mean()) / 2)
    x, y = used[client] - centre, used[therapist] - centre
    design = np.column_stack([np.ones_like(x), x, y, x * x, x * y, y * y])
    fit = regress(design, used[outcome][:, None], (client, therapist))
    b, v = fit.coefficients[:, 0], fit.unscaled * fit.residual[0, 0]

    def along(weights: tuple[int, ...]) -> Effect:
        row = np.array(weights, dtype=np.float64)
        return effect(float(row @ b), float(row @ v @ row), fit.df, level)

    curved_f = float(b[3:] @ np.linalg.solve(v[3:, 3:], b[3:]) / 3)
    return ResponseSurface(
        n=len(x),
        left_out=left_out,
        centre=centre,
        coefficients={
            term: effect(float(b[at]), float(v[at, at]), fit.df, level)
            for at, term in enumerate(TERMS)
        },
        surface={name: along(weights) for name, weights in ALONG.items()},
        r2=fit.r2[0],
        residual_sd=float(np.sqrt(fit.residual[0, 0])),
        curved_f=curved_f,
        curved_p=_f_tail(curved_f, 3, fit.df),
    )


def _f_tail(f: float, df_above: float, df_below: float) -> float:
    from scipy.special import fdtrc

    return float(fdtrc(df_above, df_below, f))
