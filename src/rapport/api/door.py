"""The API object: who may come in, and how it says no."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security.session import SessionAuth

from rapport.kernel.actor import Actor
from rapport.kernel.errors import RapportError
from rapport.web import errors


class MemberSession(SessionAuth):
    """The session of a member who has proved who they are; the middleware saw to the rest."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        actor: Actor | None = getattr(request, "actor", None)
        return actor


api = NinjaAPI(
    title="Rapport",
    version="1",
    description=(
        "What a member of a practice may read and do. Ratings of one session stay sealed until "
        "both sides have given theirs, here as on every page."
    ),
    docs_url=None,
    openapi_url=None,
    auth=MemberSession(),
    urls_namespace="api",
)


def _no(request: HttpRequest, error: RapportError | type[RapportError]) -> HttpResponse:
    assert isinstance(error, RapportError)
    return errors.answer(request, error)


def _invalid(request: HttpRequest, error: ValidationError | type[ValidationError]) -> HttpResponse:
    """Which field, and what is wrong with it; never what was sent."""
    assert isinstance(error, ValidationError)
    fields = {".".join(str(part) for part in one["loc"]): str(one["msg"]) for one in error.errors}
    return errors.problem(422, code="invalid", fields=fields)


def _http(request: HttpRequest, error: HttpError | type[HttpError]) -> HttpResponse:
    assert isinstance(error, HttpError)
    code = "csrf_failed" if error.status_code == HTTPStatus.FORBIDDEN else "bad_request"
    return errors.problem(error.status_code, code=code)


def _signed_out(
    request: HttpRequest, error: AuthenticationError | type[AuthenticationError]
) -> HttpResponse:
    return errors.problem(401, code="signed_out")


api.add_exception_handler(RapportError, _no)
api.add_exception_handler(ValidationError, _invalid)
api.add_exception_handler(HttpError, _http)
api.add_exception_handler(AuthenticationError, _signed_out)
