"""A signed note: read, printed, added to, amended with a reason, co-signed by the supervisor."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from rapport.kernel import clock
from rapport.kernel.errors import RapportError, Refusal
from rapport.records import access, actions, facts, queries
from rapport.records.texts import standing
from rapport.web.shell import MemberRequest
from rapport.web.therapist import section_texts

if TYPE_CHECKING:
    from rapport.people.queries import PersonRow
    from rapport.records.models import Note


def page(
    request: MemberRequest,
    note: Note,
    *,
    addendum: str = "",
    word: str = "",
    wrong: dict[str, str] | None = None,
    trouble: str = "",
    status: int = 200,
) -> HttpResponse:
    """The note as it is signed, with what its reader may do about it."""
    mine = request.actor.id == note.author_id == note.relationship.therapist_id
    supervisors = queries.supervisors_of(request.actor) if mine else ()
    known, zone = queries.facts_of(note), timezone.get_current_timezone()
    context = {
        "note": note,
        "signed": queries.signed_note(note),
        "about": facts.session_words(known.session, zone) if known.session else "",
        "mine": mine,
        "cosigners": supervisors,
        "may_ask": mine and _may_ask(note, supervisors),
        "asked_to_cosign": note.to_cosign and note.cosigner_id == request.actor.id,
        "client_id": note.client_id or request.GET.get("client", ""),
        "addendum": addendum,
        "word": word,
        "wrong": wrong or {},
        "trouble": trouble,
    }
    return render(request, "therapist/note.jinja", context, status=status)


def _may_ask(note: Note, supervisors: tuple[PersonRow, ...]) -> bool:
    """Whether nobody was asked who could be, or somebody who supervises the author no more."""
    if note.to_cosign:
        return note.cosigner_id not in {one.id for one in supervisors}
    return bool(supervisors) and note.cosigner_id is None


@require_POST
def addendum_new(request: MemberRequest, note: UUID) -> HttpResponseBase:
    at = clock.now()
    found = access.own(note, by=request.actor, at=at)
    words = request.POST.get("words", "")
    try:
        actions.add_addendum(found, words=words, by=request.actor, at=at)
    except Refusal as error:
        if found.signed_at is None:
            return redirect("note", note=note)
        return page(
            request, found, addendum=words, wrong=error.fields, trouble=error.message, status=422
        )
    messages.success(request, _("The addendum is signed."))
    return redirect("note", note=note)


@require_http_methods(["GET", "HEAD", "POST"])
def note_amend(request: MemberRequest, note: UUID) -> HttpResponseBase:
    """The signed text to change, with a reason; sent, it is signed anew."""
    at = clock.now()
    found = access.own(note, by=request.actor, at=at)
    if found.signed_at is None:
        return redirect("note", note=note)
    if request.method != "POST":
        return _amending(request, found)
    try:
        actions.amend_note(
            found,
            texts=section_texts.typed(request),
            reason=request.POST.get("reason", ""),
            number=_seen(request),
            by=request.actor,
            at=at,
        )
    except (Refusal, actions.AmendedMeanwhile) as error:
        return _amending(request, found, wrong=error)
    messages.success(request, _("The amendment is signed. The earlier text stays to be read."))
    return redirect("note", note=note)


@require_POST
def note_co_sign(request: MemberRequest, note: UUID) -> HttpResponseBase:
    at = clock.now()
    found = access.one_to_cosign(note, by=request.actor, at=at)
    try:
        actions.co_sign(
            found,
            words=request.POST.get("words", ""),
            number=_seen(request),
            by=request.actor,
            at=at,
        )
    except actions.AmendedMeanwhile as error:
        return page(request, found, trouble=error.message, status=409)
    except Refusal as error:
        word = request.POST.get("words", "")
        return page(
            request, found, word=word, wrong=error.fields, trouble=error.message, status=422
        )
    messages.success(request, _("Co-signed."))
    return redirect("co_sign")


@require_POST
def note_ask(request: MemberRequest, note: UUID) -> HttpResponseBase:
    """Ask a supervisor later, or another one where the first supervises no more."""
    at = clock.now()
    found = access.own(note, by=request.actor, at=at)
    try:
        actions.ask_to_cosign(found, cosigner_id=cosigner(request), by=request.actor, at=at)
    except (Refusal, actions.AmendedMeanwhile) as error:
        messages.warning(request, error.message)
    return redirect("note", note=note)


def cosigner(request: MemberRequest) -> UUID | None:
    """Whom the form asks to co-sign; the room refuses whoever supervises nobody here."""
    written = request.POST.get("cosigner", "")
    try:
        return UUID(written) if written else None
    except ValueError:
        return None


def _amending(
    request: MemberRequest, note: Note, *, wrong: RapportError | None = None
) -> HttpResponse:
    """The form; what was signed meanwhile is shown beside what was typed."""
    signed = queries.signed_note(note)
    context = {
        "note": note,
        "signed": signed,
        "sections": queries.sections_of(note),
        "texts": standing(note) | section_texts.typed(request),
        "reason": request.POST.get("reason", ""),
        "field": section_texts.FIELD,
        "wrong": _named(wrong.fields) if wrong else {},
        "trouble": wrong.message if wrong else "",
        "meanwhile": isinstance(wrong, actions.AmendedMeanwhile),
    }
    status = 200 if wrong is None else 422 if isinstance(wrong, Refusal) else 409
    return render(request, "therapist/amend.jinja", context, status=status)


def _named(fields: dict[str, str]) -> dict[str, str]:
    """What is wrong, by the names of the form: the reason, or a section."""
    reason = {name: words for name, words in fields.items() if name == "reason"}
    return reason or section_texts.named(fields)


def _seen(request: MemberRequest) -> int:
    """How far into the chain the page showed; nothing for what is no number."""
    written = request.POST.get("number", "")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 6 else 0
