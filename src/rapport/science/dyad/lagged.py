"""What goes before what, session by session: the RI-CLPM and its detrended twin."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rapport.science.columns import Columns
from rapport.science.dyad.effects import Effect, effect
from rapport.science.dyad.panel import Panel, panel
from rapport.science.refusals import BadModelError, RefusedFitError
from rapport.science.sem import SemFit, fit_sem, riclpm_model

__all__ = ["Between", "LaggedEffects", "LaggedPaths", "Within", "lagged_effects"]

LEAST_SESSIONS = 4


@dataclass(frozen=True, slots=True)
class Within:
    """Effects of a deviation from a dyad's own course on the next session's.

    ``y_after_x`` is the cross-lag from x to the next y, ``x_after_y`` the other.
    """

    x_after_x: Effect
    y_after_x: Effect
    x_after_y: Effect
    y_after_y: Effect


@dataclass(frozen=True, slots=True)
class Between:
    """How dyads differ in their levels; no ``correlation`` where a variance is not above 0."""

    variance_x: Effect
    variance_y: Effect
    covariance: Effect
    correlation: float | None


@dataclass(frozen=True, slots=True)
class LaggedPaths:
    """One fitted model. ``notes`` says what is doubtful in it, such as a variance below 0."""

    within: Within
    between: Between
    chisq: float
    df: int
    p: float | None
    cfi: float
    rmsea: float
    srmr: float
    loglik: float
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LaggedEffects:
    """The RI-CLPM, and beside it always the detrended twin, or why that could not be fitted.

    ``later`` rows came after the last session modelled, and were not used.
    """

    n: int
    sessions: int
    left_out: int
    later: int
    riclpm: LaggedPaths
    detrended: LaggedPaths | None
    detrended_refused: str | None


def lagged_effects(
    columns: Columns, *, dyad: str, session: str, x: str, y: str, sessions: int = 5
) -> LaggedEffects:
    r"""Fit the RI-CLPM of two variables over the first sessions, with and without own trends.

    Parameters
    ----------
    columns : Columns
        One row a session.
    dyad, session : str
        Whose session, and which: a whole number from 1. Sessions, not dates, are the time.
    x, y : str
        Columns of the two variables.
    sessions : int
        How many are modelled, 4 or more. Dyads with fewer count with what they have.

    Returns
    -------
    LaggedEffects
        Full-information maximum likelihood; tests and intervals are normal.

    Raises
    ------
    BadModelError
        Fewer than four sessions.
    BadColumnError
        A column that is absent or holds text, or a session twice.
    TooFewError
        Fewer than thirty dyads, or than free parameters.
    RefusedFitError
        As :func:`rapport.science.sem.fit_sem`, for the RI-CLPM. A refusal of the twin is
        reported beside it.

    Notes
    -----
    :math:`x_{it} = \mu_t + \mathrm{RI}_{x,i} + w_{x,it}` and likewise :math:`y`; the within parts
    follow :math:`w_t = \Phi w_{t-1} + u_t` with one :math:`\Phi` for all sessions. The twin adds a
    straight line of each dyad's own, :math:`(t - \bar t)\,S_{x,i}`, unrelated to the within parts:
    what two variables share only because both change over therapy is then taken out. Sources:
    Hamaker, Kuiper & Grasman (2015), Psychol Methods 20:102-116; Curran, Howard, Bainter, Lane &
    McGinley (2014), J Consult Clin Psychol 82:879-894. Checked against R's lavaan.
    """
    if sessions < LEAST_SESSIONS:
        raise BadModelError(f"Own trends need at least {LEAST_SESSIONS} sessions, not {sessions}.")
    waves = panel(columns, dyad=dyad, session=session, x=x, y=y, sessions=sessions)
    model = riclpm_model(waves.names("x"), waves.names("y"), invariant=True)
    fit = fit_sem(model, waves.columns, missing="fiml")
    twin, why = _detrended(model, waves)
    return LaggedEffects(
        n=fit.n,
        sessions=sessions,
        left_out=fit.left_out,
        later=waves.later,
        riclpm=_paths(fit),
        detrended=twin,
        detrended_refused=why,
    )


def _detrended(model: str, waves: Panel) -> tuple[LaggedPaths | None, str | None]:
    try:
        fit = fit_sem("\n".join([model, *_own_trends(waves)]), waves.columns, missing="fiml")
        return _paths(fit), None
    except RefusedFitError as refused:
        return None, str(refused)


def _own_trends(waves: Panel) -> Iterator[str]:
    """Lines in lavaan's syntax that add each dyad's straight line, level and slope related."""
    middle = (waves.sessions - 1) / 2
    for variable in "xy":
        loadings = (f"{at - middle}*{name}" for at, name in enumerate(waves.names(variable)))
        yield f"S_{variable} =~ " + " + ".join(loadings)
        yield f"S_{variable} ~~ S_{variable}"
        yield f"S_{variable} ~~ RI_x + RI_y + 0*w_x1 + 0*w_y1"
    yield "S_x ~~ S_y"


def _paths(fit: SemFit) -> LaggedPaths:
    return LaggedPaths(
        within=Within(
            x_after_x=_effect(fit, "w_x2", "~", "w_x1"),
            y_after_x=_effect(fit, "w_y2", "~", "w_x1"),
            x_after_y=_effect(fit, "w_x2", "~", "w_y1"),
            y_after_y=_effect(fit, "w_y2", "~", "w_y1"),
        ),
        between=Between(
            variance_x=_effect(fit, "RI_x", "~~", "RI_x"),
            variance_y=_effect(fit, "RI_y", "~~", "RI_y"),
            covariance=_effect(fit, "RI_x", "~~", "RI_y"),
            correlation=fit.estimate("RI_x", "~~", "RI_y").std,
        ),
        chisq=fit.fit.chisq,
        df=fit.fit.df,
        p=fit.fit.pvalue,
        cfi=fit.fit.cfi,
        rmsea=fit.fit.rmsea,
        srmr=fit.fit.srmr,
        loglik=fit.fit.loglik,
        notes=fit.notes,
    )


def _effect(fit: SemFit, lhs: str, op: str, rhs: str) -> Effect:
    one = fit.estimate(lhs, op, rhs)
    return effect(one.est, one.se**2, None)
