"""A model of dropout as plain data and back, so that a practice can keep the one in use."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from rapport.science.dropout.hazard import HazardFit
from rapport.science.dropout.model import DropoutModel
from rapport.science.dropout.rows import Used
from rapport.science.dropout.terms import Term

__all__ = ["from_stored", "to_stored"]

Stored = dict[str, Any]


def to_stored(model: DropoutModel) -> Stored:
    """Return the model as dicts, lists and scalars."""
    return {
        "covariates": list(model.covariates),
        "dropout": _fit_out(model.dropout),
        "planned": _fit_out(model.planned) if model.planned else None,
    }


def from_stored(stored: Stored) -> DropoutModel:
    """Rebuild the model from what :func:`to_stored` made of it."""
    planned = stored["planned"]
    return DropoutModel(
        covariates=tuple(stored["covariates"]),
        dropout=_fit_in(stored["dropout"]),
        planned=_fit_in(planned) if planned else None,
    )


def _fit_out(fit: HazardFit) -> Stored:
    plain = asdict(fit)
    return plain | {"covariance": fit.covariance.tolist()}


def _fit_in(stored: Stored) -> HazardFit:
    return HazardFit(
        **stored
        | {
            "covariates": tuple(stored["covariates"]),
            "sessions": tuple(stored["sessions"]),
            "terms": tuple(Term(**term) for term in stored["terms"]),
            "covariance": np.array(stored["covariance"]),
            "used": Used(**stored["used"]),
        }
    )
