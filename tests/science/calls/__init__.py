"""What the ``call`` of an expected file means; each module here gives its part in ``CALLS``.

A call takes the case's ``arguments`` as keywords. One that reads data takes the file's path
as ``data``.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

MODULES = sorted(path.stem for path in Path(__file__).parent.glob("[!_]*.py"))
CALLS: dict[str, Callable[..., object]] = {
    name: call
    for module in MODULES
    for name, call in import_module(f"{__name__}.{module}").CALLS.items()
}
