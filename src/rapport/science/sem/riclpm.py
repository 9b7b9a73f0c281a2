"""The random-intercept cross-lagged panel model, written and fitted by one function."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rapport.science.columns import Columns
from rapport.science.refusals import BadModelError
from rapport.science.sem.data import Missing
from rapport.science.sem.fit import fit_sem
from rapport.science.sem.result import Estimator, SemFit

__all__ = ["fit_riclpm", "riclpm_model"]

LEAST_WAVES = 3


def riclpm_model(
    x_columns: Sequence[str], y_columns: Sequence[str], *, invariant: bool = False
) -> str:
    r"""Return the model in lavaan's syntax.

    Parameters
    ----------
    x_columns, y_columns : sequence of str, length T ≥ 3
        The columns of the two variables, one a wave, in order of time.
    invariant : bool
        Whether the lagged effects are the same at all waves. They are then labelled
        ``ar_x``, ``cross_yx`` (of y on x, one wave later), ``cross_xy``, ``ar_y``; without, these
        labels end in the wave they predict, such as ``ar_x2``.

    Raises
    ------
    BadModelError
        With fewer than three waves, unequal numbers of them, or a column named twice.

    Notes
    -----
    :math:`x_{it} = \mu_t + \mathrm{RI}_{x,i} + w_{x,it}`, likewise :math:`y`; the within parts
    follow :math:`w_t = \Phi_t w_{t-1} + u_t`. A person's intercepts and within parts are
    unrelated; all measurement error is in the within parts. Residuals of a wave are correlated.
    Variances are free at each wave. Source: Hamaker, Kuiper & Grasman (2015),
    Psychol Methods 20:102-116.
    Checked against the same text fitted by lavaan.
    """
    _check(x_columns, y_columns)
    waves = range(1, len(x_columns) + 1)
    lines = [
        _intercept("RI_x", x_columns),
        _intercept("RI_y", y_columns),
        *(f"w_x{t} =~ 1*{x_columns[t - 1]}" for t in waves),
        *(f"w_y{t} =~ 1*{y_columns[t - 1]}" for t in waves),
        *(line for t in waves[1:] for line in _lagged(t, invariant)),
        *(f"w_x{t} ~~ w_y{t}" for t in waves),
        "RI_x ~~ RI_y",
        *(f"{part}{t} ~~ {part}{t}" for t in waves for part in ("w_x", "w_y")),
        "RI_x ~~ RI_x",
        "RI_y ~~ RI_y",
        *(f"RI_{v} ~~ 0*w_{w}1" for v in "xy" for w in "xy"),
        *(f"{name} ~~ 0*{name}" for name in (*x_columns, *y_columns)),
        *(f"{name} ~ 1" for name in (*x_columns, *y_columns)),
    ]
    return "\n".join(lines)


def fit_riclpm(
    columns: Columns,
    x_columns: Sequence[str],
    y_columns: Sequence[str],
    *,
    invariant: bool = False,
    missing: Missing = "listwise",
    estimator: Estimator = "ML",
) -> SemFit:
    """Fit :func:`riclpm_model` to columns, one row a person.

    Parameters and refusals are those of :func:`riclpm_model` and
    :func:`~rapport.science.sem.fit.fit_sem`.
    """
    model = riclpm_model(x_columns, y_columns, invariant=invariant)
    return fit_sem(model, columns, missing=missing, estimator=estimator)


def _intercept(factor: str, names: Sequence[str]) -> str:
    return f"{factor} =~ " + " + ".join(f"1*{name}" for name in names)


def _lagged(t: int, invariant: bool) -> Iterator[str]:
    wave = "" if invariant else str(t)
    before = t - 1
    yield f"w_x{t} ~ ar_x{wave}*w_x{before} + cross_yx{wave}*w_y{before}"
    yield f"w_y{t} ~ cross_xy{wave}*w_x{before} + ar_y{wave}*w_y{before}"


def _check(x_columns: Sequence[str], y_columns: Sequence[str]) -> None:
    if len(x_columns) != len(y_columns):
        raise BadModelError(
            f"The model needs as many waves of x as of y; there are {len(x_columns)} and "
            f"{len(y_columns)}."
        )
    if len(x_columns) < LEAST_WAVES:
        raise BadModelError(
            f"The model needs at least {LEAST_WAVES} waves; there are {len(x_columns)}."
        )
    names = (*x_columns, *y_columns)
    for name in names:
        if names.count(name) > 1:
            raise BadModelError(f"The model names the column {name!r} twice.")
