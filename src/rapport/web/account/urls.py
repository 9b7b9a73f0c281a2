"""The addresses of signing in: those of allauth that Rapport uses, under its own templates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponseBase
from django.urls import path, re_path
from django.urls.resolvers import URLPattern
from django.views.generic import View

from rapport.web.account.keys import RemoveKey
from rapport.web.account.reset import ResetForm

Page = Callable[..., HttpResponseBase]


def _page(view: type[View], template: str, **more: Any) -> Page:
    """One of allauth's views, for members."""
    return view.as_view(template_name=f"{template}.jinja", **more)


def _open(view: type[View], template: str, **more: Any) -> Page:
    """One of allauth's views, for whoever is not signed in yet."""
    opened: Page = login_not_required(_page(view, template, **more))
    return opened


urlpatterns: list[URLPattern] = [
    path("login/", _open(account.LoginView, "account/login"), name="account_login"),
    path("logout/", _open(account.LogoutView, "account/logout"), name="account_logout"),
    path(
        "inactive/",
        _open(account.AccountInactiveView, "account/inactive"),
        name="account_inactive",
    ),
    path(
        "reauthenticate/",
        _page(account.ReauthenticateView, "account/reauthenticate"),
        name="account_reauthenticate",
    ),
    path(
        "password/change/",
        _page(account.PasswordChangeView, "account/password_change", success_url="/account/2fa/"),
        name="account_change_password",
    ),
    path(
        "password/reset/",
        _open(account.PasswordResetView, "account/password_reset", form_class=ResetForm),
        name="account_reset_password",
    ),
    path(
        "password/reset/sent/",
        _open(account.PasswordResetDoneView, "account/password_reset_sent"),
        name="account_reset_password_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        _open(account.PasswordResetFromKeyView, "account/password_new"),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/done/",
        _open(account.PasswordResetFromKeyDoneView, "account/password_new_done"),
        name="account_reset_password_from_key_done",
    ),
    path("2fa/", _page(mfa.IndexView, "mfa/index"), name="mfa_index"),
    path(
        "2fa/authenticate/",
        _open(mfa.AuthenticateView, "mfa/authenticate"),
        name="mfa_authenticate",
    ),
    path(
        "2fa/reauthenticate/",
        _page(mfa.ReauthenticateView, "mfa/reauthenticate"),
        name="mfa_reauthenticate",
    ),
    path(
        "2fa/totp/activate/",
        _page(totp.ActivateTOTPView, "mfa/totp_activate"),
        name="mfa_activate_totp",
    ),
    path(
        "2fa/totp/deactivate/",
        _page(totp.DeactivateTOTPView, "mfa/totp_deactivate"),
        name="mfa_deactivate_totp",
    ),
    path(
        "2fa/recovery-codes/",
        _page(recovery.ViewRecoveryCodesView, "mfa/recovery_codes"),
        name="mfa_view_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/generate/",
        _page(recovery.GenerateRecoveryCodesView, "mfa/recovery_codes_generate"),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/download/",
        recovery.DownloadRecoveryCodesView.as_view(),
        name="mfa_download_recovery_codes",
    ),
    path("2fa/webauthn/", _page(webauthn.ListWebAuthnView, "mfa/keys"), name="mfa_list_webauthn"),
    path(
        "2fa/webauthn/add/", _page(webauthn.AddWebAuthnView, "mfa/key_add"), name="mfa_add_webauthn"
    ),
    path(
        "2fa/webauthn/login/",
        login_not_required(webauthn.LoginWebAuthnView.as_view()),
        name="mfa_login_webauthn",
    ),
    path(
        "2fa/webauthn/reauthenticate/",
        _page(webauthn.ReauthenticateWebAuthnView, "mfa/key_reauthenticate"),
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        "2fa/webauthn/keys/<int:pk>/remove/",
        _page(RemoveKey, "mfa/key_remove"),
        name="mfa_remove_webauthn",
    ),
    path(
        "2fa/webauthn/keys/<int:pk>/edit/",
        _page(webauthn.EditWebAuthnView, "mfa/key_edit"),
        name="mfa_edit_webauthn",
    ),
]
