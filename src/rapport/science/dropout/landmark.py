"""Every rating beside every session that followed it: what a prediction is learnt from."""

from __future__ import annotations

import numpy as np

from rapport.science.dropout.rows import Floats, Rows

__all__ = ["aged", "aged_names", "landmark_rows"]


def landmark_rows(rated: Rows, held: Rows) -> Rows:
    """Pair each rated row with each session that its client held from then on.

    Parameters
    ----------
    rated
        Complete rows of sessions.
    held
        All rows with a known ending, rated or not.

    Returns
    -------
    Rows
        One for each pair, with the session and ending of the later row and the rating of the
        earlier one, aged. Clusters are the rated rows' own, else the clients: pairs of one client
        are never independent.
    """
    span = held.stop.max() + 1
    order = np.lexsort((held.stop, held.person))
    key = held.person[order] * span + held.stop[order]
    begins = np.searchsorted(key, rated.person * span + rated.stop)
    ends = np.searchsorted(key, (rated.person + 1) * span)
    rating = np.repeat(np.arange(rated.stop.size), ends - begins)
    offset = np.arange(rating.size) - np.repeat(np.cumsum(ends - begins), ends - begins)
    later = order[np.repeat(ends, ends - begins) + offset]
    lag = held.stop[later] - rated.stop[rating]
    cluster = rated.person if rated.cluster is None else rated.cluster
    return Rows(
        person=rated.person[rating],
        start=held.start[later],
        stop=held.stop[later],
        ending=held.ending[later],
        covariates=aged(rated.covariates[rating], lag),
        names=aged_names(rated.names),
        cluster=cluster[rating],
        left_out=rated.left_out,
        events_left_out=rated.events_left_out,
    )


def aged(covariates: Floats, lag: Floats) -> Floats:
    """Let ratings (n, k) lose weight with the sessions (n,) since: with log(1 + lag), (n, 2k + 1).

    Without ratings there is nothing to age: shape (n, 0).
    """
    if covariates.shape[1] == 0:
        return covariates
    age = np.log1p(lag)[:, None]
    return np.hstack([covariates, age, covariates * age])


def aged_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """Name the columns of ``aged``."""
    if not names:
        return ()
    return (*names, "log(1 + lag)", *(f"{name} × log(1 + lag)" for name in names))
