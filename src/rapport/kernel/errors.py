"""The four kinds of answer that are not a yes.

Concrete errors stand beside the code that raises them and subclass one of these. Each door
maps the four once: a page again with its form, an HTMX fragment, or problem+json.
"""

from __future__ import annotations

from collections.abc import Mapping


class RapportError(Exception):
    """Base of every error that a person may see. ``message`` is fit to be shown."""

    code = "error"

    def __init__(self, message: str, *, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.fields = dict(fields or {})


class NotFound(RapportError):
    """Absent, or not this person's to see: deliberately the same answer."""

    code = "not_found"

    def __init__(self, message: str = "There is nothing here for you.") -> None:
        super().__init__(message)


class Refusal(RapportError):
    """Understood, and against a rule; ``fields`` says which input to mend."""

    code = "refused"


class Conflict(RapportError):
    """Right when it was begun, and overtaken by something since."""

    code = "conflict"


class Misconfigured(RapportError):
    """The installation lacks something; the message tells its operator what."""

    code = "misconfigured"
