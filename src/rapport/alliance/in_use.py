"""Which of the practice's own models are in use, as the science takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.db.models import Exists, OuterRef, QuerySet

from rapport.alliance.models import LearntModel
from rapport.science.course_model import ExpectedCourseModel, FixedEffects, RandomEffects
from rapport.science.history import LineKey, Rater

if TYPE_CHECKING:
    from rapport.science.dropout import DropoutModel


def courses_in_use() -> dict[LineKey, ExpectedCourseModel]:
    """The expected courses that the engine uses in place of its assumptions."""
    return {
        (row.measure, row.scale, cast(Rater, row.rater)): _course(row)
        for row in newest(LearntModel.objects.filter(kind="expected_course").defer("judgement"))
        if not row.kept_why
    }


def dropout_in_use() -> tuple[LineKey, DropoutModel] | None:
    """The model of dropout in use with the line that it predicts from, if there is one."""
    rows = newest(LearntModel.objects.filter(kind="dropout"))
    row = max(
        (row for row in rows if not row.kept_why), key=lambda row: row.learnt_at, default=None
    )
    if row is None or row.parameters is None:
        return None
    from rapport.science.dropout import storing

    line = (row.measure, row.scale, cast(Rater, row.rater))
    return line, storing.from_stored(row.parameters["model"])


def newest(rows: QuerySet[LearntModel]) -> QuerySet[LearntModel]:
    """The newest row of each question, in order of what they are about."""
    question = {name: OuterRef(name) for name in ("kind", "measure", "scale", "rater")}
    newer = LearntModel.objects.filter(**question, version__gt=OuterRef("version"))
    return rows.filter(~Exists(newer)).order_by("-kind", "measure", "scale", "rater")


def stored_course(model: ExpectedCourseModel) -> dict[str, Any]:
    """A course model as plain data; :func:`courses_in_use` rebuilds it."""
    return {
        "fixed": list(model.fixed),
        "random": list(model.random),
        "residual_sd": model.residual_sd,
        "fixed_covariance": [list(row) for row in model.fixed_covariance],
        "intake_mean": model.intake_mean,
        "intake_sd": model.intake_sd,
        "clients": model.clients,
    }


def _course(row: LearntModel) -> ExpectedCourseModel:
    stored = cast(dict[str, Any], row.parameters)["model"]
    return ExpectedCourseModel(
        **stored
        | {
            "version": str(row.version),
            "data_hash": row.data_hash,
            "fixed": FixedEffects(*stored["fixed"]),
            "random": RandomEffects(*stored["random"]),
            "fixed_covariance": tuple(map(tuple, stored["fixed_covariance"])),
        }
    )
