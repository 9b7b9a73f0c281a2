"""One streaming pass over a table of any size into the sums of a two-level model.

Polars does the pass. Every column of the model is a product of a few factors, such as
``log(session)`` and ``intake``, so the sums of products are sums of monomials in them, and each
monomial is summed once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement, product
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rapport.science.mixed.formula import INTERCEPT, Formula, read, terms_of
from rapport.science.mixed.pooled import DIGITS, Sums, merge
from rapport.science.refusals import BadColumnError, BadModelError, TooFewError

if TYPE_CHECKING:
    import polars as pl

__all__ = ["sums"]

Floats = NDArray[np.float64]
Monomial = tuple[str, ...]

CALL = re.compile(r"(log|log1p|exp|sqrt|abs)\((\w+)\)")
MOST_PATTERNS = 50_000
GROUP = "the group"


@dataclass(frozen=True, slots=True)
class _Model:
    """``columns`` are monomials: the fixed effects, other random ones, and the response last."""

    formula: Formula
    fixed: tuple[str, ...]
    effects: tuple[str, ...]
    places: NDArray[np.intp]
    free: NDArray[np.bool_]
    columns: tuple[Monomial, ...]
    factors: dict[str, pl.Expr]

    @property
    def own(self) -> list[Monomial]:
        """The distinct products of a group's own columns with all columns."""
        return sorted({_times(self.columns[a], b) for a in self.places for b in self.columns})

    @property
    def all(self) -> list[Monomial]:
        return sorted({_times(a, b) for a, b in combinations_with_replacement(self.columns, 2)})


def sums(parts: Sequence[pl.LazyFrame], formula: str) -> Sums:
    """Sum a table into what a fit needs, part by part, holding one row for each group of a part.

    Parameters
    ----------
    parts : sequence of polars.LazyFrame
        Rows with all columns of the formula; a row in which one is missing is left out. All rows
        of a group must be in one part.
    formula : str
        With one grouping factor. Effects are columns, log, log1p, exp, sqrt or abs of one, and
        products of these; text is a factor with treatment contrasts.

    Returns
    -------
    Sums
        For :func:`rapport.science.mixed.fit_sums`; adds up with others by ``merge``.

    Raises
    ------
    BadModelError
        The model has more than one grouping factor, or effects that cannot be streamed.
    BadColumnError
        A column is absent or holds what is not a number.
    TooFewError
        A part has no row without a missing value.
    """
    import polars as pl

    model = _model(pl.concat(parts), read(formula))
    return merge([_part(part, model) for part in parts])


def _part(frame: pl.LazyFrame, model: _Model) -> Sums:
    import polars as pl
    from polars import selectors

    group = model.formula.random[0].factors[0]
    rows = frame.select(sorted({*model.formula.measured, group}))
    factors = [value.cast(pl.Float64).alias(name) for name, value in model.factors.items()]
    whole = rows.with_columns(selectors.float().fill_nan(None)).drop_nulls()
    by_group = (
        whole.select(pl.col(group).alias(GROUP), *factors)
        .group_by(GROUP)
        .agg(*(_summed(one).alias(_name(one)) for one in model.all))
    )
    patterns = _by_pattern(by_group, model).collect(engine="streaming")
    given = rows.select(pl.len()).collect(engine="streaming").item()
    return _as_sums(patterns, int(given), model)


def _by_pattern(by_group: pl.LazyFrame, model: _Model) -> pl.LazyFrame:
    import polars as pl

    among = {_times(model.columns[a], model.columns[b]) for a in model.places for b in model.places}
    keys = [
        pl.col(_name(one)).round_sig_figs(DIGITS).alias(f"key {_name(one)}")
        for one in sorted(among)
    ]
    pairs = combinations_with_replacement(model.own, 2)
    return by_group.group_by(keys).agg(
        pl.len().alias("groups"),
        *(pl.col(_name(one)).first().alias(f"own {_name(one)}") for one in sorted(among)),
        *(pl.col(_name(one)).sum() for one in model.all),
        *(
            (pl.col(_name(a)) * pl.col(_name(b))).sum().alias(f"{_name(a)} by {_name(b)}")
            for a, b in pairs
        ),
    )


