"""How a form names the sections of a note."""

from __future__ import annotations

from collections.abc import Mapping

from rapport.web.shell import MemberRequest

FIELD = "s-"


def typed(request: MemberRequest) -> dict[str, str]:
    """What the form holds of each section."""
    names = [name for name in request.POST if name.startswith(FIELD)]
    return {name.removeprefix(FIELD): request.POST[name] for name in names}


def named(fields: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with sections, under the names of their fields."""
    return {FIELD + key: words for key, words in fields.items()}
