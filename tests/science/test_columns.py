"""How a column is read."""

import numpy as np

from rapport.science.columns import codes


def test_large_numbers_are_labelled_in_full() -> None:
    found, labels = codes({"id": np.array([1234568.0, 1234567.0, np.nan, 2.5])}, "id")
    assert labels == ("2.5", "1234567", "1234568")
    assert found.tolist() == [2, 1, -1, 0]
