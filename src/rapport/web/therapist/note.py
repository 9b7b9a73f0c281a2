"""One note while it is written: saved as it is typed, compared with another window's, signed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rapport.kernel import clock
from rapport.kernel.errors import Refusal
from rapport.records import access, actions, facts, queries
from rapport.records.texts import clean, standing
from rapport.web.shell import MemberRequest
from rapport.web.therapist import section_texts, signed_note

if TYPE_CHECKING:
    from rapport.records.models import Note


@require_safe
def note(request: MemberRequest, note: UUID) -> HttpResponse:
    found = access.note(note, by=request.actor, at=clock.now())
    if found.signed_at is not None:
        return signed_note.page(request, found)
    is_mine = found.author_id == request.actor.id
    return _editor(request, found) if is_mine else _left_behind(request, found)


@require_POST
def note_save(request: MemberRequest, note: UUID) -> HttpResponseBase:
    """Keep what was typed: asked by a script every few seconds, or by the button."""
    found = access.to_save(note, by=request.actor, at=clock.now())
    try:
        saved = _save(request, found)
    except actions.AlreadySigned as error:
        return _signed_meanwhile(request, found, error)
    except Refusal as error:
        if _is_script(request):
            return JsonResponse({"code": error.code, "fields": error.fields}, status=422)
        return _editor(request, found, wrong=error)
    if _is_script(request):
        status = 409 if saved.aside else 200
        return JsonResponse({"revision": saved.revision, "aside": saved.aside}, status=status)
    if saved.aside:
        return redirect("note_compare", note=note)
    messages.success(request, _("The draft is kept."))
    return redirect("note", note=note)


@require_POST
def note_sign(request: MemberRequest, note: UUID) -> HttpResponseBase:
    """Save what the form holds, then sign it."""
    at = clock.now()
    found = access.own(note, by=request.actor, at=at)
    try:
        if _save(request, found).aside:
            return redirect("note_compare", note=note)
        actions.sign_note(found, cosigner_id=signed_note.cosigner(request), by=request.actor, at=at)
    except actions.AlreadySigned as error:
        return _signed_meanwhile(request, found, error)
    except Refusal as error:
        return _editor(request, found, wrong=error)
    messages.success(request, _("Signed and locked."))
    return redirect("note", note=note) if _goes_on(request, found) else redirect("own_notes")


@require_http_methods(["GET", "HEAD", "POST"])
def note_compare(request: MemberRequest, note: UUID) -> HttpResponseBase:
    """Both texts, side by side; sent, one is made of them."""
    at = clock.now()
    found = access.own(note, by=request.actor, at=at)
    asides = queries.asides_of(found)
    if found.signed_at is not None or not asides:
        return redirect("note", note=note)
    if request.method != "POST":
        return _comparing(request, found, asides[0])
    aside = next((one for one in asides if str(one.id) == request.POST.get("aside")), None)
    if aside is None or aside.at.isoformat() != request.POST.get("aside_at"):
        return _comparing(request, found, aside or asides[0], changed=True)
    choices = section_texts.typed(request)
    texts = {two.key: two.chosen(choices.get(two.key, "")) for two in aside.texts}
    seen = actions.Compared(_whole(request, "revision"), aside.id, aside.at)
    try:
        actions.settle_aside(found, seen, texts=texts, at=at)
    except actions.ComparedTooLate:
        return _comparing(request, found, aside, changed=True)
    return redirect("note", note=note)


def _comparing(
    request: MemberRequest, found: Note, aside: queries.Aside, *, changed: bool = False
) -> HttpResponse:
    context = {
        "note": found,
        "row": queries.rows_of([found])[0],
        "aside": aside,
        "field": section_texts.FIELD,
        "changed": changed,
    }
    return render(request, "therapist/compare.jinja", context, status=409 if changed else 200)


@require_POST
def note_discard(request: MemberRequest, note: UUID) -> HttpResponseBase:
    at = clock.now()
    found = access.own(note, by=request.actor, at=at)
    actions.discard_draft(found, by=request.actor, at=at)
    messages.success(request, _("The draft is gone."))
    return redirect(_back(request, found))


def _left_behind(request: MemberRequest, found: Note) -> HttpResponse:
    """A draft whose author has left, for whoever goes on with the relationship: to read."""
    session, zone = queries.facts_of(found).session, timezone.get_current_timezone()
    context = {
        "row": queries.rows_of([found])[0],
        "sections": queries.sections_of(found),
        "texts": standing(found),
        "asides": queries.asides_of(found),
        "about": facts.session_words(session, zone) if session else "",
        "back": _back(request, found),
    }
    return render(request, "therapist/draft_left.jinja", context)


def _goes_on(request: MemberRequest, found: Note) -> bool:
    """Whether the relationship is still theirs, or was handed over with this draft in it."""
    return found.relationship.therapist_id == request.actor.id


def _back(request: MemberRequest, found: Note) -> str:
    """The list where this note stands, of those that are theirs to open."""
    if not _goes_on(request, found):
        return reverse("own_notes")
    client = f"?client={found.client_id}" if found.client_id else ""
    return reverse("notes", args=[found.relationship_id]) + client


def _save(request: MemberRequest, found: Note) -> actions.Saved:
    return actions.save_draft(
        found,
        texts=section_texts.typed(request),
        revision=_whole(request, "revision"),
        window=request.POST.get("window", "")[:36],
        at=clock.now(),
    )


def _editor(request: MemberRequest, found: Note, *, wrong: Refusal | None = None) -> HttpResponse:
    people, asked_last = queries.cosigners_for(request.actor)
    zone = timezone.get_current_timezone()
    known = queries.facts_of(found)
    typed = section_texts.typed(request)
    context: dict[str, Any] = {
        "note": found,
        "row": queries.rows_of([found])[0],
        "back": _back(request, found),
        "sections": queries.sections_of(found),
        "texts": standing(found) | typed,
        "field": section_texts.FIELD,
        "window": request.POST.get("window") or uuid4(),
        "revision": request.POST.get("revision") or found.revision,
        "asides": queries.asides_of(found),
        "cosigners": people,
        "cosigner": request.POST.get("cosigner") or (asked_last or ""),
        "about": facts.session_words(known.session, zone) if known.session else "",
        "measures": [
            (one.label, facts.measure_words(one, about=known.session)) for one in known.measures
        ],
        "unvalidated": not all(one.validated for one in known.measures),
        "goals": [facts.goal_words(one) for one in known.goals],
        "risks": [facts.risk_words(one, zone) for one in known.risks],
        "wrong": section_texts.named(wrong.fields) if wrong else {},
        "trouble": wrong.message if wrong else "",
    }
    return render(request, "therapist/draft.jinja", context, status=422 if wrong else 200)


def _signed_meanwhile(
    request: MemberRequest, found: Note, error: actions.AlreadySigned
) -> HttpResponseBase:
    """The note was signed in another window: what was typed here stands ready as an addendum."""
    if _is_script(request):
        return JsonResponse({"code": error.code}, status=410)
    signed = access.note(found.id, by=request.actor, at=clock.now())
    stands = standing(signed).values()
    typed = [clean(text).strip() for text in section_texts.typed(request).values()]
    typed = [text for text in typed if text and text not in stands]
    return signed_note.page(
        request, signed, addendum="\n\n".join(typed), trouble=error.message, status=409
    )


def _whole(request: MemberRequest, name: str) -> int:
    written = request.POST.get(name, "")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 9 else -1


def _is_script(request: MemberRequest) -> bool:
    return request.headers.get("Accept") == "application/json"
