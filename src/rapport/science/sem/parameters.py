"""From statements to parameters: lavaan's defaults, labels, groups and linear constraints."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import combinations, combinations_with_replacement
from typing import Literal

import numpy as np

from rapport.science.refusals import BadModelError
from rapport.science.sem.arrays import Floats
from rapport.science.sem.roles import Roles, roles_of
from rapport.science.sem.syntax import Constraint, Definition, Model, Term

__all__ = ["Equal", "Parameter", "Specification", "specify"]

Equal = Literal["loadings", "intercepts", "regressions", "residuals"]

TOLERANCE = 1e-9
MATRICES = (("=~", "~"), ("~~",), ("~1",))


@dataclass(frozen=True, slots=True)
class Parameter:
    """One entry of a model's matrices in one group.

    ``free`` is its place among the free parameters, −1 where it is ``fixed`` or, for a
    covariate's moment, ``given`` by the data. ``group`` counts from 0.
    """

    lhs: str
    op: str
    rhs: str
    group: int
    label: str
    fixed: float | None
    start: float | None
    given: bool
    free: int


@dataclass(frozen=True, slots=True)
class Specification:
    """A model ready to be fitted.

    The free parameters are :math:`\\beta = K\\theta + \\beta_0`: ``kernel`` (shape
    (n_free, n_unconstrained)) and ``origin`` express linear constraints; ``kernel`` is ``None``
    where there are none.
    """

    roles: Roles
    means: bool
    groups: int
    parameters: tuple[Parameter, ...]
    n_free: int
    kernel: Floats | None
    origin: Floats
    definitions: tuple[Definition, ...]

    @property
    def n_unconstrained(self) -> int:
        """How many numbers the data must tell apart."""
        return self.n_free if self.kernel is None else self.kernel.shape[1]

    @property
    def labels(self) -> dict[str, Parameter]:
        """The first parameter of each label."""
        return {one.label: one for one in reversed(self.parameters) if one.label}


def specify(
    model: Model, *, means: bool, groups: int = 1, equal: Collection[Equal] = ()
) -> Specification:
    """Complete a model as lavaan's ``sem()`` does.

    Parameters
    ----------
    model : Model
        As read.
    means : bool
        Whether means are modelled; also true where an intercept is written.
    groups : int
        Number of groups; each gets its own parameters except those with one label.
    equal : collection of {"loadings", "intercepts", "regressions", "residuals"}
        What is the same in all groups; ``"intercepts"`` frees the factors' means in all groups
        but the first.

    Returns
    -------
    Specification

    Raises
    ------
    BadModelError
        For modifiers that do not fit the number of groups, unknown labels, or constraints
        that are not linear or contradict one another.

    Notes
    -----
    Added: variances of all but covariates (0 for the only indicator of a factor), covariances
    among exogenous factors and among outcomes, moments of covariates as given, intercepts of
    observed variables. The first loading of each factor is 1. Order and defaults are those of
    lavaan 0.6 (Rosseel 2012); checked by its degrees of freedom and estimates.
    """
    roles = roles_of(model)
    means = means or any(term.op == "~1" for term in model.terms)
    _check_groups(model.terms, groups)
    terms = [*model.terms, *_added(model, roles, means)]
    defaults, leading = _Defaults(roles, equal), _leading(terms)
    read = [
        _reading(term, at, group, defaults.of(term, group, first=at in leading))
        for group in range(groups)
        for at, term in enumerate(terms)
    ]
    parameters, n_free = _numbered(read, defaults)
    kernel, origin = _linear(model.constraints, parameters, n_free)
    _check_definitions(model.definitions, parameters)
    return Specification(
        roles, means, groups, parameters, n_free, kernel, origin, model.definitions
    )


def _added(model: Model, roles: Roles, means: bool) -> Iterator[Term]:
    """The defaults that are not written, in lavaan's order."""
    there = {(term.lhs, term.op, term.rhs) for term in model.terms}
    there |= {(term.rhs, term.op, term.lhs) for term in model.terms if term.op == "~~"}
    variances = [(name, name) for name in roles.variables if name not in roles.covariates]
    pairs = [
        *variances,
        *combinations(roles.exogenous_factors, 2),
        *combinations(roles.outcomes, 2),
        *combinations_with_replacement(roles.covariates, 2),
    ]
    for lhs, rhs in pairs:
        if (lhs, "~~", rhs) not in there:
            yield Term(lhs, "~~", rhs, (), 0)
    for name in roles.variables if means else ():
        if (name, "~1", "") not in there:
            yield Term(name, "~1", "", (), 0)


@dataclass(frozen=True, slots=True)
class _Defaults:
    """What lavaan does where nothing is said. An added term has line 0."""

    roles: Roles
    equal: Collection[Equal]

    def of(self, term: Term, group: int, *, first: bool) -> float | None:
        """What a parameter is fixed at unless a modifier says otherwise."""
        if term.line:
            return 1.0 if first else None
        if term.op == "~1" and term.lhs in self.roles.factors:
            return None if group and "intercepts" in self.equal else 0.0
        lone = term.lhs == term.rhs and term.lhs in self.roles.lone_indicators
        return 0.0 if lone else None

    def is_given(self, term: Term) -> bool:
        """Whether it is a moment of covariates."""
        return not term.line and term.lhs in self.roles.covariates

    def is_shared(self, term: Term) -> bool:
        """Whether all groups have it in common."""
        observed = term.lhs in self.roles.observed
        return {
            "=~": "loadings" in self.equal,
            "~": "regressions" in self.equal,
            "~1": observed and "intercepts" in self.equal,
            "~~": observed and term.lhs == term.rhs and "residuals" in self.equal,
        }[term.op]


