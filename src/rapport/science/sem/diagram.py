"""A path diagram as SVG: one string, no library, legible on light and dark and in print."""

from __future__ import annotations

import math
from collections.abc import Iterator
from xml.sax.saxutils import escape
from zlib import crc32

from rapport.science.sem.estimates import Estimate
from rapport.science.sem.layout import HEIGHT, WIDTH, Box, Layout, laid_out
from rapport.science.sem.result import SemFit

__all__ = ["path_diagram"]

STYLE = ":where(.path-diagram){color-scheme:light dark;color:CanvasText}"
HALO = 'stroke="Canvas" stroke-width="5" stroke-linejoin="round" paint-order="stroke"'
VERBS = {"=~": "is measured by", "~": "depends on", "~~": "varies with"}
ALONG = 0.3
"""Where on a path its number stands, as a share from its start."""
BOW, MOST_BOW = 0.22, 56.0
GAP = 4.0


def path_diagram(fit: SemFit, *, group: str | None = None) -> str:
    """Draw a fitted model with its standardised coefficients.

    Parameters
    ----------
    fit : SemFit
    group : str, optional
        Which group's coefficients to show; the first where none is named.

    Returns
    -------
    str
        An ``svg`` element with a title and a description that tells all coefficients.
        Rectangles are observed variables, ellipses are factors, straight arrows are paths and
        loadings, bows are covariances. Variances, intercepts and what is fixed at 0 are left
        out. A coefficient that cannot be standardised is shown raw, in brackets.
    """
    chosen = fit.groups[0][0] if group is None else group
    shown = [one for one in fit.estimates if one.group == chosen and _is_drawn(one)]
    layout = laid_out(fit.specification)
    title = "Path diagram" + (f" of group {chosen}" if chosen is not None else "")
    told = ". ".join(f"{one.lhs} {VERBS[one.op]} {one.rhs}: {_number(one)}" for one in shown)
    mark = f"{crc32(told.encode()):08x}"
    lines = [line for one in shown for line in _drawn(one, layout, mark)]
    boxes = [line for box in layout.boxes.values() for line in _boxed(box)]
    width, height = round(layout.width), round(layout.height)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="path-diagram" role="img" '
            'font-family="system-ui, sans-serif" font-size="13" '
            f'viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
            f'aria-labelledby="title-{mark} told-{mark}">',
            f'<title id="title-{mark}">{escape(title)}</title>',
            f'<desc id="told-{mark}">{escape(told)}.</desc>',
            f"<style>{STYLE}</style>",
            f'<defs><marker id="head-{mark}" viewBox="0 0 10 10" refX="9" refY="5" '
            'markerWidth="8" markerHeight="8" orient="auto-start-reverse">'
            '<path d="M0 0L10 5L0 10z" fill="currentColor"/></marker></defs>',
            '<g fill="none" stroke="currentColor" stroke-width="1.2">',
            *(line for line in lines if not line.startswith("<text")),
            *(line for line in boxes if not line.startswith("<text")),
            "</g>",
            '<g fill="currentColor" text-anchor="middle" dominant-baseline="central">',
            *(line for line in lines + boxes if line.startswith("<text")),
            "</g>",
            "</svg>",
        ]
    )


def _is_drawn(one: Estimate) -> bool:
    if one.op not in VERBS or (one.est == 0 and one.se == 0):
        return False
    return one.lhs != one.rhs


def _number(one: Estimate) -> str:
    """Two digits without a leading zero, as coefficients are printed."""
    value = one.est if one.std is None else one.std
    text = f"{value:.2f}".replace("0.", ".", 1) if abs(value) < 0.995 else f"{value:.2f}"
    text = text.replace("-", "−")
    return text if one.std is not None else f"({text})"


