"""Specifications as inline SVG: in the page's own colours, without styles, readable aloud."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import vl_convert
from markupsafe import Markup

from rapport.web.design.chart_layers import INK
from rapport.web.design.parts import Role

_OPENING: Final = re.compile(r'<svg [^>]*?width="(\d+)" height="(\d+)"[^>]*>')
# What the renderer says of its own containers is noise to a listener; only ratings are read.
_NOISE: Final = re.compile(r' (?:role="graphics-[a-z]+"|aria-roledescription="[^"]*")')
_POINT: Final = re.compile(
    r'aria-label="([^"]*)" role="graphics-symbol" aria-roledescription="point"'
)
_FONT: Final = re.compile(r' font-family="[^"]*"')
_COLOURS: Final = {colour: f"var(--{name})" for name, colour in INK.items()}
_COLOUR: Final = re.compile("|".join(_COLOURS))


def to_svg(spec: dict[str, Any], title: str, description: str) -> Markup:
    """Draw a specification. The colours are tokens, so the picture follows the page's scheme.

    Rendering takes about 40 ms (0.2 to 0.7 s for the first of a process); the same
    specification is drawn once.
    """
    drawn, width, height = _drawn(json.dumps(spec, sort_keys=True))
    ident = "c" + hashlib.sha256(f"{title}{drawn}".encode()).hexdigest()[:12]
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" width="{}" height="{}" '
        'role="group" aria-label="{}" aria-describedby="{}"><desc id="{}">{}</desc>{}'
    ).format(width, height, width, height, title, ident, ident, description, Markup(drawn))  # noqa: S704


@lru_cache(maxsize=512)
def _drawn(spec: str) -> tuple[str, int, int]:
    raw: str = vl_convert.vegalite_to_svg(spec)
    opening = _OPENING.search(raw)
    if opening is None:
        raise ValueError("the chart renderer gave a picture without a size")
    body = _POINT.sub(r'aria-label="\1" role="img"', raw[opening.end() :])
    body = _FONT.sub("", _NOISE.sub("", body))
    body = _COLOUR.sub(lambda found: _COLOURS[found[0]], body)
    return body, int(opening[1]), int(opening[2])


def sparkline(
    values: Sequence[float | None], low: float, high: float, role: Role, words: str
) -> Markup:
    """A course at the height of a line of text; ``words`` say it to those who do not see it.

    Drawn directly: a list may hold a hundred of them.
    """
    step = 96 / max(1, len(values) - 1)
    points = [
        None if value is None else (2 + at * step, 18 - 16 * (value - low) / (high - low))
        for at, value in enumerate(values)
    ]
    path = "".join(
        # "h0" gives a rating that stands alone a dot.
        f"{'L' if at and points[at - 1] else 'M'}{p[0]:.1f} {p[1]:.1f}h0"
        for at, p in enumerate(points)
        if p is not None
    )
    last = next((p for p in reversed(points) if p is not None), None)
    dot = "" if last is None else f'<circle cx="{last[0]:.1f}" cy="{last[1]:.1f}" r="2.2"/>'
    return Markup(
        '<svg class="spark m-{}" width="100" height="20" viewBox="0 0 100 20" role="img" '
        'aria-label="{}" stroke-width="1.6">'
        '<path fill="none" stroke-linecap="round" d="{}"/>{}</svg>'
    ).format(role, words, path, Markup(dot))  # noqa: S704
