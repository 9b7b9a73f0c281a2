"""Keys for single purposes, sealed secrets, and links that only we can have made.

Every key is derived from the installation's secret for one named purpose (HKDF-SHA256), so no
key is ever used for two things.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from rapport.kernel.errors import Misconfigured, NotFound

_MAC_BYTES = 16


@lru_cache(maxsize=32)
def _derive(secret: str, purpose: str) -> bytes:
    kdf = HKDF(algorithm=SHA256(), length=32, salt=b"rapport", info=purpose.encode())
    return kdf.derive(secret.encode())


def key_for(purpose: str) -> bytes:
    """32 bytes for one purpose."""
    return _derive(settings.SECRET_KEY, purpose)


def seal(text: str, *, purpose: str) -> str:
    """Encrypt with AES-256-GCM; the purpose is authenticated with it."""
    nonce = os.urandom(12)
    box = AESGCM(key_for(purpose)).encrypt(nonce, text.encode(), purpose.encode())
    return base64.urlsafe_b64encode(nonce + box).decode()


def unseal(sealed: str, *, purpose: str) -> str:
    """Decrypt what :func:`seal` made; raise ``Misconfigured`` when the key is another."""
    try:
        raw = base64.urlsafe_b64decode(sealed)
        return AESGCM(key_for(purpose)).decrypt(raw[:12], raw[12:], purpose.encode()).decode()
    except (InvalidTag, ValueError):
        raise Misconfigured(
            "A stored secret does not open: RAPPORT_SECRET_KEY is not the one it was sealed with."
        ) from None


def link_token(subject: UUID, bound_to: str, *, purpose: str) -> str:
    """A signed token for one row, void when what it is bound to changes (form, version)."""
    mac = _mac(subject, bound_to, purpose)
    return _spelled(subject.bytes + mac)


def link_subject(token: str) -> UUID:
    """The row a token names. Says nothing about whether the token is genuine."""
    return UUID(bytes=_token_bytes(token)[:16])


def link_is_genuine(token: str, bound_to: str, *, purpose: str) -> bool:
    """Whether we made this token for this binding; compared in constant time."""
    raw = _token_bytes(token)
    return hmac.compare_digest(raw[16:], _mac(UUID(bytes=raw[:16]), bound_to, purpose))


def _mac(subject: UUID, bound_to: str, purpose: str) -> bytes:
    message = subject.bytes + bound_to.encode()
    return hmac.new(key_for(purpose), message, hashlib.sha256).digest()[:_MAC_BYTES]


def _token_bytes(token: str) -> bytes:
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        raise NotFound from None
    if len(raw) != 16 + _MAC_BYTES or _spelled(raw) != token:
        raise NotFound
    return raw


def _spelled(raw: bytes) -> str:
    """The one way to write a token: without padding, its spare bits zero."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
