"""``rapport synchrony``: do two people's movements go together in time?"""

from __future__ import annotations

import math
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rapport.commands.output import BadInputError, put_json, put_rows
from rapport.measures.sessions_file.faults import BadFileError, Fault, Faults

if TYPE_CHECKING:
    from rapport.science.synchrony import Shuffled, Synchrony

NOTE = (
    "For research, and descriptive: more or less synchrony is neither good nor bad, and its "
    "relation to alliance and outcome is weak and mixed."
)


@click.command()
@click.argument("a", type=click.Path(path_type=Path))
@click.argument("b", type=click.Path(path_type=Path))
@click.option(
    "--hz",
    type=click.FloatRange(0.1, 100_000),
    default=25.0,
    show_default=True,
    help="Samples a second.",
)
@click.option("--window", type=float, default=60.0, show_default=True, help="Seconds.")
@click.option("--step", type=float, default=60.0, show_default=True, help="Seconds.")
@click.option("--lag", type=float, default=5.0, show_default=True, help="Seconds, either way.")
@click.option("--compatible", is_flag=True, help="Smooth and scale as the common R tool does.")
@click.option(
    "--surrogates",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Shuffle the windows N times.",
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Of the shuffling."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def synchrony(
    *,
    a: Path,
    b: Path,
    hz: float,
    window: float,
    step: float,
    lag: float,
    compatible: bool,
    surrogates: int,
    seed: int,
    as_json: bool,
) -> None:
    """Correlate the movement in A with that in B, two files of one number a line.

    Line by line the files are the same moments. A positive lag reads B later, so that A leads.

    \b
    Example:
      rapport synchrony client.txt therapist.txt --hz 25 --surrogates 1000 --json
    """
    import numpy as np

    from rapport.commands.data import refusals_of
    from rapport.science import synchrony as science

    with refusals_of(a):
        windowing = science.Windowing(hz, window, step, lag)
    movements, prepared = _same_moments(a, b), []
    for path, series in zip((a, b), movements, strict=True):
        with refusals_of(path):
            prepared.append(science.prepare(series, hz, compatible=compatible, name="movement"))
    with refusals_of(a):
        ours, theirs = (science.cut(series, windowing) for series in prepared)
        found = science.cross_correlate(ours, theirs)
        null = (
            science.shuffle_windows(ours, theirs, surrogates, np.random.default_rng(seed))
            if surrogates
            else None
        )
    if as_json:
        asked = {"compatible": compatible, "samples": len(movements[0]), **asdict(windowing)}
        drawn = null and {"n": surrogates, "seed": seed, **_surrogates(null)}
        put_json(
            {"research_only": True, "note": NOTE, **asked, **_measured(found), "surrogates": drawn}
        )
    else:
        put_rows(("", ""), [*_rows(found), *(_surrogate_rows(null) if null else ())])
        click.echo(NOTE)


def _same_moments(a: Path, b: Path) -> tuple[list[float], list[float]]:
    try:
        ours, theirs = read_series(a), read_series(b)
    except BadFileError as error:
        raise BadInputError(*error.lines()) from None
    if len(ours) != len(theirs):
        raise BadInputError(
            f"{b.name}: has {len(theirs):,} lines where {a.name} has {len(ours):,}: "
            "line by line they must be the same moments"
        )
    return ours, theirs


def read_series(path: Path) -> list[float]:
    """One number a line, or each fault by file and line.

    Raises
    ------
    BadFileError
        Where the file is not there, is not text, or a line is not a finite number.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        why = "is not there or is not a text file"
        raise BadFileError(path.name, [Fault(None, None, why)]) from None
    values, faults = [], Faults(path.name)
    for number, line in enumerate(lines, start=1):
        try:
            value = float(line)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            faults.add(number, None, f"{line.strip()!r} is not a finite number")
        values.append(value)
    faults.refuse_if_any()
    return values


def _measured(found: Synchrony) -> dict[str, object]:
    return {
        "windows": len(found.z),
        "left_out": found.left_out,
        "grand_mean": found.grand_mean,
        "a_leads": found.a_leads,
        "b_leads": found.b_leads,
        "at_zero": found.at_zero,
        "peak_lag_s": found.peak_lag_s,
        "lags_s": found.lags_s.tolist(),
        "by_lag": found.by_lag.tolist(),
    }


def _surrogates(null: Shuffled) -> dict[str, float]:
    return {
        "mean": null.mean,
        "sd": null.sd,
        "effect_size": null.effect_size,
        "p": null.p,
    }


def _rows(found: Synchrony) -> list[tuple[str, str]]:
    return [
        ("windows used", str(len(found.z))),
        ("windows left out: somebody stood still", str(found.left_out)),
        ("mean |z|, all lags", f"{found.grand_mean:.4f}"),
        ("mean |z|, A leads", f"{found.a_leads:.4f}"),
        ("mean |z|, B leads", f"{found.b_leads:.4f}"),
        ("mean |z|, no lag", f"{found.at_zero:.4f}"),
        ("lag of the highest mean |z|, seconds", f"{found.peak_lag_s:g}"),
    ]


def _surrogate_rows(null: Shuffled) -> list[tuple[str, str]]:
    return [
        (f"mean |z| of {len(null.values):,} surrogates", f"{null.mean:.4f}"),
        ("effect size, in their standard deviations", f"{null.effect_size:.2f}"),
        ("share of surrogates at least as high", f"{null.p:.4f}"),
    ]