def _as_sums(patterns: pl.DataFrame, given: int, model: _Model) -> Sums:
    if not patterns.height:
        raise TooFewError("A mixed model", "rows without a missing value", needs=1, has=0)
    if patterns.height > MOST_PATTERNS:
        raise BadModelError(
            f"There are {patterns.height:,} patterns of {', '.join(model.effects)}, more than "
            f"{MOST_PATTERNS:,}: nearly every group is one of its own. Round the times, or read "
            "the rows as one file."
        )
    values = {name: patterns[name].to_numpy().astype(float) for name in patterns.columns}
    if not all(np.isfinite(found).all() for found in values.values()):
        raise BadColumnError(", ".join(sorted(model.factors)), "is not finite in some row.")
    z = [model.columns[at] for at in model.places]
    lines = [[_name(_times(a, b)) for b in model.columns] for a in z]
    flat = [name for line in lines for name in line]
    own = [[values[f"own {_name(_times(a, b))}"] for b in z] for a in z]
    squares = [[values[" by ".join(_ordered(a, b, model))] for b in flat] for a in flat]
    total = [[values[_name(_times(a, b))] for b in model.columns] for a in model.columns]
    rows = values[_name(())]
    return Sums(
        formula=model.formula.text,
        fixed=model.fixed,
        group=model.formula.random[0].group,
        effects=model.effects,
        free=model.free,
        columns=model.places,
        own=np.array(own).transpose(2, 0, 1),
        groups=values["groups"],
        rows=rows,
        squares=np.array(squares).transpose(2, 0, 1),
        total=np.array(total).transpose(2, 0, 1),
        dropped=given - int(rows.sum()),
    )


def _ordered(a: str, b: str, model: _Model) -> tuple[str, str]:
    names = [_name(one) for one in model.own]
    return (a, b) if names.index(a) <= names.index(b) else (b, a)


def _model(frame: pl.LazyFrame, formula: Formula) -> _Model:
    if len(formula.random) != 1 or len(formula.random[0].factors) != 1:
        raise BadModelError("Only a model with one grouping factor can be streamed or summed.")
    reader = _Reader(frame, intercept=() in terms_of(formula.fixed))
    response = (reader.number(formula.response),)
    fixed = reader.columns(formula.fixed)
    blocks = [reader.columns(block) for block in formula.random[0].blocks]
    effects = [one for block in blocks for one in block]
    others = [one for one in dict.fromkeys(effects) if one not in fixed]
    columns = (*fixed, *others, response)
    block = np.repeat(np.arange(len(blocks)), [len(one) for one in blocks])
    return _Model(
        formula,
        tuple(map(_label, fixed)),
        tuple(map(_label, effects)),
        np.array([columns.index(one) for one in effects]),
        np.tril(block[:, None] == block[None, :]),
        columns,
        reader.factors,
    )


class _Reader:
    """Turns terms into monomials, and collects the factors that these are made of."""

    def __init__(self, frame: pl.LazyFrame, *, intercept: bool) -> None:
        self.frame, self.schema, self.intercept = frame, frame.collect_schema(), intercept
        self.factors: dict[str, pl.Expr] = {}

    def columns(self, expression: str) -> list[Monomial]:
        """Return the columns of all terms; treatment contrasts need their main effects beside."""
        terms = terms_of(expression)
        for term in terms:
            for component in term:
                if self._is_text(component) and not ((component,) in terms and () in terms):
                    raise BadModelError(
                        f"{component!r} is text: summed, it needs the intercept and its own main "
                        f"effect in {expression!r}."
                    )
        return [tuple(parts) for term in terms for parts in product(*map(self._parts, term))]

    def number(self, text: str) -> str:
        """Read a column, or a function of one, as a factor of that name."""
        import polars as pl

        called = CALL.fullmatch(text)
        name = called[2] if called else text
        self._refuse_absent(name)
        if not (self.schema[name].is_numeric() or self.schema[name] == pl.Boolean):
            raise BadColumnError(name, "holds text where numbers are needed.")
        value = pl.col(name).cast(pl.Float64)
        self.factors[text] = getattr(value, called[1])() if called else value
        return text

    def _parts(self, component: str) -> list[str]:
        if not self._is_text(component):
            return [self.number(component)]
        import polars as pl

        found = self.frame.select(pl.col(component).drop_nulls().unique().sort())
        levels = found.collect(engine="streaming")[component].cast(pl.String).to_list()
        for level in levels[1:]:
            self.factors[f"{component}{level}"] = pl.col(component).cast(pl.String) == level
        return [f"{component}{level}" for level in levels[1:]]

    def _is_text(self, component: str) -> bool:
        import polars as pl

        return self.schema.get(component) in (pl.String, pl.Categorical, pl.Enum)

    def _refuse_absent(self, name: str) -> None:
        if name not in self.schema:
            if name.isidentifier():
                some = ", ".join(list(self.schema)[:12])
                raise BadColumnError(name, f"is not among the columns: {some}.")
            raise BadModelError(
                f"{name!r} cannot be streamed or summed: use columns, log, log1p, exp, sqrt or abs "
                "of one, and products."
            )


def _times(a: Monomial, b: Monomial) -> Monomial:
    return tuple(sorted(a + b))


def _summed(one: Monomial) -> pl.Expr:
    import polars as pl

    if not one:
        return pl.len().cast(pl.Float64)
    found = pl.col(one[0])
    for name in one[1:]:
        found = found * pl.col(name)
    return found.sum()


def _name(one: Monomial) -> str:
    return " * ".join(one) or "1"


def _label(one: Monomial) -> str:
    return ":".join(one) or INTERCEPT
