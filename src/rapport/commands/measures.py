"""``rapport measures``: what ships, and wording loaded under a practice's own licence."""

from __future__ import annotations

from pathlib import Path

import click

from rapport.commands.output import BadInputError, put_json, put_rows, say
from rapport.commands.practices import named_practice, rooms, the_practice


@click.group()
def measures() -> None:
    """Measures: their keys, and their wording."""


@measures.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def list_measures(*, as_json: bool) -> None:
    """List the measures that ship.

    \b
    Example:
      rapport measures list --json
    """
    from rapport.science import instruments

    shipped = instruments.all()
    if as_json:
        put_json(
            {
                "measures": [
                    {
                        "key": one.key,
                        "family": one.family,
                        "title": one.title,
                        "respondent": one.respondent,
                        "items": [item.key for item in one.items],
                        "scales": [scale.key for scale in one.scales],
                        "validated": one.validated,
                        "wording": one.wording,
                        "licence": one.licence,
                    }
                    for one in shipped
                ]
            }
        )
        return
    put_rows(
        ("measure", "title", "items", "answered by", "validated", "wording"),
        [
            (
                one.key,
                one.title,
                str(len(one.items)),
                one.respondent,
                "yes" if one.validated else "no",
                one.wording,
            )
            for one in shipped
        ],
    )


@measures.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@named_practice
def import_wording(*, file: Path, practice_name: str | None) -> None:
    """Load wording from FILE: a FHIR R4 Questionnaire, a folder of them, or a package (.tgz).

    What fits a measure's key is taken; what does not is passed over with the reason. Status 2
    where nothing was taken, or a measure was refused that nothing else in FILE brought.

    \b
    Example:
      rapport measures import questionnaire-phq9.json
    """
    with rooms():
        from rapport.kernel import clock, scope
        from rapport.kernel.actor import system
        from rapport.measures import actions

        practice = the_practice(practice_name)
        with scope.practice(practice.id):
            taken, refused = actions.import_wording(file, by=system(practice.id), at=clock.now())
    for wording in taken:
        say(f"{'Replaced' if wording.replaced else 'Imported'} {wording.title}, {wording.language}")
        for line in (wording.copyright, wording.warning, *wording.notes):
            if line:
                say(f"  {line}")
    found = {"", *(wording.instrument for wording in taken)}
    for one in refused:
        if one.instrument in found:
            say(f"Passed over: {one.why}")
    missed = [f"Refused: {one.why}" for one in refused if one.instrument not in found]
    if missed:
        raise BadInputError(*missed)
