"""The right-hand sides of ``:=`` and ``==``: arithmetic over labels, with exact derivatives."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from rapport.science.refusals import BadModelError
from rapport.science.sem.arrays import Floats

__all__ = ["Expression", "read_expression"]

Value = Any
"""A float, a complex number, or an array of either: whatever the labels stand for."""

NAME = re.compile(r"(?<![\w.])(?:[^\W\d]|\.(?=[^\W\d]))[\w.]*")
"""A label as R allows it: with dots, and free to be a word that Python reserves."""

STEP = 1e-30
"""Of the complex-step derivative: so small that its square vanishes beside 1."""

BINARY: dict[type, Callable[[Value, Value], Value]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
UNARY: dict[type, Callable[[Value], Value]] = {ast.USub: operator.neg, ast.UAdd: operator.pos}
FUNCTIONS: dict[str, Callable[[Value], Value]] = {
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "tanh": np.tanh,
    "atanh": np.arctanh,
}


@dataclass(frozen=True, slots=True)
class Expression:
    """Arithmetic over ``names``; ``text`` is as written in the model."""

    text: str
    names: tuple[str, ...]
    tree: ast.expr

    def value(self, values: Mapping[str, Value]) -> Value:
        """What it comes to where each name has its value.

        Raises
        ------
        BadModelError
            Where arithmetic has no answer there, such as a division by 0.
        """
        try:
            with np.errstate(all="ignore"):
                return _evaluate(self.tree, values)
        except ArithmeticError:
            raise BadModelError(f"{self.text!r} has no value at these estimates.") from None

    def gradient(self, values: Mapping[str, float]) -> Floats:
        """Return the derivative by each of ``names``, exact by a complex step."""
        return np.array(
            [
                np.imag(self.value({**values, name: complex(values[name], STEP)})) / STEP
                for name in self.names
            ]
        )


def read_expression(text: str, where: str) -> Expression:
    """Read arithmetic such as ``a*b + c^2``; ``where`` begins the refusal.

    Raises
    ------
    BadModelError
        For anything but numbers, labels, ``+ - * / ^``, brackets and a few functions.
    """
    try:
        tree = ast.parse(NAME.sub(_shielded, text.replace("^", "**").strip()), mode="eval").body
    except SyntaxError:
        raise BadModelError(f"{where}: {text.strip()!r} is no arithmetic over labels.") from None
    names: dict[str, None] = {}
    _check(tree, names, where)
    return Expression(text.strip(), tuple(names), tree)


def _check(node: ast.expr, names: dict[str, None], where: str) -> None:
    match node:
        case ast.BinOp(left, op, right) if type(op) in BINARY:
            _check(left, names, where)
            _check(right, names, where)
        case ast.UnaryOp(op, operand) if type(op) in UNARY:
            _check(operand, names, where)
        case ast.Call(ast.Name(name), [argument], []) if _bare(name) in FUNCTIONS:
            _check(argument, names, where)
        case ast.Name(name):
            names[_bare(name)] = None
        case ast.Constant(value) if isinstance(value, int | float):
            pass
        case _:
            written = _bare(ast.unparse(node)).replace("**", "^")
            raise BadModelError(f"{where}: {written!r} cannot be used in arithmetic.")


def _evaluate(node: ast.expr, values: Mapping[str, Value]) -> Value:
    match node:
        case ast.BinOp(left, op, right):
            return BINARY[type(op)](_evaluate(left, values), _evaluate(right, values))
        case ast.UnaryOp(op, operand):
            return UNARY[type(op)](_evaluate(operand, values))
        case ast.Call(ast.Name(name), [argument], _):
            return FUNCTIONS[_bare(name)](_evaluate(argument, values))
        case ast.Name(name):
            return values[_bare(name)]
        case ast.Constant(int() | float() as value):
            return float(value)  # whole numbers would grow without end
    raise AssertionError(node)  # _check let it pass


def _shielded(label: re.Match[str]) -> str:
    return "v_" + label.group().replace(".", "·")


def _bare(name: str) -> str:
    return re.sub(r"\bv_", "", name).replace("·", ".")
