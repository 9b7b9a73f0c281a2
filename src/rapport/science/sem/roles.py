"""What each variable of a model is: indicator, outcome, covariate, factor."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rapport.science.refusals import BadModelError
from rapport.science.sem.syntax import Model

__all__ = ["Roles", "roles_of"]


@dataclass(frozen=True, slots=True)
class Roles:
    """Names by role, each in lavaan's order.

    ``covariates`` are observed, only ever predict, and are named in no variance, covariance or
    intercept: their moments are taken from the data as they are. ``outcomes`` are predicted
    and predict nothing; ``exogenous_factors`` are neither predicted nor indicators.
    """

    observed: tuple[str, ...]
    factors: tuple[str, ...]
    covariates: tuple[str, ...]
    exogenous_factors: tuple[str, ...]
    outcomes: tuple[str, ...]
    lone_indicators: tuple[str, ...]

    @property
    def variables(self) -> tuple[str, ...]:
        """Observed variables, then factors: the order of every matrix."""
        return self.observed + self.factors


def roles_of(model: Model) -> Roles:
    """Tell the role of every variable in a model.

    Raises
    ------
    BadModelError
        Where a factor has no indicator but itself, or nothing is observed.
    """
    loadings = [term for term in model.terms if term.op == "=~"]
    factors = _once(term.lhs for term in loadings)
    indicators = _once(term.rhs for term in loadings)
    predicted = _once(term.lhs for term in model.terms if term.op == "~")
    predictors = _once(term.rhs for term in model.terms if term.op == "~")
    covaried = [term for term in model.terms if term.op == "~~"]
    mentioned = _once(
        [term.lhs for term in covaried]
        + [term.rhs for term in covaried]
        + [term.lhs for term in model.terms if term.op == "~1"]
    )
    shown = _without(indicators, factors) + _without(predicted, factors + indicators)
    covariates = _without(predictors, factors + shown)
    observed = shown + covariates
    observed += _without(mentioned, observed + factors)
    if not observed:
        raise BadModelError("The model names no observed variable.")
    driven = indicators + predictors
    return Roles(
        observed=observed,
        factors=factors,
        covariates=_without(covariates, mentioned),
        exogenous_factors=_without(factors, indicators + predicted),
        outcomes=tuple(
            name for name in factors + observed if name in predicted and name not in driven
        ),
        lone_indicators=_lone(model, factors),
    )


def _lone(model: Model, factors: tuple[str, ...]) -> tuple[str, ...]:
    """Indicators of a factor with no other, and of no other factor."""
    all_rhs = [term.rhs for term in model.terms if term.op == "=~"]
    found = []
    for factor in factors:
        own = [term.rhs for term in model.terms if term.op == "=~" and term.lhs == factor]
        if len(own) == 1 and all_rhs.count(own[0]) == 1:
            found.append(own[0])
    return tuple(found)


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _without(names: Iterable[str], others: Iterable[str]) -> tuple[str, ...]:
    left_out = set(others)
    return tuple(name for name in names if name not in left_out)
