"""The model that predictions are made from: dropout and planned ending, given earlier ratings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from rapport.science.columns import Columns
from rapport.science.dropout.hazard import Baseline, HazardFit, fit_hazard_rows
from rapport.science.dropout.landmark import landmark_rows
from rapport.science.dropout.links import Link
from rapport.science.dropout.rows import PLANNED, Rows, read_rows
from rapport.science.refusals import TooFewError

__all__ = ["DropoutModel", "fit_dropout_model", "fit_dropout_rows"]


@dataclass(frozen=True, slots=True, eq=False)
class DropoutModel:
    """Two hazards given ratings of earlier sessions: of dropout, and of planned ending otherwise.

    ``covariates`` are the ratings' names; both fits know them aged. ``planned`` is None where the
    data know no planned ending.
    """

    covariates: tuple[str, ...]
    dropout: HazardFit
    planned: HazardFit | None

    @property
    def last_session(self) -> int:
        """The last session by whose end dropout can be predicted."""
        fits = (self.dropout, self.planned) if self.planned else (self.dropout,)
        return min(fit.sessions[-1] for fit in fits)


def fit_dropout_model(
    columns: Columns,
    *,
    person: str,
    session: str,
    event: str,
    covariates: Sequence[str] = (),
    baseline: Baseline = "log",
    link: Link = "logit",
    cluster: str | None = None,
) -> DropoutModel:
    r"""Fit what a prediction needs; the arguments are those of ``fit_hazard``.

    Raises
    ------
    BadColumnError, ConstantColumnError, TooFewError, SingularFitError, SeparationError
        As ``fit_hazard``, for planned endings too where the data have any. The terms are more:
        each covariate twice, and one for the lag.

    Notes
    -----
    Ratings to come are not known, and the newest ones do not stay: carried forward as they are
    they predict too extremely. So each rating is paired with every session its client held from
    then on, and its weight may fade: for a session s after a rating of session r,
    :math:`g(h_s) = \alpha_0+\alpha_1\log s+\alpha_2\ell+x_r^\top(\beta+\gamma\ell)` with
    :math:`\ell=\log(1+s-r)`. A landmark model: van Houwelingen (2007), Scand J Stat 34:70-85.
    Standard errors are robust by ``cluster``, else by client.

    The likelihood of staying, dropping out or ending as planned after a session factorises into
    dropout or not, and planned ending or not among those who did not drop out. Their chances
    never sum to more than 1; they are taken as independent in the interval.
    """
    read = partial(read_rows, columns, person=person, stop=session, event=event, cluster=cluster)
    return fit_dropout_rows(
        read(covariates=covariates), read(covariates=()), baseline=baseline, link=link
    )


def fit_dropout_rows(rated: Rows, held: Rows, *, baseline: Baseline, link: Link) -> DropoutModel:
    """Fit rows that are read already; ``held`` are all, ``rated`` the complete ones."""
    if rated.stop.size == 0:
        raise TooFewError("A prediction of dropout", "complete rows", needs=1, has=0)
    pairs = landmark_rows(rated, held)
    fit = partial(fit_hazard_rows, pairs, baseline=baseline, link=link)
    planned = fit(cause=PLANNED) if (pairs.ending == PLANNED).any() else None
    return DropoutModel(rated.names, fit(), planned)
