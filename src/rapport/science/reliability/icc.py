"""Intraclass correlations: how far raters of the same units agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rapport.science.columns import Columns
from rapport.science.refusals import NoVariationError
from rapport.science.reliability.table import Floats, Reliability, complete_rows, f_quantiles

IccForm = Literal["1,1", "A,1", "C,1", "1,k", "A,k", "C,k"]
WithBounds = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class MeanSquares:
    """Of rows, of columns, of what is left, and within rows (columns and the rest together)."""

    rows: float
    columns: float
    rest: float
    within: float
    n: int
    k: int


def icc(
    columns: Columns, raters: Sequence[str], form: IccForm = "A,1", *, level: float = 0.95
) -> Reliability:
    r"""Return an intraclass correlation of raters who rate the same units.

    Parameters
    ----------
    columns : Columns
        One row a unit.
    raters : sequence of str, length k of 2 or more
        The raters' columns.
    form : {"1,1", "A,1", "C,1", "1,k", "A,k", "C,k"}
        ``1``: other raters for every unit, order without meaning; ``A``: the same raters,
        absolute agreement; ``C``: the same raters, consistency, their means aside. ``,1`` is the
        reliability of one rating, ``,k`` of the mean of ``k``.
    level : float
        Of the interval.

    Returns
    -------
    Reliability
        On the units that every rater rated.

    Raises
    ------
    TooFewError
        Fewer than two raters, or than two units rated by all.
    NoVariationError
        Where the quotient has no positive denominator: the units do not differ.

    Notes
    -----
    From the mean squares of a two-way table, rows :math:`R`, columns :math:`C`, rest :math:`E`,
    within rows :math:`W`: ICC(1,1) :math:`= (R-W)/(R+(k-1)W)`, ICC(C,1)
    :math:`= (R-E)/(R+(k-1)E)`, ICC(A,1) :math:`= (R-E)/(R+(k-1)E+k(C-E)/n)`; the interval by
    F, for A with Satterthwaite's degrees of freedom; the mean of k by Spearman and Brown.
    A negative coefficient is left as it is. Source: McGraw & Wong (1996), Psychol Methods 1:30-46.
    Checked against R's psych and R's aov.
    """
    ratings, left_out = complete_rows(columns, raters, "An intraclass correlation")
    squares = _mean_squares(ratings)
    rho, low, high = {"1": _one_way, "C": _consistency, "A": _agreement}[form[0]](squares, level)
    if form.endswith("k"):
        rho, low, high = (_of_mean(one, squares.k) for one in (rho, low, high))
    return Reliability(rho, low, high, n=squares.n, k=squares.k, left_out=left_out)


def _mean_squares(ratings: Floats) -> MeanSquares:
    n, k = ratings.shape
    centred = ratings - ratings.mean()
    by_row, by_column = centred.mean(axis=1), centred.mean(axis=0)
    rest = ((centred - by_row[:, None] - by_column[None, :]) ** 2).sum()
    columns = n * (by_column**2).sum()
    return MeanSquares(
        rows=float(k * (by_row**2).sum() / (n - 1)),
        columns=float(columns / (k - 1)),
        rest=float(rest / ((n - 1) * (k - 1))),
        within=float((rest + columns) / (n * (k - 1))),
        n=n,
        k=k,
    )


def _one_way(s: MeanSquares, level: float) -> WithBounds:
    return _by_f(s, s.within, s.n * (s.k - 1), level)


def _consistency(s: MeanSquares, level: float) -> WithBounds:
    return _by_f(s, s.rest, (s.n - 1) * (s.k - 1), level)


def _by_f(s: MeanSquares, error: float, df_error: float, level: float) -> WithBounds:
    f_low, f_high = f_quantiles(s.n - 1, df_error, level)

    def rho(f: float) -> float:
        return _quotient(s.rows - f * error, s.rows + (s.k - 1) * f * error)

    return rho(1.0), rho(f_high), rho(f_low)


def _agreement(s: MeanSquares, level: float) -> WithBounds:
    n, k = s.n, s.k
    others = k * s.columns + (k * n - k - n) * s.rest

    def rho(f: float) -> float:
        return _quotient(n * (s.rows - f * s.rest), f * others + n * s.rows)

    f_low, f_high = f_quantiles(n - 1, _df_of_agreement(s, rho(1.0)), level)
    return rho(1.0), rho(f_high), rho(f_low)


def _df_of_agreement(s: MeanSquares, rho: float) -> float:
    """Satterthwaite's degrees of freedom of what is not due to the units."""
    raters = s.k * rho * s.columns
    error = (s.n * (1 + (s.k - 1) * rho) - s.k * rho) * s.rest
    spread = raters**2 / (s.k - 1) + error**2 / ((s.n - 1) * (s.k - 1))
    return (raters + error) ** 2 / spread if spread > 0 else 1.0


def _of_mean(rho: float, k: int) -> float:
    return _quotient(k * rho, 1 + (k - 1) * rho)


def _quotient(above: float, below: float) -> float:
    if below <= 0:
        raise NoVariationError("the units differ no more than ratings of one unit do")
    return above / below
