"""A progress bar on the terminal, beside and not within what a command prints."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn


def bar_on_stderr() -> Progress:
    """A bar that vanishes when done, and shows nothing where nobody watches."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
