"""Contrast of two OKLCH colours, by the definitions of CSS Color 4 and WCAG 2.2."""

from __future__ import annotations

import math
import re
from pathlib import Path

import rapport.web.design

TOKENS = Path(rapport.web.design.__file__).parent / "static/design/css/tokens.css"
OKLCH = r"oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)"
TOKEN = re.compile(rf"--([a-z-]+): light-dark\({OKLCH}, {OKLCH}\);")


def tokens(scheme: str) -> dict[str, tuple[float, float, float]]:
    """Every opaque colour of tokens.css in one scheme, as lightness, chroma and hue."""
    first = 2 if scheme == "light" else 5
    found = {}
    for match in TOKEN.finditer(TOKENS.read_text("utf-8")):
        lightness, chroma, hue = (float(match[first + n]) for n in range(3))
        found[match[1]] = (lightness, chroma, hue)
    return found


def luminance(colour: tuple[float, float, float]) -> float:
    """Relative luminance of what the screen shows: linear sRGB, clipped to its gamut."""
    lightness, chroma, hue = colour
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short
    return sum(
        weight * min(1.0, max(0.0, part))
        for weight, part in zip((0.2126, 0.7152, 0.0722), (red, green, blue), strict=True)
    )


def contrast(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)
