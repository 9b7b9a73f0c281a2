"""Do coders agree: kappa for two or many, Krippendorff's alpha for any number with gaps.

Rows are units (sessions, segments), columns are coders. The intraclass correlation of coders who
rate on a scale is :func:`rapport.science.reliability.icc`.
"""

from rapport.science.coding.kappa import (
    Kappa,
    Weights,
    cohen_kappa,
    fleiss_kappa,
    weighted_kappa,
)
from rapport.science.coding.krippendorff import KrippendorffAlpha, Scale, krippendorff_alpha

__all__ = [
    "Kappa",
    "KrippendorffAlpha",
    "Scale",
    "Weights",
    "cohen_kappa",
    "fleiss_kappa",
    "krippendorff_alpha",
    "weighted_kappa",
]
