"""``rapport fit hazard``: the discrete-time hazard of dropout, judged and used to predict."""

from __future__ import annotations

import math
import time as clock
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import numpy as np

from rapport.commands.data import read_columns, refusals_of
from rapport.commands.fit.dropout import (
    dropout_options,
    put_terms,
    say_used,
    split_names,
    terms_as_json,
)
from rapport.commands.output import BadInputError, put_json, put_rows, say
from rapport.science.columns import Columns, codes, numbers
from rapport.science.dropout import (
    DropoutModel,
    HazardFit,
    Incidence,
    Prospect,
    Validation,
    cross_validate,
    cumulative_incidence,
    fit_dropout_model,
    fit_hazard,
    prospects,
)
from rapport.science.dropout.hazard import Baseline
from rapport.science.dropout.links import Link


@click.command()
@dropout_options
@click.option("--time", metavar="COLUMN", required=True, help="The session number: 1, 2, 3 ….")
@click.option(
    "--baseline",
    type=click.Choice(("log", "each")),
    default="log",
    help="The course without covariates: a slope on log(session), or a level for each session.",
)
@click.option(
    "--link",
    type=click.Choice(("logit", "cloglog")),
    default="logit",
    help="Ratios of odds (logit) or of hazards (cloglog).",
)
@click.option("--validate", is_flag=True, help="Cross-validate by --cluster.")
@click.option(
    "--predict-by",
    type=click.IntRange(min=1),
    metavar="N",
    help="Predict dropout by session N of each client who is still here.",
)
def hazard(
    *,
    data: Path,
    person: str,
    event: str,
    covariates: str,
    cluster: str | None,
    as_json: bool,
    time: str,
    baseline: Baseline,
    link: Link,
    validate: bool,
    predict_by: int | None,
) -> None:
    """Fit the hazard of dropout after each session to DATA, with one row for each session held.

    With it goes the share of clients who drop out by each session, where planned endings compete.

    \b
    Example:
      rapport fit hazard sessions.csv --id dyad --time session --event event \\
        --covariates alliance_client,symptom --cluster therapist --validate --json
    """
    if validate and not cluster:
        raise BadInputError("--validate needs --cluster: whose clients go to one fold together.")
    columns = read_columns(data)
    roles = {"person": person, "event": event}
    model: dict[str, Any] = {
        **roles,
        "session": time,
        "covariates": split_names(covariates),
        "baseline": baseline,
        "link": link,
    }
    with refusals_of(data):
        begun = clock.perf_counter()
        fit = fit_hazard(columns, **model, cluster=cluster)
        seconds = clock.perf_counter() - begun
        incidence = cumulative_incidence(columns, **roles, stop=time)
        judged = cross_validate(columns, **model, group=cluster) if validate and cluster else None
        foreseen = None
        if predict_by:
            both = fit_dropout_model(columns, **model, cluster=cluster)
            foreseen = dict(_still_here(columns, both, (person, time, event), predict_by))
    if not as_json:
        _put_tables(fit, incidence, judged, foreseen)
        return
    put_json(
        {
            "model": "hazard",
            "link": link,
            "baseline": baseline,
            **asdict(fit.used),
            "loglik": fit.loglik,
            "aic": fit.aic,
            "terms": terms_as_json(fit.terms),
            "incidence": asdict(incidence),
            **({} if judged is None else {"validation": asdict(judged)}),
            **({} if foreseen is None else {"prospects": _as_json(foreseen)}),
            "seconds": seconds,
        }
    )


def _still_here(
    columns: Columns, model: DropoutModel, roles: tuple[str, str, str], by: int
) -> Iterator[tuple[str, Prospect]]:
    """The newest prospect of each client whose last row is no ending.

    Where that row says that the client went on, the prospect is of the session to come.
    """
    who, labels = codes(columns, roles[0])
    session, event = numbers(columns, roles[1]), numbers(columns, roles[2])
    rated = np.column_stack(
        [np.empty((who.size, 0)), *(numbers(columns, name) for name in model.covariates)]
    )
    order = np.lexsort((session, who))
    order = order[(who[order] >= 0) & ~np.isnan(session[order])]
    for rows in np.split(order, np.flatnonzero(np.diff(who[order])) + 1):
        held, known = session[rows].astype(int).tolist(), rated[rows].tolist()
        if event[rows[-1]] == 0:
            held, known = [*held, held[-1] + 1], [*known, [math.nan] * rated.shape[1]]
        if event[rows[-1]] > 0 or held[-1] > by:
            continue
        found = prospects(model, held, known, by=by)
        if found:
            yield labels[who[rows[-1]]], found[-1]


def _as_json(foreseen: dict[str, Prospect]) -> list[dict[str, object]]:
    return [{"id": label, **asdict(prospect)} for label, prospect in foreseen.items()]


def _put_tables(
    fit: HazardFit,
    incidence: Incidence,
    judged: Validation | None,
    foreseen: dict[str, Prospect] | None,
) -> None:
    say_used(fit.used)
    put_terms(fit.terms, "odds ratio" if fit.link == "logit" else "hazard ratio")
    _put_incidence(incidence)
    if judged is not None:
        _put_validation(judged)
    if foreseen is not None:
        _put_prospects(foreseen)


def _put_incidence(incidence: Incidence) -> None:
    put_rows(
        ("by session", "at risk", "dropped out", "95 %", "ended as planned"),
        [
            (
                f"{point.time:g}",
                f"{point.at_risk:,}",
                f"{point.dropout:.3f}",
                f"{point.low:.3f} to {point.high:.3f}",
                f"{point.planned:.3f}",
            )
            for point in incidence.points
        ],
    )


def _put_validation(judged: Validation) -> None:
    say(f"Cross-validated in {judged.folds} folds of {judged.groups} groups:")
    rows = [("each session", judged.each_session)]
    for at in judged.at_sessions:
        if at.accuracy:
            rows.append((f"after {at.after}, by {at.by}", at.accuracy))
        else:
            say(f"after session {at.after}, by {at.by}: {at.why_not}")
    put_rows(
        ("predictions", "n", "dropouts", "AUC", "Brier", "of mean", "intercept", "slope"),
        [
            (
                name,
                f"{found.n:,}",
                f"{found.events:,}",
                f"{found.auc.auc:.2f} ± {found.auc.se:.2f}",
                f"{found.brier:.4f}",
                f"{found.brier_of_mean:.4f}",
                f"{found.calibration.intercept:.2f}",
                f"{found.calibration.slope:.2f}",
            )
            for name, found in rows
        ],
    )


def _put_prospects(foreseen: dict[str, Prospect]) -> None:
    put_rows(
        ("client", "session", "dropout by", "chance", "95 %"),
        [
            (
                label,
                str(prospect.session),
                str(prospect.by),
                f"{prospect.dropout:.3f}",
                f"{prospect.low:.3f} to {prospect.high:.3f}",
            )
            for label, prospect in foreseen.items()
        ],
    )