@dataclass(frozen=True, slots=True)
class _Reading:
    """What is said of one term in one group; ``at`` is the term's place."""

    term: Term
    at: int
    group: int
    label: str
    fixed: float | None
    start: float | None


def _leading(terms: list[Term]) -> set[int]:
    """Where the first loading of each factor stands."""
    first: dict[str, int] = {}
    for at, term in enumerate(terms):
        if term.op == "=~":
            first.setdefault(term.lhs, at)
    return set(first.values())


def _reading(term: Term, at: int, group: int, fixed: float | None) -> _Reading:
    label, start = "", None
    for modifier in term.modifiers:
        entry = modifier.of(group)
        if isinstance(entry, str):
            label = entry
        elif modifier.start:
            start = entry
        else:
            fixed = entry
    return _Reading(term, at, group, label, fixed, start)


def _numbered(readings: list[_Reading], defaults: _Defaults) -> tuple[tuple[Parameter, ...], int]:
    """All parameters; a label is one free parameter, or fixed wherever it stands.

    Free ones are numbered paths first, then covariances, then intercepts.
    """
    held = {one.label: one.fixed for one in readings if one.label and one.fixed is not None}
    keys: list[object] = []
    for one in readings:
        fixed = held.get(one.label, one.fixed) is not None or defaults.is_given(one.term)
        own = (one.at, 0 if defaults.is_shared(one.term) else one.group)
        keys.append(None if fixed else one.label or own)
    columns: dict[object, int] = {None: -1}
    for ops in MATRICES:
        for one, key in zip(readings, keys, strict=True):
            if one.term.op in ops:
                columns.setdefault(key, len(columns) - 1)
    parameters = tuple(
        Parameter(
            one.term.lhs,
            one.term.op,
            one.term.rhs,
            one.group,
            one.label,
            held.get(one.label, one.fixed),
            one.start,
            defaults.is_given(one.term),
            columns[key],
        )
        for one, key in zip(readings, keys, strict=True)
    )
    return parameters, len(columns) - 1


def _linear(
    constraints: tuple[Constraint, ...], parameters: tuple[Parameter, ...], n_free: int
) -> tuple[Floats | None, Floats]:
    """The kernel and origin of the parameters that satisfy all constraints."""
    if not constraints:
        return None, np.zeros(n_free)
    rows = [_row(constraint, parameters, n_free) for constraint in constraints]
    coefficients = np.array([row for row, _ in rows])
    right = np.array([value for _, value in rows])
    left, sizes, bases = np.linalg.svd(coefficients, full_matrices=True)
    rank = int((sizes > TOLERANCE * max(1.0, sizes.max())).sum())
    origin = bases[:rank].T @ ((left.T @ right)[:rank] / sizes[:rank])
    if np.abs(coefficients @ origin - right).max() > TOLERANCE:
        raise BadModelError("The constraints with == contradict one another.")
    return bases[rank:].T, origin


def _row(
    constraint: Constraint, parameters: tuple[Parameter, ...], n_free: int
) -> tuple[Floats, float]:
    """One constraint as coefficients of the free parameters and a right-hand side."""
    by_label = {one.label: one for one in parameters if one.label}
    expression, where = constraint.difference, f"Line {constraint.line}"
    for name in expression.names:
        if name not in by_label:
            raise BadModelError(f"{where}: no parameter has the label {name!r}.")
    at_one = {name: 1.0 if by_label[name].fixed is None else 0.0 for name in expression.names}
    elsewhere = {name: 1.5 + at for at, name in enumerate(expression.names)}
    slopes = expression.gradient(at_one)
    if np.abs(slopes - expression.gradient(elsewhere)).max(initial=0.0) > TOLERANCE:
        raise BadModelError(f"{where}: a constraint with == must be linear in its labels.")
    row, value = np.zeros(n_free), -float(expression.value(dict.fromkeys(expression.names, 0.0)))
    for name, slope in zip(expression.names, slopes, strict=True):
        parameter = by_label[name]
        if parameter.fixed is not None:
            value -= slope * parameter.fixed
        else:
            row[parameter.free] += slope
    if not row.any():
        raise BadModelError(f"{where}: a constraint with == must restrict a free parameter.")
    return row, value


def _check_groups(terms: tuple[Term, ...], groups: int) -> None:
    for term in terms:
        for modifier in term.modifiers:
            if len(modifier.entries) not in (1, groups):
                raise BadModelError(
                    f"Line {term.line}: {term.lhs} {term.op} {term.rhs} has a modifier for "
                    f"{len(modifier.entries)} groups; there are {groups}."
                )


def _check_definitions(
    definitions: tuple[Definition, ...], parameters: tuple[Parameter, ...]
) -> None:
    """Each may use labels, and what was defined before it."""
    known = {one.label for one in parameters}
    for definition in definitions:
        for name in definition.expression.names:
            if name not in known:
                raise BadModelError(
                    f"Line {definition.line}: {definition.name} uses {name!r}, which is neither "
                    "a label nor defined before."
                )
        if definition.name in known:
            raise BadModelError(
                f"Line {definition.line}: {definition.name!r} names something already."
            )
        known.add(definition.name)
