"""lavaan's model syntax: text to statements, each term with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from rapport.science.refusals import BadModelError
from rapport.science.sem.expression import Expression, read_expression

__all__ = ["Constraint", "Definition", "Model", "Modifier", "Term", "read_model"]

OPERATORS = ("=~", "~~", "~", ":=", "==")
TOKEN = re.compile(
    r"(?P<op>~\*~|<~|=~|~~|:=|==|~|\||<|>)"
    r"|(?P<number>-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<name>[^\W\d][\w.]*|\.[^\W\d][\w.]*)"
    r"|(?P<text>\"[^\"]*\"|'[^']*')"
    r"|(?P<mark>[-+*/^(),:?])"
    r"|(?P<space>\s+)"
    r"|(?P<other>.)"
)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a statement; ``line`` counts from 1 in the model text."""

    kind: str
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Modifier:
    """What stands before ``*`` or ``?``, one entry for all groups or one for each.

    A number fixes (with ``start``: is where to begin), a text labels, ``None`` frees.
    """

    entries: tuple[float | str | None, ...]
    start: bool = False

    def of(self, group: int) -> float | str | None:
        """Return what it says of one group, counted from 0."""
        return self.entries[0 if len(self.entries) == 1 else group]


@dataclass(frozen=True, slots=True)
class Term:
    """One path, covariance or intercept (``op`` is ``~1``, ``rhs`` empty) as written."""

    lhs: str
    op: str
    rhs: str
    modifiers: tuple[Modifier, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Definition:
    """``name := expression``."""

    name: str
    expression: Expression
    line: int


@dataclass(frozen=True, slots=True)
class Constraint:
    """``left == right``, held as the difference that is 0."""

    difference: Expression
    line: int


@dataclass(frozen=True, slots=True)
class Model:
    """A model as it was written, before any default is added."""

    terms: tuple[Term, ...]
    definitions: tuple[Definition, ...] = ()
    constraints: tuple[Constraint, ...] = ()


def read_model(text: str) -> Model:
    """Read a model in lavaan's syntax.

    Parameters
    ----------
    text : str
        Statements, one a line or parted by ``;``. ``#`` and ``!`` begin a comment. A line
        without an operator continues the one before.

    Returns
    -------
    Model
        Terms in the order written; a term written twice with two modifiers is one.

    Raises
    ------
    BadModelError
        With the line and the word that cannot be read.

    Notes
    -----
    Read are ``=~ ~ ~~ ~1 := ==``, ``value*``, ``NA*``, ``label*``, ``c(…)*`` with one entry a
    group, ``start(value)*`` and ``value?``. Thresholds, composites and inequalities are refused.
    Source: the tutorial of lavaan (Rosseel 2012, J Stat Softw 48(2)). Checked in R by fitting
    the same text there.
    """
    terms: dict[tuple[str, str, str], Term] = {}
    definitions: list[Definition] = []
    constraints: list[Constraint] = []
    for statement in _statements(text):
        at = next((i for i, token in enumerate(statement) if token.kind == "op"), None)
        if at is None:
            _refuse(statement[0], "has no operator before it, such as ~ or =~")
        left, operator, right = statement[:at], statement[at], statement[at + 1 :]
        if operator.text not in OPERATORS:
            _refuse(operator, "is not supported")
        if not left or not right:
            _refuse(operator, "needs something on both sides")
        if operator.text == ":=":
            definitions.append(_definition(left, right))
        elif operator.text == "==":
            constraints.append(_constraint(left, right))
        else:
            for term in _terms(left, operator, right):
                _add(terms, term)
    if not terms:
        raise BadModelError("The model has no path, covariance or factor in it.")
    return Model(tuple(terms.values()), tuple(definitions), tuple(constraints))


def _statements(text: str) -> Iterator[list[Token]]:
    """Statements as tokens: a piece with an operator begins one, any other continues it."""
    current: list[Token] = []
    for number, line in enumerate(text.splitlines(), 1):
        for piece in re.split(r"[#!]", line, maxsplit=1)[0].split(";"):
            tokens = list(_tokens(piece, number))
            if current and any(token.kind == "op" for token in tokens):
                yield current
                current = []
            current += tokens
    if current:
        yield current


def _tokens(piece: str, line: int) -> Iterator[Token]:
    for found in TOKEN.finditer(piece):
        kind = str(found.lastgroup)
        if kind == "other":
            _refuse(Token(kind, found.group(), line), "cannot be read")
        if kind != "space":
            yield Token(kind, found.group(), line)


def _definition(left: list[Token], right: list[Token]) -> Definition:
    if len(left) != 1 or left[0].kind != "name":
        _refuse(left[-1], "cannot be defined: one name stands before :=")
    where = f"Line {left[0].line}"
    return Definition(left[0].text, read_expression(_text(right), where), left[0].line)


def _constraint(left: list[Token], right: list[Token]) -> Constraint:
    text = f"({_text(left)}) - ({_text(right)})"
    return Constraint(read_expression(text, f"Line {left[0].line}"), left[0].line)


def _terms(left: list[Token], operator: Token, right: list[Token]) -> Iterator[Term]:
    for named in _sum(left):
        if len(named) != 1 or named[0].kind != "name":
            _refuse(named[-1], f"cannot stand before {operator.text}: names joined by + do")
        for summand in _sum(right):
            yield _term(named[0], operator, summand)


def _term(lhs: Token, operator: Token, summand: list[Token]) -> Term:
    *before, last = summand
    modifiers = tuple(_modifiers(before))
    if operator.text == "~" and last.kind == "number":
        if last.text != "1":
            _refuse(last, "is no predictor: an intercept is written ~ 1")
        return Term(lhs.text, "~1", "", modifiers, last.line)
    if last.kind != "name":
        _refuse(last, "stands where a variable's name should")
    if last.text == lhs.text and operator.text != "~~":
        _refuse(last, "cannot depend on itself")
    return Term(lhs.text, operator.text, last.text, modifiers, last.line)


def _sum(tokens: list[Token]) -> Iterator[list[Token]]:
    """The summands of a side, parted by the ``+`` outside brackets."""
    depth = 0
    summand: list[Token] = []
    for token in tokens:
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if token.text == "+" and depth == 0:
            if not summand:
                _refuse(token, "has nothing before it")
            yield summand
            summand = []
        else:
            summand.append(token)
    if not summand:
        _refuse(tokens[-1], "has nothing after it")
    yield summand


def _modifiers(tokens: list[Token]) -> Iterator[Modifier]:
    while tokens:
        end = next((i for i, token in enumerate(tokens) if token.text in ("*", "?")), None)
        if not end:
            _refuse(tokens[-1], "has neither + nor * between it and what follows")
        yield _modifier(tokens[:end], start=tokens[end].text == "?")
        tokens = tokens[end + 1 :]


def _modifier(tokens: list[Token], *, start: bool) -> Modifier:
    if len(tokens) == 1:
        return Modifier((_entry(tokens[0]),), start)
    call, bracket, *inner, last = tokens
    if call.text not in ("c", "start") or bracket.text != "(" or last.text != ")":
        _refuse(call, "is no modifier: a number, NA, a label, c(...) or start(...) is")
    if any(token.text != "," for token in inner[1::2]) or len(inner) % 2 == 0:
        _refuse(last, "closes a list whose entries are not parted by commas")
    return Modifier(tuple(_entry(token) for token in inner[::2]), start or call.text == "start")


def _entry(token: Token) -> float | str | None:
    if token.kind == "number":
        return float(token.text)
    if token.kind == "text":
        return token.text[1:-1]
    if token.kind != "name":
        _refuse(token, "is no modifier: a number, NA or a label is")
    return None if token.text == "NA" else token.text


def _add(terms: dict[tuple[str, str, str], Term], term: Term) -> None:
    """Keep a term; one that was there gets the new modifiers too, as lavaan has it."""
    key = (term.lhs, term.op, term.rhs)
    if term.op == "~~" and (term.rhs, term.op, term.lhs) in terms:
        key = (term.rhs, term.op, term.lhs)
    known = terms.get(key)
    if known is not None and not (known.modifiers and term.modifiers):
        raise BadModelError(
            f"Line {term.line}: {term.lhs} {term.op} {term.rhs} is in the model already, "
            f"in line {known.line}."
        )
    before = known.modifiers if known else ()
    terms[key] = Term(*key, before + term.modifiers, term.line)


def _text(tokens: list[Token]) -> str:
    return " ".join(token.text for token in tokens)


def _refuse(token: Token, why: str) -> NoReturn:
    raise BadModelError(f"Line {token.line}: {token.text!r} {why}.")
