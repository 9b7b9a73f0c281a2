"""Why a model is not fitted: named errors that say what was found and what is needed.

A fit that cannot be trusted is refused before it returns; no estimate is ever NaN unseen.
"""

from __future__ import annotations

__all__ = [
    "BadColumnError",
    "BadModelError",
    "ConstantColumnError",
    "ExtrapolationError",
    "ImpossibleArgumentError",
    "NoVariationError",
    "NotConvergedError",
    "NotIdentifiedError",
    "RefusedFitError",
    "SeparationError",
    "SingularFitError",
    "TooFewError",
]


class RefusedFitError(ValueError):
    """The base of all: these data and this model give no answer worth showing."""


class TooFewError(RefusedFitError):
    """Fewer people, sessions, events or rows than the model needs.

    ``what`` is a plural noun, ``needs`` and ``has`` are counts.
    """

    def __init__(self, model: str, what: str, *, needs: int, has: int) -> None:
        self.what, self.needs, self.has = what, needs, has
        super().__init__(f"{model} needs at least {needs:,} {what}; there are {has:,}.")


class BadColumnError(RefusedFitError):
    """A column that is absent, or holds what the model cannot use; ``column`` names it."""

    def __init__(self, column: str, why: str) -> None:
        self.column = column
        super().__init__(f"Column {column!r} {why}")


class ConstantColumnError(BadColumnError):
    """A column that never varies, where the model needs it to."""

    def __init__(self, column: str) -> None:
        super().__init__(column, "has the same value in every row used: leave it out.")


class NoVariationError(RefusedFitError):
    """A variance that the estimate divides by is 0; ``what`` says what is alike."""

    def __init__(self, what: str) -> None:
        super().__init__(f"This cannot be estimated: {what}.")


class BadModelError(RefusedFitError):
    """A formula or model text that cannot be read; says where and how to mend it."""


class ImpossibleArgumentError(RefusedFitError):
    """A figure given to a model that cannot be: a negative variance, a window of no length."""


class NotIdentifiedError(RefusedFitError):
    """More free parameters than the data can tell apart."""


class SingularFitError(RefusedFitError):
    """A matrix that must be inverted cannot be, such as one of collinear predictors."""


class NotConvergedError(RefusedFitError):
    """The optimiser stopped before the gradient vanished; nothing of it is returned."""


class SeparationError(RefusedFitError):
    """A term that tells events and non-events apart so well that its estimate has no end."""

    def __init__(self, term: str) -> None:
        self.term = term
        super().__init__(
            f"{term!r} separates the events from the rest, so its estimate grows without end: "
            "leave it out, or join it with what it was split from."
        )


class ExtrapolationError(RefusedFitError):
    """A prediction asked for where the model saw no data."""
