"""What a client wants to talk about, kept until they do."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from rapport.kernel import audit
from rapport.kernel.actor import Actor
from rapport.kernel.errors import Refusal
from rapport.measures.checks import check_words
from rapport.measures.models import TalkAbout
from rapport.people.models import Participant
from rapport.people.queries import last_session_number

LONGEST_WISH = 500


class NothingSaid(Refusal):
    """No words were given."""

    code = "nothing_said"


@transaction.atomic
def talk_about(place: Participant, *, words: str, by: Actor, at: datetime) -> TalkAbout:
    """Keep something for the next session, in the client's own words; once is enough."""
    said = check_words(words, longest=LONGEST_WISH)
    if not said:
        raise NothingSaid("Write a word or two first.", fields={"words": "What about?"})
    wish, new = TalkAbout.objects.get_or_create(
        relationship=place.relationship,
        client=place.client,
        session_number=last_session_number(place.relationship) + 1,
        words=said,
        defaults={"practice_id": place.practice_id, "at": at},
    )
    if new:
        audit.record("ask to talk about", "progress", [place.id], by=by, at=at)
    return wish
