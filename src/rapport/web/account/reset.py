"""A new password by mail; a stranger's address gets a mail too, so that both take as long."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ResetPasswordForm
from django.http import HttpRequest


class ResetForm(ResetPasswordForm):  # type: ignore[misc]
    """allauth would invite strangers to sign up, and there is no sign-up here."""

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        address: str = self.cleaned_data["email"]
        if self.users:
            super().save(request, **kwargs)
        else:
            get_adapter().send_mail("account/email/unknown_account", address, {})
        return address
