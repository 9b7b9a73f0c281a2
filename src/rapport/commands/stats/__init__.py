"""``rapport stats``: sums that leave a site while its clients' rows stay."""

from __future__ import annotations

import click

from rapport.commands.lazy import LazyGroup

PARTS = {
    "merge": "rapport.commands.stats.merge:merge",
    "sums": "rapport.commands.stats.sums:sums",
}


@click.group(cls=LazyGroup, places=PARTS)
def stats() -> None:
    """Sum a site's rows for a mixed model, and add the sums of several sites.

    \b
    Example:
      rapport stats sums "part-*.parquet" "bdi ~ month + (1 | id)" --to site-a.json
      rapport stats merge site-a.json site-b.json --to all.json
      rapport fit mixed all.json
    """
