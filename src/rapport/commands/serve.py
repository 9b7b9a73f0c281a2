"""``rapport serve``: the whole platform in one process."""

from __future__ import annotations

import os
import signal
import sys

import click

from rapport.commands.database import bring_up_to_date
from rapport.commands.output import say
from rapport.commands.practices import rooms

THREADS = 12


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), help="Default: PORT, or 8000.")
def serve(*, host: str, port: int | None) -> None:
    """Bring the database up to date and serve until stopped.

    The relay runs beside the pages, unless RAPPORT_RELAY=0.

    \b
    Example:
      PORT=8080 rapport serve
    """
    if port is not None:
        os.environ["PORT"] = str(port)
    with rooms():
        bring_up_to_date()
        run_server(host)


def run_server(host: str) -> None:
    """Serve pages, API and static files until a signal; called with the database up to date."""
    from rapport.config.settings import CONFIG
    from rapport.flow.rounds import each_round
    from rapport.kernel.relay import start_thread

    port = int(os.environ.get("PORT") or 8000)
    (CONFIG.home / "static").mkdir(exist_ok=True)  # where it looks before the files it ships
    # uvicorn ends by raising the signal anew; an exit lets the relay finish what it holds.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    stop_relay = start_thread(each_round=each_round) if CONFIG.embedded_relay else None
    say(f"Rapport listens on http://{host}:{port}. Ctrl-C stops it.")
    try:
        _listen(host, port)
    finally:
        if stop_relay is not None:
            stop_relay()


def _listen(host: str, port: int) -> None:
    """uvicorn in front of Django's WSGI application; no access log, since links are secrets."""
    import uvicorn
    from a2wsgi import WSGIMiddleware

    from rapport.config.wsgi import application

    uvicorn.run(
        WSGIMiddleware(application, workers=THREADS),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=10,
    )
