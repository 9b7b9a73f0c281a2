"""Scores and change of one person."""

from __future__ import annotations

from collections.abc import Callable

from rapport.science import change, instruments, scoring, student


def scored(measure: str, answers: dict[str, float | None]) -> dict[str, float | None]:
    form = scoring.score(instruments.load(measure), answers)
    return {score.scale: score.value for score in form.scores}


CALLS: dict[str, Callable[..., object]] = {
    "t_quantile": student.t_quantile,
    "reliable_change": change.reliable_change,
    "cut_offs": change.cut_offs,
    "classify": change.classify,
    "sudden_gains": change.sudden_gains,
    "score": scored,
}
