"""Dropout: how it depends on what is known at each session, and how well that predicts it.

Rows are sessions held; the column of events says how each ended: 0 goes on, 1 dropped out, 2
ended as planned, which competes with dropout and is no censoring.

``fit_hazard`` and ``fit_cox`` estimate, ``cumulative_incidence`` counts, ``fit_dropout_model`` and
``prospects`` predict anew after every session, ``cross_validate`` judges the predictions on
therapists they were not learnt from.
"""

from rapport.science.dropout.accuracy import Accuracy, Auc, accuracy, auc, brier
from rapport.science.dropout.calibration import Calibration, CalibrationGroup, calibrate
from rapport.science.dropout.cox import CoxFit, fit_cox
from rapport.science.dropout.hazard import HazardFit, fit_hazard
from rapport.science.dropout.horizon import Outcomes, outcomes_by
from rapport.science.dropout.incidence import Incidence, IncidencePoint, cumulative_incidence
from rapport.science.dropout.model import DropoutModel, fit_dropout_model
from rapport.science.dropout.prospect import Prospect, prospects
from rapport.science.dropout.terms import Term
from rapport.science.dropout.validation import AtSession, Validation, cross_validate

__all__ = [
    "Accuracy",
    "AtSession",
    "Auc",
    "Calibration",
    "CalibrationGroup",
    "CoxFit",
    "DropoutModel",
    "HazardFit",
    "Incidence",
    "IncidencePoint",
    "Outcomes",
    "Prospect",
    "Term",
    "Validation",
    "accuracy",
    "auc",
    "brier",
    "calibrate",
    "cross_validate",
    "cumulative_incidence",
    "fit_cox",
    "fit_dropout_model",
    "fit_hazard",
    "outcomes_by",
    "prospects",
]
