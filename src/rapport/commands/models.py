"""``rapport models``: what the practice's own data have taught, and learning it anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from rapport.commands.output import put_json, put_rows
from rapport.commands.practices import named_practice, rooms, the_practice
from rapport.commands.progress import bar_on_stderr

if TYPE_CHECKING:
    from rapport.alliance.models import LearntModel


@click.group()
def models() -> None:
    """Models learnt from the practice's own data."""


@models.command()
@named_practice
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def refit(*, practice_name: str | None, as_json: bool) -> None:
    """Fit the expected courses and the model of dropout anew, and assess everybody by them.

    A model is used only where it forecasts clients it has not seen better than the assumptions
    that are in use without it. Until then those stay, and the reason is said.

    \b
    Example:
      rapport models refit
    """
    with rooms(), bar_on_stderr() as bar:
        from rapport.alliance import learning
        from rapport.alliance.tasks import reassess_everybody
        from rapport.kernel import clock, scope
        from rapport.kernel.actor import system

        practice = the_practice(practice_name)
        task = bar.add_task("Fitting", total=None)

        def show(what: str, done: int, total: int) -> None:
            bar.update(task, description=f"Fitting {what}", completed=done, total=total)

        with scope.practice(practice.id):
            found = learning.refit(by=system(practice.id), at=clock.now(), progress=show)
            task = bar.add_task("Assessing relationships", total=None)
            for done, total in reassess_everybody():
                bar.update(task, completed=done, total=total)
    if as_json:
        put_json({"models": [_plain(row) for row in found]})
    else:
        _put_table(found)


def _plain(row: LearntModel) -> dict[str, object]:
    return {
        "kind": row.kind,
        "measure": row.measure,
        "scale": row.scale,
        "rater": row.rater,
        "version": row.version,
        "clients": row.clients,
        "ratings": row.ratings,
        "in_use": not row.kept_why,
        "kept_why": row.kept_why,
        "data_hash": row.data_hash,
        "judgement": row.judgement,
    }


def _put_table(found: tuple[LearntModel, ...]) -> None:
    put_rows(
        ("model", "of", "rated by", "version", "clients", "in use"),
        [
            (
                row.get_kind_display(),
                f"{row.measure}/{row.scale}",
                row.rater,
                str(row.version),
                f"{row.clients:,}",
                "no: " + row.kept_why if row.kept_why else "yes",
            )
            for row in found
        ],
    )
