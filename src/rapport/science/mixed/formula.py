"""A model in lme4's notation, read into its fixed and its random part."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rapport.science.refusals import BadModelError

__all__ = ["INTERCEPT", "Formula", "RandomTerm", "label", "read", "terms_of", "variables"]

INTERCEPT = "(Intercept)"
ANY = "response__"


@dataclass(frozen=True, slots=True)
class RandomTerm:
    """What varies between the groups of one factor.

    ``factors`` are the columns whose combination is the group; ``blocks`` are formulas of effects,
    correlated within a block and independent between blocks.
    """

    factors: tuple[str, ...]
    blocks: tuple[str, ...]

    @property
    def group(self) -> str:
        return ":".join(self.factors)


@dataclass(frozen=True, slots=True)
class Formula:
    """``response`` and ``fixed`` are expressions that formulae evaluates."""

    text: str
    response: str
    fixed: str
    random: tuple[RandomTerm, ...]

    @property
    def measured(self) -> frozenset[str]:
        """The columns whose values are used, not only told apart."""
        texts = [self.response, self.fixed, *(b for term in self.random for b in term.blocks)]
        return frozenset().union(*(variables(text) for text in texts))


def read(text: str) -> Formula:
    """Split ``y ~ x + (1 + t | id)`` into its parts.

    Raises
    ------
    BadModelError
        The text is no such formula, or has no random term.
    """
    response, tilde, right = text.partition("~")
    if not tilde or not response.strip():
        raise BadModelError(f"{text!r} has no response: write it as 'y ~ x + (1 | id)'.")
    fixed, brackets = _split(right)
    if not brackets:
        raise BadModelError(f"{text!r} has no random term such as (1 | id).")
    random = _merged([term for bracket in brackets for term in _random(bracket)])
    _described(f"{response} ~ {fixed}")
    return Formula(text, response.strip(), fixed, random)


def variables(expression: str) -> frozenset[str]:
    """Return the columns that an expression reads."""
    return frozenset(_described(f"{ANY} ~ {expression}").var_names) - {ANY, ""}


def terms_of(expression: str) -> list[tuple[str, ...]]:
    """Return the terms as the factors that they multiply; the intercept has none."""
    return [
        () if term.name == "Intercept" else tuple(one.name for one in term.components)
        for term in _described(f"{ANY} ~ {expression}").common_terms
    ]


def label(name: str) -> str:
    """Return lme4's name of a column that formulae names its own way."""
    return INTERCEPT if name == "Intercept" else re.sub(r"\[([^\]]*)\]", r"\1", name)


def _split(right: str) -> tuple[str, list[str]]:
    """Take the brackets with a bar out of the right-hand side."""
    fixed, brackets, at = "", [], 0
    for start, end in _brackets(right):
        inside = right[start + 1 : end]
        if "|" not in inside:
            continue
        fixed = (fixed + right[at:start]).rstrip().removesuffix("+")
        brackets.append(inside)
        at = end + 1
    fixed = (fixed + right[at:]).strip().removeprefix("+").strip()
    return fixed or "1", brackets


def _brackets(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each outermost bracket opens and closes."""
    depth = start = 0
    for at, sign in enumerate(text):
        if sign == "(":
            depth += 1
            start = at if depth == 1 else start
        elif sign == ")":
            depth -= 1
            if depth == 0:
                yield start, at
    if depth:
        raise BadModelError(f"A bracket is not closed in {text.strip()!r}.")


def _random(bracket: str) -> list[RandomTerm]:
    effects, bar, factor = bracket.rpartition("||" if "||" in bracket else "|")
    described = _described(f"{ANY} ~ (1 | {factor})").group_terms
    blocks = _uncorrelated(effects) if bar == "||" else (effects.strip(),)
    return [
        RandomTerm(tuple(component.name for component in term.factor.components), blocks)
        for term in described
    ]


def _uncorrelated(effects: str) -> tuple[str, ...]:
    terms = [term.name for term in _described(f"{ANY} ~ {effects}").common_terms]
    return tuple("1" if name == "Intercept" else f"0 + {name}" for name in terms)


def _merged(terms: list[RandomTerm]) -> tuple[RandomTerm, ...]:
    """Let brackets of one factor become the blocks of one term."""
    blocks: dict[tuple[str, ...], tuple[str, ...]] = {}
    for term in terms:
        blocks[term.factors] = blocks.get(term.factors, ()) + term.blocks
    return tuple(RandomTerm(factors, found) for factors, found in blocks.items())


def _described(text: str) -> Any:
    from formulae import model_description
    from formulae.parser import ParseError
    from formulae.scanner import ScanError

    try:
        return model_description(text)
    except (ParseError, ScanError, AttributeError, TypeError, ValueError) as error:
        raise BadModelError(f"The formula cannot be read at {text.strip()!r}: {error}") from None
