"""Do two people's movements go together in time? Descriptive, for research only.

Windowed lagged cross-correlation of two series, held against surrogates in which the two cannot
have followed one another. Nothing here says that synchrony is good: its relation to alliance and
outcome is weak and mixed.
"""

from rapport.science.synchrony.correlation import Synchrony, cross_correlate, synchrony
from rapport.science.synchrony.preparation import prepare
from rapport.science.synchrony.segments import SegmentSynchrony, segment_synchrony
from rapport.science.synchrony.surrogates import (
    PseudoDyads,
    Shuffled,
    pseudo_dyads,
    shuffle_windows,
)
from rapport.science.synchrony.windows import WindowedSeries, Windowing, cut

__all__ = [
    "PseudoDyads",
    "SegmentSynchrony",
    "Shuffled",
    "Synchrony",
    "WindowedSeries",
    "Windowing",
    "cross_correlate",
    "cut",
    "prepare",
    "pseudo_dyads",
    "segment_synchrony",
    "shuffle_windows",
    "synchrony",
]
