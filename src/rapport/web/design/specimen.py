"""Every component with invented data, as static pages.

``python -m rapport.web.design.specimen DIR`` writes them.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import django
import django_htmx
from jinja2 import FileSystemLoader

HERE = Path(__file__).parent


def write(out: Path) -> list[Path]:
    """Write the pages and what they load into ``out``; return the pages."""
    from rapport.web.design.environment import environment
    from rapport.web.design.specimen_data import pages

    static = out / "static"
    shutil.copytree(HERE / "static", static, dirs_exist_ok=True)
    shutil.copytree(Path(django_htmx.__file__).parent / "static", static, dirs_exist_ok=True)
    made = environment(loader=FileSystemLoader(HERE / "templates"))
    made.globals["static"] = "static/{}".format  # the pages open from a folder, without a server
    written = []
    for name, values in pages().items():
        page = out / f"{name}.html"
        page.write_text(made.get_template(f"specimen/{name}.jinja").render(values), "utf-8")
        written.append(page)
    return written


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("Say where to: python -m rapport.web.design.specimen DIR")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.config.settings")
    django.setup()
    for made_page in write(Path(sys.argv[1])):
        sys.stdout.write(f"{made_page}\n")
