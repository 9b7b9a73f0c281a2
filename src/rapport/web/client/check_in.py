"""The check-in: parse an answer, make one call, show the next screen."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from rapport.kernel import clock
from rapport.kernel.errors import Conflict, Refusal
from rapport.measures import access, actions, delivery, queries
from rapport.measures.checks import WrongAnswer
from rapport.web import kiosk
from rapport.web.client.links import as_client, link_holder
from rapport.web.client.sitting import Sitting, sit_down
from rapport.web.errors import trail

if TYPE_CHECKING:
    from datetime import datetime

log = logging.getLogger(__name__)
MAIL_AGAIN_AFTER_S = 300
OPENED = "opened"


@link_holder
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """A client at their form, by the link that opens it and nothing else."""
    at = clock.now()
    check_in = access.check_in_by_link(token, at=at)
    with as_client(request, check_in):
        address = reverse("check_in", args=[token])
        known = request.COOKIES.get(OPENED) == str(check_in.id)
        if request.method == "GET" and not (known and "q" in request.GET):
            access.log_opened(check_in, at=at)
        sitting = sit_down(check_in, by=access.client_actor(check_in), address=address)
        response = respond(request, sitting, at)
        if not known:  # the steps of one sitting are one opening in the log
            response.set_cookie(
                OPENED,
                str(check_in.id),
                path=address,
                secure=settings.CONFIG.https,
                httponly=True,
                samesite="Strict",
            )
        return response


def respond(request: HttpRequest, sitting: Sitting, at: datetime) -> HttpResponse:
    """Whatever is asked of a form: one of its screens, an answer, words, or to be sent."""
    if sitting.check_in.submitted_at is not None:
        return _after(request, sitting, at)
    if sitting.check_in.closed_at is not None:
        return _closed(request, sitting)
    if request.method != "POST":
        return _screen(request, sitting, request.GET.get("q", ""))
    return _take(request, sitting, at)


def _take(request: HttpRequest, sitting: Sitting, at: datetime) -> HttpResponse:
    """Take what was posted; what cannot be taken comes back as it was typed."""
    try:
        if "send" in request.POST:
            return _send(request, sitting, at)
        if "words" in request.POST:
            actions.save_words(sitting.check_in, words=request.POST["words"], at=at)
            return HttpResponse(status=204)
        return _keep(request, sitting, at)
    except Refusal as refusal:
        return _again(request, sitting, refusal)
    except Conflict:  # sent meanwhile, from another window
        return _go(request, sitting.address)
    except Exception as error:
        if not sitting.calls_for_help(request.POST):
            raise
        log.error("%s", trail(request, error))  # noqa: TRY400  (its message may hold an answer)
        return _help_though_broken(request, sitting)


def _help_though_broken(request: HttpRequest, sitting: Sitting) -> HttpResponse:
    """Nothing was kept and nobody was told, so say both, and show the help there is."""
    context = sitting.context(not_kept=True)
    return render(request, "client/help.jinja", context, status=500)


def _keep(request: HttpRequest, sitting: Sitting, at: datetime) -> HttpResponse:
    """Keep what was answered, and go on: to help where an answer calls for it, else onwards."""
    given = [step for step in sitting.steps if step.name in request.POST]
    if not given:
        raise WrongAnswer("This form does not ask that. Please choose one of the answers.")
    urgent = False
    for step in given:
        saved = actions.save_answer(
            sitting.check_in,
            item=step.name,
            value=_number(request.POST[step.name]),
            by=sitting.by,
            at=at,
        )
        urgent = urgent or saved.risk
    if urgent:
        return _go(request, sitting.at("help"))
    if _wants_json(request):
        return HttpResponse(status=204)
    return _go(request, sitting.at(given[-1].at + 1))


def _send(request: HttpRequest, sitting: Sitting, at: datetime) -> HttpResponse:
    words = request.POST.get("words", "")
    actions.submit_check_in(sitting.check_in, answers={}, words=words, by=sitting.by, at=at)
    return _go(request, sitting.at("done"))


def _screen(request: HttpRequest, sitting: Sitting, asked: str) -> HttpResponse:
    if asked == "help":
        return render(request, "client/help.jinja", sitting.context(not_kept=False))
    at = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 0
    if not 1 <= at <= sitting.total:
        at = sitting.resume_at
    return _step(request, sitting, at)


def _step(
    request: HttpRequest,
    sitting: Sitting,
    at: int,
    *,
    refusal: Refusal | None = None,
    words: str | None = None,
) -> HttpResponse:
    last = at == sitting.total
    context = sitting.context(
        at=at,
        refusal=refusal,
        words=sitting.check_in.words if words is None else words,
        unanswered=[step for step in sitting.steps if not step.chosen],
    )
    template = "client/last.jinja" if last else "client/question.jinja"
    return render(request, template, context, status=422 if refusal else 200)


def _again(request: HttpRequest, sitting: Sitting, refusal: Refusal) -> HttpResponse:
    """The same screen, with what was wrong and with what was typed."""
    if _wants_json(request):
        return JsonResponse({"detail": refusal.message}, status=422)
    if "send" in request.POST or "words" in request.POST:
        words = request.POST.get("words", "")
        return _step(request, sitting, sitting.total, refusal=refusal, words=words)
    asked = next((step.at for step in sitting.steps if step.name in request.POST), 0)
    return _step(request, sitting, asked or sitting.resume_at, refusal=refusal)


def _after(request: HttpRequest, sitting: Sitting, at: datetime) -> HttpResponse:
    """It was sent: say thank you, and offer what follows. Sending it again changes nothing."""
    if "next" in request.POST:
        return _go_on(request, sitting, at)
    if "progress" in request.POST and sitting.check_in.rater == "client":
        return _mail_progress(request, sitting, at)
    if request.method == "POST":
        if _wants_json(request):
            return _go(request, sitting.at("done"))
        return _thanks(request, sitting, at, status=409)
    return _thanks(request, sitting, at)


def _go_on(request: HttpRequest, sitting: Sitting, at: datetime) -> HttpResponse:
    """On to the next form of the round, by its own link; a handed-over tablet goes along."""
    following = access.next_for(sitting.check_in, at=at)
    if following is None:
        return _thanks(request, sitting, at)
    path = queries.path_for(following)
    if kiosk.is_locked(request):
        kiosk.go_on(request, path=path)
    return HttpResponseRedirect(path, status=303)


def _closed(request: HttpRequest, sitting: Sitting) -> HttpResponse:
    """It lost its reason before it was sent: say so, and that nothing is missing."""
    ended = sitting.check_in.relationship.ended_on is not None
    return render(request, "client/closed.jinja", sitting.context(ended=ended, help=sitting.help))


def _thanks(
    request: HttpRequest, sitting: Sitting, at: datetime, *, status: int = 200, mailed: bool = False
) -> HttpResponse:
    check_in = sitting.check_in
    client = check_in.rater == "client"
    following = access.next_for(check_in, at=at)
    context = sitting.context(
        just_now=request.GET.get("q") == "done" and request.method != "POST",
        mailed=mailed,
        following=sit_down(following, by=sitting.by, address="") if following else None,
        can_mail=client
        and not mailed
        and following is None
        and delivery.can_reach(check_in.relationship, check_in.client, at=at),
        kiosk=kiosk.is_locked(request),
    )
    return render(request, "client/thanks.jinja", context, status=status)


def _mail_progress(request: HttpRequest, sitting: Sitting, at: datetime) -> HttpResponse:
    """Send their own page to the address on file, which is never shown; not twice in a row."""
    check_in = sitting.check_in
    place = access.place_of_check_in(check_in)
    sent = f"progress-sent-{place.id}"
    if not cache.get(sent):
        actions.send_progress(place, by=sitting.by, at=at)
        cache.set(sent, True, MAIL_AGAIN_AFTER_S)
    return _thanks(request, sitting, at, mailed=True)


def _go(request: HttpRequest, address: str) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse({"go": address})
    return HttpResponseRedirect(address, status=303)


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def _number(written: str) -> float:
    try:
        return float(written) if len(written) < 12 else float("nan")
    except ValueError:
        return float("nan")
