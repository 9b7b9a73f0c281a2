"""``rapport fit sem``: a path model in lavaan's syntax, fitted to rows or to covariances."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import numpy as np
from numpy.typing import NDArray

from rapport.commands.data import read_columns, refusals_of
from rapport.commands.output import BadInputError, put_json, put_rows, say, write_file

if TYPE_CHECKING:
    from rapport.science.sem import Bootstrap, SemFit

Columns = Mapping[str, NDArray[np.generic]]

EQUAL = ("loadings", "intercepts", "regressions", "residuals")


@click.command()
@click.argument("model", type=click.Path(path_type=Path))
@click.argument("data", type=click.Path(path_type=Path))
@click.option("--missing", type=click.Choice(["listwise", "fiml"]), default="listwise")
@click.option("--estimator", type=click.Choice(["ml", "mlr"]), default="ml", help="mlr is robust.")
@click.option("--cov", type=click.IntRange(min=2), metavar="N", help="DATA are covariances of N.")
@click.option("--group", metavar="COLUMN", help="Fit in the groups that this column tells.")
@click.option("--equal", multiple=True, type=click.Choice(EQUAL), help="Across groups; repeat it.")
@click.option("--bootstrap", "replicates", type=click.IntRange(min=100), metavar="N")
@click.option(
    "--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Of the bootstrap."
)
@click.option("--diagram", type=click.Path(path_type=Path), help="Write a path diagram as SVG.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def sem(
    *,
    model: Path,
    data: Path,
    cov: int | None,
    replicates: int | None,
    seed: int,
    diagram: Path | None,
    as_json: bool,
    **how: Any,
) -> None:
    """Fit MODEL, a file in lavaan's syntax, to DATA (CSV or Parquet).

    \b
    Example:
      rapport fit sem mediation.lav clients.csv --missing fiml --bootstrap 2000 --json
    """
    from rapport.science.sem import bootstrap, fit_sem, path_diagram

    text, columns = _text(model), read_columns(data)
    how["estimator"] = how["estimator"].upper()
    begun = time.perf_counter()
    with refusals_of(data), _refusals_of_text(model):
        fit = _of_covariances(text, columns, cov) if cov else fit_sem(text, columns, **how)
        seconds, resampled = time.perf_counter() - begun, None
        if replicates:
            if cov:
                raise BadInputError("A bootstrap needs rows, not covariances.")
            del how["estimator"]
            rng = np.random.default_rng(seed)
            resampled = bootstrap(text, columns, rng=rng, samples=replicates, **how)
    if diagram:
        write_file(diagram, path_diagram(fit))
    put_fit(fit, seconds, as_json=as_json, resampled=resampled)


def put_fit(
    fit: SemFit, seconds: float, *, as_json: bool, resampled: Bootstrap | None = None
) -> None:
    """Print a fit as one JSON object or as tables; what is doubtful goes to stderr."""
    for note in fit.notes:
        say(note)
    if as_json:
        put_json(_described(fit, seconds, resampled))
        return
    put_rows(("measure", "value"), [(name, _short(v)) for name, v in _measures(fit).items()])
    put_rows(
        ("", "estimate", "se", "p", "std"),
        [
            (
                " ".join(part for part in (one.lhs, one.op, one.rhs, one.group) if part),
                _short(one.est),
                _short(one.se),
                _short(one.p),
                _short(one.std),
            )
            for one in fit.estimates
        ],
    )
    if resampled is not None:
        put_rows(
            (f"{resampled.samples} replicates", "estimate", "lower", "upper"),
            [
                (f"{one.lhs} {one.op} {one.rhs}", *map(_short, (one.est, one.lower, one.upper)))
                for one in resampled.intervals
            ],
        )


def _described(fit: SemFit, seconds: float, resampled: Bootstrap | None) -> dict[str, object]:
    return {
        "estimates": [asdict(one) for one in fit.estimates],
        "fit": _measures(fit),
        "n": fit.n,
        "left_out": fit.left_out,
        "groups": [{"group": label, "n": n} for label, n in fit.groups],
        "estimator": fit.estimator,
        "missing": fit.missing,
        "patterns": fit.patterns,
        "converged": True,
        "steps": fit.steps,
        "notes": list(fit.notes),
        "bootstrap": None if resampled is None else asdict(resampled),
        "seconds": seconds,
    }


def _measures(fit: SemFit) -> dict[str, object]:
    """Fit measures; the scaled ones after their plain ones' names."""
    plain = asdict(fit.fit)
    scaled = plain.pop("scaled") or {}
    return plain | {
        name if name == "scaling_factor" else f"{name}_scaled": value
        for name, value in scaled.items()
    }


def _short(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise BadInputError(f"{path.name}: is not there, or is not text") from None


@contextmanager
def _refusals_of_text(path: Path) -> Iterator[None]:
    """Put the model's file before what is wrong with its text, not the data's."""
    from rapport.science.refusals import BadModelError

    try:
        yield
    except BadModelError as error:
        raise BadInputError(f"{path.name}: {error}") from None


def _of_covariances(text: str, columns: Columns, n: int) -> SemFit:
    """Columns are a matrix with its names in the header, and maybe before each row."""
    from rapport.science.sem import fit_sem_to_moments

    numeric = {name: values for name, values in columns.items() if values.dtype.kind == "f"}
    return fit_sem_to_moments(text, list(numeric), np.stack([*numeric.values()], axis=1), n)
