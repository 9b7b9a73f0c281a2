"""The two kinds of arrays in this package."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Floats", "Places"]

Floats = NDArray[np.floating[Any]]
Places = NDArray[np.intp]
