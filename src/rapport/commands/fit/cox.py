"""``rapport fit cox``: Cox regression of dropout with covariates that change by session."""

from __future__ import annotations

import time as clock
from dataclasses import asdict
from pathlib import Path

import click

from rapport.commands.data import read_columns, refusals_of
from rapport.commands.fit.dropout import (
    dropout_options,
    put_terms,
    say_used,
    split_names,
    terms_as_json,
)
from rapport.commands.output import BadInputError, put_json
from rapport.science.dropout import fit_cox


@click.command()
@dropout_options
@click.option("--time", metavar="COLUMN", help="The session number; or give --start and --stop.")
@click.option("--start", metavar="COLUMN", help="Where the row begins, such as a day.")
@click.option("--stop", metavar="COLUMN", help="Where the row ends.")
def cox(
    *,
    data: Path,
    person: str,
    event: str,
    covariates: str,
    cluster: str | None,
    as_json: bool,
    time: str | None,
    start: str | None,
    stop: str | None,
) -> None:
    """Fit Cox's model (Efron ties) to the rows in DATA, one for each session or stretch of time.

    A planned ending leaves the risk set and is no event.

    \b
    Example:
      rapport fit cox sessions.csv --id dyad --time session --event event \\
        --covariates alliance_client,symptom --cluster therapist --json
    """
    if bool(time) == bool(start and stop) or bool(start) != bool(stop):
        raise BadInputError("Give either --time, or --start and --stop.")
    columns = read_columns(data)
    begun = clock.perf_counter()
    with refusals_of(data):
        fit = fit_cox(
            columns,
            person=person,
            start=start,
            stop=stop or time or "",
            event=event,
            covariates=split_names(covariates),
            cluster=cluster,
        )
    seconds = clock.perf_counter() - begun
    if as_json:
        put_json(
            {
                "model": "cox",
                **asdict(fit.used),
                "loglik": fit.loglik,
                "loglik_null": fit.loglik_null,
                "likelihood_ratio": fit.likelihood_ratio,
                "terms": terms_as_json(fit.terms),
                "baseline": {
                    "means": list(fit.means),
                    "times": list(fit.times),
                    "cumulative_hazard": list(fit.baseline_hazard),
                },
                "seconds": seconds,
            }
        )
    else:
        say_used(fit.used)
        put_terms(fit.terms, "hazard ratio")
