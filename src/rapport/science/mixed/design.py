"""Rows and a formula turned into numbers: response, fixed columns and grouped random columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rapport.science.columns import Columns, distinct, labels
from rapport.science.mixed.formula import INTERCEPT, Formula, RandomTerm, label, variables
from rapport.science.mixed.reader import Reader, floats, values_of
from rapport.science.refusals import (
    BadColumnError,
    BadModelError,
    ConstantColumnError,
    SingularFitError,
    TooFewError,
)

__all__ = ["Design", "Grouping", "Labels", "build", "refuse_collinear", "refuse_few"]

Floats = NDArray[np.float64]

FUNCTIONS = {"log": np.log, "log1p": np.log1p, "exp": np.exp, "sqrt": np.sqrt, "abs": np.abs}
COLLINEAR = 1e-10


@dataclass(frozen=True, slots=True)
class Labels:
    """The groups' names, made when asked for: ``of`` (N, factors) points into each factor's."""

    factors: tuple[NDArray[np.generic], ...]
    of: NDArray[np.intp]

    def texts(self) -> tuple[str, ...]:
        parts = [
            labels(values[column]) for values, column in zip(self.factors, self.of.T, strict=True)
        ]
        return tuple(map(":".join, zip(*parts, strict=True)))


@dataclass(frozen=True, slots=True)
class Grouping:
    """A random term on the rows used: whose row each is, and what varies.

    ``z`` has shape (q, n); ``free`` (q, q) marks the entries of the lower factor of the
    covariance that are estimated.
    """

    group: str
    effects: tuple[str, ...]
    z: Floats
    codes: NDArray[np.intp]
    labels: Labels
    free: NDArray[np.bool_]
    reader: Reader = field(repr=False)

    @property
    def size(self) -> int:
        return len(self.labels.of)


@dataclass(frozen=True, slots=True)
class Design:
    """``x`` has shape (p, n), a row for each fixed effect, ``squares`` (p, p) are its products.

    ``dropped`` counts the rows left out.
    """

    y: Floats
    x: Floats
    squares: Floats
    fixed: Reader
    groupings: tuple[Grouping, ...]
    dropped: int

    @property
    def n(self) -> int:
        return len(self.y)


def build(formula: Formula, columns: Columns) -> Design:
    """Read the columns of a formula, leaving out rows in which any of them is missing.

    Raises
    ------
    RefusedFitError
        For absent or unusable columns, a constant or collinear predictor, too few groups or rows.
    """
    factors = {name: distinct(columns, name) for term in formula.random for name in term.factors}
    frame = _frame(formula.measured, columns)
    used = ~frame.isna().to_numpy().any(axis=1)
    for found, _ in factors.values():
        used &= found >= 0
    if not used.any():
        raise TooFewError("A mixed model", "rows without a missing value", needs=1, has=0)
    frame = frame if used.all() else frame[used].reset_index(drop=True)
    y, fixed, x = _fixed(formula, frame)
    groupings = tuple(_grouping(formula, term, frame, factors, used) for term in formula.random)
    design = Design(y, x, x @ x.T, fixed, groupings, int((~used).sum()))
    _refuse_unusable(design, formula)
    return design


def _frame(names: frozenset[str], columns: Columns) -> Any:
    from pandas import DataFrame

    return DataFrame({name: values_of(columns, name) for name in sorted(names)})


def _matrix(response: str, text: str, frame: Any) -> Any:
    from formulae import design_matrices

    try:
        with np.errstate(invalid="ignore", divide="ignore"):
            return design_matrices(
                f"{response} ~ {text}", frame, na_action="error", extra_namespace=FUNCTIONS
            )
    except KeyError as error:
        known = ", ".join(FUNCTIONS)
        raise BadModelError(f"{error} is no function of a formula: use {known}.") from None
    except (ValueError, TypeError, AttributeError) as error:
        raise BadModelError(f"'{response} ~ {text}' cannot be evaluated: {error}") from None


def _fixed(formula: Formula, frame: Any) -> tuple[Floats, Reader, Floats]:
    made = _matrix(formula.response, formula.fixed, frame)
    y = floats(made.response)
    if made.response.kind != "numeric" or y.ndim != 1:
        raise BadColumnError(formula.response, "is the response and must be a number in each row.")
    if made.common is None:
        raise BadModelError("The model needs at least one fixed effect, such as the intercept 1.")
    reader = Reader(_names([made.common]), (made.common,), variables(formula.fixed))
    return y, reader, np.ascontiguousarray(floats(made.common).T)


def _names(parts: list[Any]) -> tuple[str, ...]:
    return tuple(
        label(name) for part in parts for term in part.terms.values() for name in term.labels
    )


def _grouping(
    formula: Formula,
    term: RandomTerm,
    frame: Any,
    factors: Mapping[str, tuple[NDArray[np.intp], NDArray[np.generic]]],
    used: NDArray[np.bool_],
) -> Grouping:
    parts = [_matrix(formula.response, block, frame).common for block in term.blocks]
    if any(part is None for part in parts):
        raise BadModelError(f"A random term of {term.group!r} has no effect in it.")
    names = _names(parts)
    if len(set(names)) < len(names):
        raise BadModelError(f"An effect stands twice among the random effects of {term.group!r}.")
    sizes = [floats(part).shape[1] for part in parts]
    block = np.repeat(np.arange(len(sizes)), sizes)
    found, labels = _groups(term, factors, used)
    return Grouping(
        term.group,
        names,
        np.vstack([floats(part).T for part in parts]),
        found,
        labels,
        np.tril(block[:, None] == block[None, :]),
        Reader(names, tuple(parts), frozenset().union(*map(variables, term.blocks))),
    )


def _groups(
    term: RandomTerm,
    factors: Mapping[str, tuple[NDArray[np.intp], NDArray[np.generic]]],
    used: NDArray[np.bool_],
) -> tuple[NDArray[np.intp], Labels]:
    read = [factors[name] for name in term.factors]
    whole = bool(used.all())
    kept = [found if whole else found[used] for found, _ in read]
    codes = kept[0] if whole else _compact(kept[0])
    for inner, (_, values) in zip(kept[1:], read[1:], strict=True):
        codes = _compact(codes * len(values) + inner)
    of = np.empty((codes.max() + 1, len(kept)), dtype=np.intp)
    for at, found in enumerate(kept):
        of[codes, at] = found
    return codes, Labels(tuple(values for _, values in read), of)


def _compact(found: NDArray[np.intp]) -> NDArray[np.intp]:
    """Number the groups that occur from 0, in their order."""
    if found.max() < 4 * found.size:
        occurs = np.bincount(found) > 0
        return (np.cumsum(occurs) - 1)[found]
    return np.unique(found, return_inverse=True)[1]


def _refuse_unusable(design: Design, formula: Formula) -> None:
    for name, values in [(formula.response, design.y), *_named_columns(design)]:
        if not np.isfinite(values.sum()):
            row = int(np.flatnonzero(~np.isfinite(values))[0]) + 1
            raise BadColumnError(name, f"is not a finite number in row {row} of those used.")
    if (design.y == design.y[0]).all():
        raise ConstantColumnError(formula.response)
    if INTERCEPT in design.fixed.names:
        for name, values in zip(design.fixed.names, design.x, strict=True):
            if name != INTERCEPT and (values == values[0]).all():
                raise ConstantColumnError(name)
    refuse_collinear(design.fixed.names, design.squares, design.n)
    for grouping in design.groupings:
        refuse_few(grouping.group, len(grouping.effects), grouping.size, design.n)


def _named_columns(design: Design) -> list[tuple[str, Floats]]:
    found = list(zip(design.fixed.names, design.x, strict=True))
    for grouping in design.groupings:
        found += zip(grouping.effects, grouping.z, strict=True)
    return found


def refuse_collinear(names: Sequence[str], products: Floats, n: int) -> None:
    """Refuse fixed effects of which one is a sum of the others, by their products (p, p)."""
    if n <= len(names):
        model = "A mixed model with these fixed effects"
        raise TooFewError(model, "rows", needs=len(names) + 1, has=n)
    scale = np.sqrt(np.diag(products))
    scale[scale == 0] = 1
    values, vectors = np.linalg.eigh(products / np.outer(scale, scale))
    if values[0] < COLLINEAR:
        size = np.abs(vectors[:, 0])
        among = [name for name, one in zip(names, size, strict=True) if one > 0.1 * size.max()]
        raise SingularFitError(f"These fixed effects determine one another: {', '.join(among)}.")


def refuse_few(group: str, q: int, groups: int, n: int) -> None:
    """Refuse fewer groups than can tell a covariance, and as many random effects as rows."""
    if groups < q + 2:
        model = "A mixed model with these random effects"
        raise TooFewError(model, f"groups of {group!r}", needs=q + 2, has=groups)
    if q * groups >= n:
        model = f"A model with {q * groups:,} random effects of {group!r}"
        raise TooFewError(model, "rows", needs=q * groups + 1, has=n)
