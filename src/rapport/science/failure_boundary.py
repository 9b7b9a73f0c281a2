"""Where a client's course is no longer what was expected of someone who began as they did."""

from __future__ import annotations

from collections.abc import Sequence

from rapport.science.course_model import CourseState, ExpectedCourseModel
from rapport.science.refusals import ImpossibleArgumentError

FAILURE_LEVEL = 0.90


def failure_boundary(
    model: ExpectedCourseModel,
    intake: float,
    sessions: Sequence[int],
    *,
    higher_is_better: bool,
    level: float = FAILURE_LEVEL,
) -> tuple[float, ...]:
    r"""Return the score beyond which a client like this one is not on track, at each session.

    Parameters
    ----------
    model : ExpectedCourseModel
    intake : float
        The client's first rating, in scale units.
    sessions : sequence of int, shape (n,)
        Session numbers, from 1.
    higher_is_better : bool
        Direction of the scale: the boundary lies on the worse side.
    level : float
        Share of such clients who are expected to score better than it, between .5 and 1. The
        default .90 is the worse end of a two-sided 80 % band.

    Returns
    -------
    tuple of float, length n

    Raises
    ------
    ImpossibleArgumentError
        For a level outside its range.

    Notes
    -----
    The expected curve at intake plus or minus :math:`z_\text{level}` prediction standard deviations
    of a new client: random effects, residual and fixed-effect uncertainty. The client's own later
    ratings do not move it, so that a steady worsening does cross it. Source: Lutz, Martinovich &
    Howard (1999), J Consult Clin Psychol 67:571-577; Finch, Lambert & Schaalje (2001), Clin
    Psychol Psychother 8:231-242.
    """
    if not 0.5 <= level < 1:
        raise ImpossibleArgumentError(
            f"A failure boundary's level must lie from .5 to below 1; {level} was given."
        )
    found = (model.forecast(CourseState(), intake, session) for session in sessions)
    side = -1 if higher_is_better else 1
    return tuple([one.mean + side * one.reach(1 - level) for one in found])
