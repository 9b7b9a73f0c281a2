"""The check-ins that the signed-in member was asked."""

from __future__ import annotations

from uuid import UUID

from ninja import Field, Router, Schema

from rapport.kernel import clock
from rapport.measures import access, actions, forms, queries
from rapport.measures.forms import Form
from rapport.measures.queries import CheckInState
from rapport.web.shell import MemberRequest

router = Router(tags=["Check-ins"])


class Answers(Schema):
    """One value for each question, by its key."""

    answers: dict[str, float] = Field(max_length=200)
    words: str = Field("", max_length=4000)


class Sent(Schema):
    """What became of a check-in; the scores stay sealed until the other side has given theirs."""

    check_in: CheckInState


@router.get("", response=list[CheckInState], operation_id="check_ins_waiting")
def waiting(request: MemberRequest) -> list[CheckInState]:
    """What still waits for an answer, oldest first."""
    assert request.actor.id is not None
    return list(queries.waiting_for(request.actor.id, at=clock.now()))


@router.get("/{uuid:check_in}", response=Form, operation_id="check_in_form")
def form(request: MemberRequest, check_in: UUID) -> Form:
    """The questions of one check-in."""
    row = access.check_in_for_member(check_in, by=request.actor, at=clock.now())
    return forms.form_for(row)


@router.post("/{uuid:check_in}", response=Sent, operation_id="check_in_submit")
def submit(request: MemberRequest, check_in: UUID, sent: Answers) -> dict[str, CheckInState]:
    """Send the answers, once and for all."""
    at = clock.now()
    row = access.check_in_for_member(check_in, by=request.actor, at=at)
    done = actions.submit_check_in(
        row, answers=sent.answers, words=sent.words, by=request.actor, at=at
    )
    return {"check_in": queries.state_of(done.check_in, at=at)}
