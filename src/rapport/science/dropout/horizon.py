"""Who had dropped out by a session, where for some nobody knows: weights for those known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rapport.science.dropout.rows import DROPOUT, Bools, Floats, Ints

__all__ = ["Outcomes", "outcomes_by"]


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """Clients still here at a session, and whether they had dropped out by a later one.

    ``who`` (m,) indexes those whose outcome is known, ``happened`` (m,) is it, and ``weight``
    (m,) the inverse chance of being known. ``unknown`` counts those followed too briefly.
    """

    who: Ints
    happened: Bools
    weight: Floats
    unknown: int


def outcomes_by(last: Floats, ending: Ints, *, after: float, by: float) -> Outcomes:
    r"""Find who, still here at session ``after``, had dropped out by session ``by``.

    Parameters
    ----------
    last, ending
        Each client's last session and how it ended (0 still in therapy, 1, 2), each shape (n,).
    after, by
        Sessions; ``last >= after`` counts as still here, a dropout with ``last <= by`` as an event.

    Notes
    -----
    Whoever ended as planned, or was seen at session ``by`` and did not drop out after it, has not
    dropped out. Known outcomes weigh :math:`1/\hat G(\min(T, by)-)`, with G the Kaplan–Meier
    curve of being followed further, where at a tie endings come before the last look. Source:
    Graf et al. (1999), Stat Med 18:2529-2545; for competing events Blanche et al. (2013), Stat
    Med 32:5381-5397.
    """
    here = np.flatnonzero(last >= after)
    until, how = last[here], ending[here]
    known = (how > 0) | (until >= by)
    followed = _still_followed(until, how, np.minimum(until, by))
    return Outcomes(
        who=here[known],
        happened=np.asarray((how == DROPOUT) & (until <= by))[known],
        weight=1 / followed[known],
        unknown=int((~known).sum()),
    )


def _still_followed(until: Floats, how: Ints, at: Floats) -> Floats:
    """G(t−): the chance of being followed up to just before ``at``."""
    times, index = np.unique(until, return_inverse=True)
    all_here = np.bincount(index)[::-1].cumsum()[::-1]
    ended = np.bincount(index, weights=how > 0)
    lost = np.bincount(index, weights=how == 0)
    # where all that are left have ended, nobody remains to be lost
    curve = np.cumprod(1 - lost / np.maximum(all_here - ended, 1))
    before = np.append(1.0, curve)
    return before[np.searchsorted(times, at, side="left")]
