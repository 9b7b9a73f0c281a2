"""Removing a passkey: never the last second factor."""

from __future__ import annotations

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django import forms
from django.http import HttpResponse


class RemoveKey(RemoveWebAuthnView):  # type: ignore[misc]
    """allauth guards the last authenticator app this way, but not the last passkey."""

    def form_valid(self, form: forms.Form) -> HttpResponse:
        if get_adapter().can_delete_authenticator(self.object):
            removed: HttpResponse = super().form_valid(form)
            return removed
        refused: HttpResponse = self.render_to_response(
            self.get_context_data(form=form, last=True), status=422
        )
        return refused
