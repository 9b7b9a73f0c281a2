"""Links that let one client into one form, or to their own progress, and nowhere else.

A check-in's link is bound to its form, its version and its end; a progress link carries its own
end and is bound to the version of the client's place. Change any of these and the link is void.
``docs/decisions/0005-check-in-links.md`` says why.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from rapport.kernel.crypto import link_is_genuine, link_subject, link_token
from rapport.kernel.errors import NotFound
from rapport.measures.models import CheckIn
from rapport.people.models import Participant

PROGRESS_LASTS = timedelta(days=7)
_CHECK_IN = "check-in link"
_PROGRESS = "progress link"


def check_in_link(check_in: CheckIn) -> str:
    """The full address at which the client answers."""
    return settings.CONFIG.base_url + check_in_path(check_in)


def check_in_path(check_in: CheckIn) -> str:
    return reverse("check_in", args=[check_in_token(check_in)])


def check_in_token(check_in: CheckIn) -> str:
    return link_token(check_in.id, _check_in_binding(check_in), purpose=_CHECK_IN)


def is_token_of(check_in: CheckIn, token: str) -> bool:
    """Whether the token was made for this check-in as it stands now."""
    return link_is_genuine(token, _check_in_binding(check_in), purpose=_CHECK_IN)


def progress_link(place: Participant, *, at: datetime) -> str:
    """The full address of the client's own progress, for the days that it lasts."""
    return settings.CONFIG.base_url + reverse("progress", args=[progress_token(place, at=at)])


def progress_token(place: Participant, *, at: datetime) -> str:
    end = int((at + PROGRESS_LASTS).timestamp())
    return f"{end:x}.{link_token(place.id, _place_binding(place, end), purpose=_PROGRESS)}"


def progress_subject(token: str) -> UUID:
    """The place a progress token names. Says nothing about whether it is genuine."""
    return link_subject(_split(token)[1])


def is_progress_token_of(place: Participant, token: str, *, at: datetime) -> bool:
    """Whether we made this token for this place, and it has not run out."""
    end, signed = _split(token)
    genuine = link_is_genuine(signed, _place_binding(place, end), purpose=_PROGRESS)
    return genuine and at.timestamp() < end


def _split(token: str) -> tuple[int, str]:
    end, dot, signed = token.partition(".")
    if not dot or len(end) > 12 or not end.isascii() or not end.isalnum():
        raise NotFound
    try:
        return int(end, 16), signed
    except ValueError:
        raise NotFound from None


def _check_in_binding(check_in: CheckIn) -> str:
    end = int(check_in.expires_at.timestamp())
    return f"{check_in.instrument}|{check_in.link_version}|{end}"


def _place_binding(place: Participant, end: int) -> str:
    return f"{place.link_version}|{end}"
