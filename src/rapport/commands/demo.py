"""``rapport demo``: the synthetic practice, built once and served."""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from rapport.commands.database import bring_up_to_date
from rapport.commands.output import FailedError, put_json, say
from rapport.commands.practices import rooms
from rapport.commands.serve import run_server

if TYPE_CHECKING:
    from rapport.demo.guide import Guide


@click.command()
@click.option("--no-serve", is_flag=True, help="Only build it.")
@click.option("--reset", is_flag=True, help="Remove it first, with all that was done in it.")
@click.option("--json", "as_json", is_flag=True, help="How to get in, as one JSON object.")
def demo(*, no_serve: bool, reset: bool, as_json: bool) -> None:
    """Build a practice in which nobody is real, and serve it on this machine alone.

    It is kept in RAPPORT_HOME, and used again the next time.

    \b
    Example:
      PORT=8080 RAPPORT_HOME=/tmp/linnet rapport demo
    """
    os.environ["RAPPORT_DEMO"] = "1"
    with rooms():
        bring_up_to_date()
        guide = _prepare(reset=reset)
        if as_json:
            put_json(_plain(guide))
        else:
            _tell(guide)
        if not no_serve:
            run_server("127.0.0.1")


def _prepare(*, reset: bool) -> Guide:
    from rapport.demo.build import build
    from rapport.demo.guide import guide, real_practices, synthetic_practice
    from rapport.kernel import clock

    if real_practices():
        raise FailedError(
            "This database holds a real practice; the demonstration needs its own. "
            "Give it another folder, such as RAPPORT_HOME=demo."
        )
    if reset:
        _empty()
    practice = synthetic_practice()
    if practice is None:
        say("Building the synthetic practice …")
        practice = build(at=clock.now())
    return guide(practice, at=clock.now())


def _empty() -> None:
    """Nothing real is here: ``_prepare`` has looked."""
    from django.core.management import call_command

    call_command("flush", interactive=False, verbosity=0)


def _plain(guide: Guide) -> dict[str, object]:
    return {**asdict(guide), "built_at": guide.built_at.isoformat(), "url": _url()}


def _url() -> str:
    from rapport.config.settings import CONFIG

    return CONFIG.base_url


def _tell(guide: Guide) -> None:
    click.echo(f"\n{guide.practice}: a synthetic practice. Nobody in it is real.\n")
    click.echo(f"  Open      {_url()}")
    for person in guide.sign_ins:
        click.echo(f"  {person.role:<12}{person.email}")
    click.echo(f"  Password  {guide.sign_ins[0].password}   (the same for all)")
    if guide.check_in:
        click.echo(f"\n  A client's link, best on a phone-sized window:\n  {guide.check_in}")
    else:
        day = f"{guide.built_at:%d %B}"
        click.echo(f"\n  Built on {day}, so its links have run out: --reset builds it anew.")
    click.echo(f"\n  The same client's progress and goals:\n  {guide.progress}\n")
