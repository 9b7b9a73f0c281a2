"""Where the variables of a path diagram stand: causes to the left, indicators outside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rapport.science.sem.parameters import Parameter, Specification

__all__ = ["Box", "Layout", "laid_out"]

WIDTH, HEIGHT = 92.0, 40.0
COLUMN, ROW = 190.0, 104.0
STEP = 52.0
APART = 166.0
MARGIN = 70.0
FEW = 2


@dataclass(frozen=True, slots=True)
class Box:
    """A variable: its centre, and whether it is a factor (drawn as an ellipse)."""

    name: str
    x: float
    y: float
    factor: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """All boxes of a diagram and its size."""

    boxes: dict[str, Box]
    width: float
    height: float


def laid_out(specification: Specification) -> Layout:
    """Place each variable.

    What predicts stands in columns by the longest chain of paths to it. Indicators stand beside
    the factor that has the fewest others: above and below where no factor has many, else left
    of the first column, right of the last, and above in between. A factor with no indicator of
    its own, such as a random intercept, stands outside, before the first of those it has.
    """
    own = [one for one in specification.parameters if one.group == 0]
    owned = _owned(own)
    factors = specification.roles.factors
    depth = _depths(own, [v for v in specification.roles.variables if v not in _shown(owned)])
    apart = [name for name in factors if name in depth and _is_apart(name, owned, own)]
    columns = _columns({name: d for name, d in depth.items() if name not in apart})
    upright = max((len(indicators) for indicators in owned.values()), default=0) > FEW
    at: dict[str, tuple[float, float]] = {}
    for number, names in enumerate(columns):
        side = -1 if number == 0 else int(number == len(columns) - 1)
        _place_column(at, number, names, owned, side if upright else 0)
    for place, name in enumerate(apart):
        shown = [at[one.rhs] for one in own if one.op == "=~" and one.lhs == name]
        ys = [y for _, y in at.values()]
        y = min(ys) - APART if place % 2 == 0 else max(ys) + APART
        at[name] = (min(x for x, _ in shown) - COLUMN, y)
    return _framed(at, set(factors))


def _owned(own: list[Parameter]) -> dict[str, list[str]]:
    """The observed indicators that stand beside each factor."""
    loadings = [one for one in own if one.op == "=~"]
    factors = {one.lhs for one in loadings}
    counts = {name: sum(one.lhs == name for one in loadings) for name in factors}
    owner: dict[str, str] = {}
    for one in loadings:
        known = owner.get(one.rhs)
        if one.rhs not in factors and (known is None or counts[one.lhs] < counts[known]):
            owner[one.rhs] = one.lhs
    found: dict[str, list[str]] = {}
    for indicator, factor in owner.items():
        found.setdefault(factor, []).append(indicator)
    return found


def _shown(owned: dict[str, list[str]]) -> set[str]:
    return {name for indicators in owned.values() for name in indicators}


def _is_apart(name: str, owned: dict[str, list[str]], own: list[Parameter]) -> bool:
    linked = any(one.op == "~" and name in (one.lhs, one.rhs) for one in own)
    shown = [one.rhs for one in own if one.op == "=~" and one.lhs == name]
    return name not in owned and not linked and set(shown) <= _shown(owned)


def _depths(own: list[Parameter], names: Iterable[str]) -> dict[str, int]:
    """The longest chain of paths that ends in each; a loop is followed no further than once."""
    depth = dict.fromkeys(names, 0)
    paths = [
        (one.rhs, one.lhs) if one.op == "~" else (one.lhs, one.rhs)
        for one in own
        if one.op in ("~", "=~") and one.lhs in depth and one.rhs in depth
    ]
    for _ in range(len(depth)):
        for cause, effect in paths:
            depth[effect] = min(max(depth[effect], depth[cause] + 1), len(depth) - 1)
    return depth


def _columns(depth: dict[str, int]) -> list[list[str]]:
    return [
        [name for name, own in depth.items() if own == level]
        for level in sorted(set(depth.values()))
    ]


def _place_column(
    at: dict[str, tuple[float, float]],
    number: int,
    names: list[str],
    owned: dict[str, list[str]],
    side: int,
) -> None:
    """``side`` says where indicators go: −1 left, 1 right, 0 above the upper half or below."""
    x = number * COLUMN
    heights = [max(ROW, STEP * len(owned.get(name, ())) if side else ROW) for name in names]
    y = -sum(heights) / 2
    for place, (name, height) in enumerate(zip(names, heights, strict=True)):
        middle = y + height / 2
        y += height
        at[name] = (x, middle)
        indicators = owned.get(name, [])
        over = -1 if 2 * place < len(names) else 1
        for which, indicator in enumerate(indicators):
            off = which - (len(indicators) - 1) / 2
            if side:
                at[indicator] = (x + side * COLUMN, middle + off * STEP)
            else:
                at[indicator] = (x + off * (WIDTH + 12), middle + over * ROW)


def _framed(at: dict[str, tuple[float, float]], factors: set[str]) -> Layout:
    """Move all into view."""
    left = min(x for x, _ in at.values()) - MARGIN - WIDTH / 2
    top = min(y for _, y in at.values()) - MARGIN
    boxes = {name: Box(name, x - left, y - top, name in factors) for name, (x, y) in at.items()}
    width = max(box.x for box in boxes.values()) + MARGIN + WIDTH / 2
    height = max(box.y for box in boxes.values()) + MARGIN
    return Layout(boxes, width, height)
