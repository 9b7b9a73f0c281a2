"""Path models and latent variables: read in lavaan's syntax, fitted by maximum likelihood."""

from rapport.science.sem.bootstrap import Bootstrap, bootstrap
from rapport.science.sem.diagram import path_diagram
from rapport.science.sem.fit import fit_sem, fit_sem_to_moments
from rapport.science.sem.result import SemFit
from rapport.science.sem.riclpm import fit_riclpm, riclpm_model

__all__ = [
    "Bootstrap",
    "SemFit",
    "bootstrap",
    "fit_riclpm",
    "fit_sem",
    "fit_sem_to_moments",
    "path_diagram",
    "riclpm_model",
]
