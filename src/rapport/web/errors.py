"""The four kinds of no, told calmly: as a page, as an HTMX fragment, or as problem+json.

Nothing of an unexpected error reaches a person or the log but its kind and place: its message
might hold what somebody wrote.
"""

from __future__ import annotations

import logging
import traceback
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import PurePath
from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from rapport.kernel.errors import Conflict, Misconfigured, NotFound, RapportError, Refusal

STATUS: Final[dict[type[RapportError], HTTPStatus]] = {
    NotFound: HTTPStatus.NOT_FOUND,
    Refusal: HTTPStatus.UNPROCESSABLE_ENTITY,
    Conflict: HTTPStatus.CONFLICT,
    Misconfigured: HTTPStatus.SERVICE_UNAVAILABLE,
}


@dataclass(frozen=True, slots=True)
class Words:
    """What happened, what is safe, what to do."""

    what: Promise
    safe: Promise
    todo: Promise


_NOTHING_CHANGED = _("Nothing was changed.")
_WORDS: Final[dict[int, Words]] = {
    400: Words(
        _("This request could not be read."), _NOTHING_CHANGED, _("Go back and try once more.")
    ),
    401: Words(_("You are not signed in."), _NOTHING_CHANGED, _("Sign in and try once more.")),
    403: Words(
        _("This was not allowed from here."),
        _NOTHING_CHANGED,
        _("Go back, reload the page, and send it again."),
    ),
    404: Words(
        _("There is nothing here for you."),
        _("It may have moved, or it is not yours to see."),
        _("Go back, or start again from the first page."),
    ),
    405: Words(
        _("This address does not work that way."), _NOTHING_CHANGED, _("Go back and try once more.")
    ),
    409: Words(
        _("Something has changed meanwhile."), _NOTHING_CHANGED, _("Go back and look again.")
    ),
    422: Words(_("This cannot be done as it stands."), _NOTHING_CHANGED, _("Go back and mend it.")),
    429: Words(
        _("That was a little too often."), _NOTHING_CHANGED, _("Wait a minute and try again.")
    ),
    500: Words(
        _("Something went wrong on our side."),
        _("What was saved before is safe."),
        _("Try again in a moment. If it stays, tell whoever looks after Rapport here."),
    ),
    503: Words(
        _("This installation is not ready for that."),
        _NOTHING_CHANGED,
        _("Tell whoever looks after Rapport here."),
    ),
}
_LAST_RESORT: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Rapport</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>Something went wrong on our side.</h1>
<p>What was saved before is safe. Try again in a moment.</p>
<p><a href="/">Start again from the first page</a></p></main></body></html>
"""


def answer(request: HttpRequest, error: RapportError) -> HttpResponse:
    """Say one of the four kinds of no."""
    status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
    if isinstance(error, NotFound):
        return say(request, status, code=NotFound.code)
    return say(request, status, code=error.code, message=error.message, fields=error.fields)


def say(
    request: HttpRequest,
    status: int,
    *,
    code: str,
    message: str = "",
    fields: dict[str, str] | None = None,
) -> HttpResponse:
    """One calm answer, in the form that was asked for."""
    if request.path.startswith("/api/"):
        return problem(status, code=code, detail=message, fields=fields)
    words = _WORDS[status]
    context = {"words": words, "message": message, "fields": fields or {}}
    template = "errors/fragment.jinja" if request.headers.get("HX-Request") else _page(request)
    return render(request, template, context, status=status)


def problem(
    status: int, *, code: str, detail: str = "", fields: dict[str, str] | None = None
) -> JsonResponse:
    """An answer of the API that is not a yes (RFC 9457)."""
    body: dict[str, object] = {
        "type": f"urn:rapport:problem:{code}",
        "title": str(_WORDS[status].what),
        "status": int(status),
    }
    if detail:
        body["detail"] = detail
    if fields:
        body["fields"] = fields
    return JsonResponse(body, status=status, content_type="application/problem+json")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """No such address: the same answer as for what is not this person's."""
    return say(request, 404, code=NotFound.code)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return say(request, 403, code="forbidden")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return say(request, 400, code="bad_request")


def too_often(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return say(request, 429, code="too_often")


def broken(request: HttpRequest) -> HttpResponse:
    """An unexpected error: needs no template and no database, for those may be what broke."""
    if request.path.startswith("/api/"):
        return problem(500, code="broken")
    return HttpResponse(_LAST_RESORT, status=500)


def _page(request: HttpRequest) -> str:
    signed_in = getattr(request, "member", None) is not None
    return "errors/page.jinja" if signed_in else "errors/plain.jinja"


def trail(request: HttpRequest, error: BaseException) -> str:
    """Where an error happened and the lines that led to it, without a word of its message."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    places = " < ".join(f"{PurePath(f.filename).name}:{f.lineno}" for f in reversed(frames))
    return f"{request.method} {_route(request)}: {type(error).__name__} at {places}"


def keep_logs_discreet() -> None:
    """Keep addresses and messages out of Django's own log: some are keys, some hold words."""
    for name in ("django.request", "django.security.csrf"):
        logger = logging.getLogger(name)
        if _discreet not in logger.filters:
            logger.addFilter(_discreet)


def _discreet(record: logging.LogRecord) -> bool:
    request = getattr(record, "request", None)
    if isinstance(request, HttpRequest):
        error = record.exc_info[1] if record.exc_info else None
        words = trail(request, error) if error else f"{request.method} {_route(request)}"
        record.msg, record.args = "%s: %s", (getattr(record, "status_code", "?"), words)
        record.exc_info = record.exc_text = None
    return True


def _route(request: HttpRequest) -> str:
    """The pattern of an address, without what was in it."""
    return request.resolver_match.route if request.resolver_match else "(no such address)"
