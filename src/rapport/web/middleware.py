"""What every request passes, outermost first.

Nothing is cached or logged with its address; idle sessions end; whoever is signed in enters
their practice, once they have proved a second factor; a handed-over tablet stays locked; and
whatever goes wrong is told plainly. Everything needs a sign-in unless its view is marked
``login_not_required``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.multipartparser import MultiPartParserError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from rapport.kernel import clock, scope
from rapport.kernel.errors import RapportError
from rapport.people import access
from rapport.web import errors, kiosk

if TYPE_CHECKING:
    from rapport.people.models import Member

log = logging.getLogger(__name__)
Handler = Callable[[HttpRequest], HttpResponse]
_SEEN, _PROVED = "seen_at", "second_factor"
_ACCOUNT = "/account/"


def no_store(get_response: Handler) -> Handler:
    """Pages hold health data: no cache may keep them, and no log their addresses."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    errors.keep_logs_discreet()
    return middleware


def idle_sign_out(get_response: Handler) -> Handler:
    """End a session nobody has used; its mark is renewed in steps, not at each request.

    What is open to all goes on without the session: a client who took their time on a
    handed-over tablet loses no answer. While it is handed over the mark stays as it was, because
    its member is not the one who uses it, and because saving it would turn back the count of
    guesses.
    """
    idle = timedelta(minutes=settings.CONFIG.idle_minutes)

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return get_response(request)
        now = clock.now()
        seen = request.session.get(_SEEN)
        last = datetime.fromisoformat(seen) if seen else now
        if now - last > idle:
            logout(request)
            request.idled = True  # type: ignore[attr-defined]
        elif not kiosk.is_locked(request) and (not seen or now - last > idle / 10):
            request.session[_SEEN] = now.isoformat()
        return get_response(request)

    return middleware


class MemberScope:
    """Opens the member's practice for the whole request; anonymous requests have none."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.member = request.actor = None  # type: ignore[attr-defined]
        if not request.user.is_authenticated:
            return self.get_response(request)
        member = access.member_of(request.user)
        if member is None:
            logout(request)
            return _to_sign_in(request)
        request.member = member  # type: ignore[attr-defined]
        request.actor = access.actor_for(member)  # type: ignore[attr-defined]
        with (
            scope.practice(member.practice_id),
            timezone.override(ZoneInfo(member.practice.timezone)),
        ):
            return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: Sequence[Any],
        kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        """Let through what is open to all, and members who have proved who they are."""
        if not getattr(view, "login_required", True):
            return None
        member = request.member  # type: ignore[attr-defined]
        if member is None:
            return _to_sign_in(request)
        if request.path.startswith(_ACCOUNT) or _has_proved(request, member):
            return None
        return _to_second_factor(request)


member_scope = MemberScope


def kiosk_lock(get_response: Handler) -> Handler:
    """A tablet in a client's hands leads nowhere but back to its form."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return kiosk.gate(request) or get_response(request)

    return middleware


class PlainErrors:
    """Turns whatever a view raises into one calm answer; see :mod:`rapport.web.errors`."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, ImmediateHttpResponse | ReauthenticationRequired):
            return None  # allauth's own way of answering
        if isinstance(error, RapportError):
            return errors.answer(request, error)
        if isinstance(error, Http404):
            return errors.not_found(request)
        if isinstance(error, PermissionDenied):
            return errors.forbidden(request)
        if isinstance(error, BadRequest | SuspiciousOperation | MultiPartParserError):
            return errors.bad_request(request)
        log.error("%s", errors.trail(request, error))
        got_request_exception.send(sender=None, request=request)
        return errors.broken(request)


plain_errors = PlainErrors


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page and back again; the API is told in its own words."""
    if request.path.startswith("/api/"):
        return errors.problem(401, code="signed_out")
    if getattr(request, "idled", False):
        words = _(
            "You were signed out after %(n)d quiet minutes."
            " What you typed is kept, except in private notes."
        )
        messages.info(request, words % {"n": settings.CONFIG.idle_minutes})
    return _go(request, f"{reverse('account_login')}?{urlencode({'next': _page_of(request)})}")


def _page_of(request: HttpRequest) -> str:
    """The page somebody was on: what they asked for, or where the form stood that they sent."""
    if request.method == "GET" and not request.headers.get("HX-Request"):
        return request.get_full_path()
    page = urlsplit(request.headers.get("Referer", ""))
    if page.netloc != request.get_host():
        return "/"
    return f"{page.path}?{page.query}" if page.query else page.path


def _to_second_factor(request: HttpRequest) -> HttpResponse:
    if request.path.startswith("/api/"):
        return errors.problem(403, code="second_factor_missing")
    return _go(request, reverse("mfa_index"))


def _go(request: HttpRequest, address: str) -> HttpResponse:
    """A redirect of the whole page, from a fragment too."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def _has_proved(request: HttpRequest, member: Member) -> bool:
    """Whether a second factor stands; only the made-up practice of a demonstration needs none."""
    if request.session.get(_PROVED) or (settings.CONFIG.demo and member.practice.synthetic):
        return True
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    if is_mfa_enabled(request.user, kinds):
        request.session[_PROVED] = True
        return True
    return False
