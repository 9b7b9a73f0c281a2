"""``rapport import``: a sessions file into a practice."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.progress import Progress, TaskID

from rapport.commands.files import read_or_refuse
from rapport.commands.output import BadInputError, put_json, say
from rapport.commands.practices import named_practice, rooms, the_practice
from rapport.commands.progress import bar_on_stderr

if TYPE_CHECKING:
    from rapport.measures.importing import ImportReport
    from rapport.measures.sessions_file import SessionsFile
    from rapport.people.models import Practice


@click.command("import")
@click.argument("sessions", type=click.Path(path_type=Path))
@click.option("--mapping", type=click.Path(path_type=Path), help="What a wide file's columns mean.")
@named_practice
@click.option("--dry-run", is_flag=True, help="Check everything, write nothing.")
@click.option(
    "--correct", "because", default="", metavar="REASON", help="Let changed values replace stored."
)
@click.option("--json", "as_json", is_flag=True, help="The outcome as one JSON object on stdout.")
def import_sessions(
    *,
    sessions: Path,
    mapping: Path | None,
    practice_name: str | None,
    dry_run: bool,
    because: str,
    as_json: bool,
) -> None:
    """Take the ratings in SESSIONS, a CSV file, into a practice: all of them or none.

    The same file again changes nothing. A value that differs from the stored one is refused,
    unless --correct gives a reason; the earlier value is then kept as an earlier version.

    \b
    Example:
      rapport import sessions.csv --mapping columns.toml --dry-run
    """
    file = read_or_refuse(sessions, mapping)
    with rooms(), bar_on_stderr() as bar:
        report = _import(file, the_practice(practice_name), because, dry_run, bar)
        if not dry_run:
            _assess(bar)
    if as_json:
        put_json({"file": file.name, "dry_run": dry_run, **asdict(report)})
    else:
        _tell(file, report, dry_run)


def _import(
    file: SessionsFile, practice: Practice, because: str, dry_run: bool, bar: Progress
) -> ImportReport:
    from rapport.kernel import clock, scope
    from rapport.kernel.actor import system
    from rapport.measures.importing import import_sessions
    from rapport.measures.sessions_file import BadFileError

    task = bar.add_task("Writing scores", total=None)
    try:
        with scope.practice(practice.id):
            return import_sessions(
                file,
                by=system(practice.id),
                at=clock.now(),
                correct_because=because,
                dry_run=dry_run,
                progress=lambda done, total: bar.update(task, completed=done, total=total),
            )
    except BadFileError as error:
        bar.stop()
        raise BadInputError(*error.lines(), "Nothing was imported.") from None


def _assess(bar: Progress) -> None:
    """Deliver what the import published, so that the assessments stand when it returns."""
    from rapport.kernel import outbox

    task: TaskID = bar.add_task("Assessing relationships", total=None)
    while taken := outbox.deliver_due():
        bar.advance(task, taken)


def _tell(file: SessionsFile, report: ImportReport, dry_run: bool) -> None:
    for note in file.notes:
        say(f"{file.name}: {note}")
    if report.changes_nothing:
        say(f"{file.name}: all {report.unchanged} values are stored already; nothing changes.")
        return
    click.echo("A dry run: nothing was written. An import would add" if dry_run else "Imported")
    for what, count in _counts(report):
        click.echo(f"  {count:>7,}  {what}")
    if report.risk_answers:
        say(
            f"{report.risk_answers} answers in this file are risk answers. Importing raises no "
            "alert, because they are in the past: look at them yourself."
        )


def _counts(report: ImportReport) -> list[tuple[str, int]]:
    counts = [
        (f"relationships, of {report.relationships} in the file", report.new_relationships),
        ("therapists without sign-in", len(report.new_therapists)),
        ("sessions", report.new_sessions),
        ("scores", report.new_values),
        ("of them not scorable", report.not_scorable),
        ("corrections, as new versions", report.corrected),
        ("scores that were stored already", report.unchanged),
    ]
    return [(what, count) for what, count in counts if count]
