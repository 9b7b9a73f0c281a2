"""``rapport fit``: one module for each model, read only when it is called."""

from __future__ import annotations

import click

from rapport.commands.lazy import LazyGroup

MODELS: dict[str, str] = {
    "apim": "rapport.commands.fit.apim:apim",
    "cox": "rapport.commands.fit.cox:cox",
    "hazard": "rapport.commands.fit.hazard:hazard",
    "lagged": "rapport.commands.fit.lagged:lagged",
    "mixed": "rapport.commands.fit.mixed:mixed",
    "riclpm": "rapport.commands.fit.riclpm:riclpm",
    "rsa": "rapport.commands.fit.rsa:rsa",
    "sem": "rapport.commands.fit.sem:sem",
    "truth-bias": "rapport.commands.fit.truth_bias:truth_bias",
}


@click.group(cls=LazyGroup, places=MODELS)
def fit() -> None:
    """Fit a model to a data file (CSV or Parquet). Nothing is stored."""