def _boxed(box: Box) -> Iterator[str]:
    if box.factor:
        yield (
            f'<ellipse cx="{box.x:.1f}" cy="{box.y:.1f}" rx="{WIDTH / 2:g}" ry="{HEIGHT / 2:g}"/>'
        )
    else:
        yield (
            f'<rect x="{box.x - WIDTH / 2:.1f}" y="{box.y - HEIGHT / 2:.1f}" '
            f'width="{WIDTH:g}" height="{HEIGHT:g}" rx="2"/>'
        )
    fitted = f' textLength="{WIDTH - 10:g}" lengthAdjust="spacingAndGlyphs"'
    yield (
        f'<text x="{box.x:.1f}" y="{box.y:.1f}"{fitted if len(box.name) > 12 else ""}>'
        f"{escape(box.name)}</text>"
    )


def _drawn(one: Estimate, layout: Layout, mark: str) -> Iterator[str]:
    """The line of one coefficient, and its number over it."""
    start, end = layout.boxes[one.lhs], layout.boxes[one.rhs]
    if one.op == "~":
        start, end = end, start
    head = f'marker-end="url(#head-{mark})"'
    bent = one.op == "~~" or _is_blocked(start, end, layout)
    bow = _bow(start, end, layout) if bent else (0.0, 0.0)
    middle = ((start.x + end.x) / 2 + bow[0], (start.y + end.y) / 2 + bow[1])
    x1, y1 = _edge(start, *middle)
    x2, y2 = _edge(end, *middle)
    if one.op == "~~":
        head += f' marker-start="url(#head-{mark})" stroke-dasharray="5 3"'
    if bent:
        yield (
            f'<path d="M{x1:.1f} {y1:.1f}Q{middle[0]:.1f} {middle[1]:.1f} {x2:.1f} {y2:.1f}" '
            f"{head}/>"
        )
        x, y = (x1 + x2 + 2 * middle[0]) / 4, (y1 + y2 + 2 * middle[1]) / 4
    else:
        yield f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" {head}/>'
        x, y = x1 + ALONG * (x2 - x1), y1 + ALONG * (y2 - y1)
    yield f'<text x="{x:.1f}" y="{y:.1f}" {HALO}>{_number(one)}</text>'


def _bow(start: Box, end: Box, layout: Layout) -> tuple[float, float]:
    """Bend outwards, away from the middle of the diagram."""
    dx, dy = end.x - start.x, end.y - start.y
    share = min(BOW, MOST_BOW / (math.hypot(dx, dy) or 1.0))
    side = (-dy * share, dx * share)
    out = ((start.x + end.x) / 2 - layout.width / 2, (start.y + end.y) / 2 - layout.height / 2)
    turned = 1 if side[0] * out[0] + side[1] * out[1] >= 0 else -1
    return 2 * turned * side[0], 2 * turned * side[1]


def _is_blocked(start: Box, end: Box, layout: Layout) -> bool:
    """Whether another variable stands on the straight line between two."""
    dx, dy = end.x - start.x, end.y - start.y
    square = dx * dx + dy * dy or 1.0
    for box in layout.boxes.values():
        along = ((box.x - start.x) * dx + (box.y - start.y) * dy) / square
        off = abs((box.x - start.x) * dy - (box.y - start.y) * dx) / math.sqrt(square)
        if box not in (start, end) and 0 < along < 1 and off < HEIGHT / 2:
            return True
    return False


def _edge(box: Box, x: float, y: float) -> tuple[float, float]:
    """Where a line from the box's centre towards a point leaves it, and a little beyond."""
    dx, dy = x - box.x, y - box.y
    length = math.hypot(dx, dy) or 1.0
    if box.factor:
        reach = 1 / (math.hypot(2 * dx / WIDTH, 2 * dy / HEIGHT) or 1.0)
    else:
        reach = 1 / (max(2 * abs(dx) / WIDTH, 2 * abs(dy) / HEIGHT) or 1.0)
    reach = min(reach + GAP / length, 1.0)
    return box.x + reach * dx, box.y + reach * dy
