"""``rapport assess``: the relationship engine on a file, with no database and no Django."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from rapport.commands.files import read_or_refuse
from rapport.commands.output import BadInputError, put_json, put_rows, say
from rapport.measures.sessions_file import RelationshipFacts, SessionsFile
from rapport.science.assessment import Assessment
from rapport.science.relationship import ENGINE_VERSION
from rapport.science.relationship import assess as run_engine


@click.command()
@click.argument("sessions", type=click.Path(path_type=Path))
@click.option("--mapping", type=click.Path(path_type=Path), help="What a wide file's columns mean.")
@click.option("--relationship", metavar="ID", help="Only this one.")
@click.option(
    "--as-of", type=click.IntRange(min=0), metavar="N", help="As it stood after session N."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def assess(
    *,
    sessions: Path,
    mapping: Path | None,
    relationship: str | None,
    as_of: int | None,
    as_json: bool,
) -> None:
    """Assess the relationships in SESSIONS, a CSV file. Nothing is stored.

    \b
    Example:
      rapport assess sessions.csv --relationship 7 --as-of 5 --json
    """
    file = read_or_refuse(sessions, mapping)
    for note in file.notes:
        say(f"{file.name}: {note}")
    assessments = list(_assessments(file, _chosen(file, relationship), as_of))
    if as_json:
        put_json(
            {
                "engine_version": ENGINE_VERSION,
                "file": {"name": file.name, "sha256": file.sha256, "rows": file.rows},
                "assessments": [assessment.to_dict() for assessment in assessments],
            }
        )
    else:
        _print_table(assessments)


def _chosen(file: SessionsFile, reference: str | None) -> tuple[RelationshipFacts, ...]:
    if reference is None:
        return file.relationships
    chosen = tuple(one for one in file.relationships if one.reference == reference)
    if not chosen:
        some = ", ".join(one.reference for one in file.relationships[:5])
        raise BadInputError(f"{file.name}: no relationship {reference!r}; it starts with {some}")
    return chosen


def _assessments(
    file: SessionsFile, relationships: tuple[RelationshipFacts, ...], as_of: int | None
) -> Iterator[Assessment]:
    for one in relationships:
        last = one.sessions[-1].number
        yield run_engine(file.history(one), last if as_of is None else min(as_of, last))


def _print_table(assessments: list[Assessment]) -> None:
    put_rows(
        ("relationship", "as of", "since last time", "ask about"),
        [
            (
                one.relationship,
                str(one.as_of),
                one.headline,
                one.suggestion.sentence if one.suggestion else "",
            )
            for one in assessments
        ],
    )
