"""How sign-in behaves: allauth's hooks, and the page of a locked account."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import qrcode  # type: ignore[import-untyped]
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse
from qrcode.image.svg import SvgPathFillImage  # type: ignore[import-untyped]

from rapport.kernel import clock, crypto
from rapport.web import errors

if TYPE_CHECKING:
    from rapport.people.models import User

_FRESH = timedelta(minutes=5)
_PURPOSE = "second factor"
_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Members are added by their practice, and known by one address."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Name the account for axes, which counts failures by the field called ``login``."""
        found: User | None = super().authenticate(
            request, login=credentials.get("email", ""), **credentials
        )
        return found

    def reauthenticate(self, user: User, password: str) -> bool:
        found = self.authenticate(context.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not for the first second factor: it is set up right after the password."""
        user: User = context.request.user
        fresh = user.last_login is not None and clock.now() - user.last_login < _FRESH
        return not fresh or is_mfa_enabled(user)

    def format_email_subject(self, subject: str) -> str:
        return subject


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Seals the secrets of second factors, and keeps the last one from being taken away."""

    def encrypt(self, text: str) -> str:
        return crypto.seal(text, purpose=_PURPOSE)

    def decrypt(self, encrypted_text: str) -> str:
        return crypto.unseal(encrypted_text, purpose=_PURPOSE)

    def build_totp_svg(self, url: str) -> str:
        """Dark on white, whatever the page's colours: cameras read nothing else."""
        picture = qrcode.make(url, image_factory=SvgPathFillImage)
        return str(picture.to_string(encoding="unicode"))

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=_FACTORS)
        return bool(others.exclude(pk=authenticator.pk).exists())

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return entity | {"name": "Rapport"}


def locked_out(
    request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any]
) -> HttpResponse:
    """Too many wrong passwords for one account from one place."""
    return errors.say(request, 429, code="locked_out")
