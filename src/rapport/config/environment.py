"""The environment, read once into one typed object.

Every setting is described in ``docs/reference/settings.md``; a test fails when one is not.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit


class BadSetting(SystemExit):
    """A setting that cannot work; says which one, and how to mend it."""


@dataclass(frozen=True, slots=True)
class Config:
    """One installation's settings, as the environment gave them."""

    home: Path
    secret_key: str
    database_url: str
    demo: bool
    hosts: tuple[str, ...]
    base_url: str
    email_url: str
    email_from: str
    idle_minutes: int
    acknowledge_minutes: int
    embedded_relay: bool

    @property
    def https(self) -> bool:
        return self.base_url.startswith("https://")


VARIABLES = (
    "RAPPORT_HOME",
    "RAPPORT_SECRET_KEY",
    "DATABASE_URL",
    "RAPPORT_DEMO",
    "RAPPORT_HOSTS",
    "RAPPORT_BASE_URL",
    "RAPPORT_EMAIL_URL",
    "RAPPORT_EMAIL_FROM",
    "RAPPORT_IDLE_MINUTES",
    "RAPPORT_ACKNOWLEDGE_MINUTES",
    "RAPPORT_RELAY",
    "PORT",
)


def read(environ: Mapping[str, str] = os.environ) -> Config:
    """Read the environment; raise :class:`BadSetting` in one line for what cannot work."""
    home = Path(environ.get("RAPPORT_HOME", "var")).absolute()
    port = _whole(environ, "PORT", 8000, 1, 65535)
    base_url = environ.get("RAPPORT_BASE_URL", f"http://127.0.0.1:{port}").rstrip("/")
    host = urlsplit(base_url).hostname
    if host is None:
        raise BadSetting("RAPPORT_BASE_URL must be a full address such as https://practice.example")
    demo = _flag(environ, "RAPPORT_DEMO", default=False)
    hosts = environ.get("RAPPORT_HOSTS", f"{host},127.0.0.1,localhost")
    return Config(
        home=home,
        secret_key=_secret_key(environ, home),
        database_url=environ.get("DATABASE_URL") or f"sqlite:///{home / 'rapport.sqlite3'}",
        demo=demo,
        hosts=tuple(part.strip() for part in hosts.split(",") if part.strip()),
        base_url=base_url,
        email_url=environ.get("RAPPORT_EMAIL_URL", ""),
        email_from=environ.get("RAPPORT_EMAIL_FROM", f"Rapport <no-reply@{host}>"),
        idle_minutes=_whole(environ, "RAPPORT_IDLE_MINUTES", 30, 1, 24 * 60),
        acknowledge_minutes=_whole(environ, "RAPPORT_ACKNOWLEDGE_MINUTES", 30, 1, 24 * 60),
        embedded_relay=_flag(environ, "RAPPORT_RELAY", default=True),
    )


def database(url: str) -> dict[str, object]:
    """Turn a database address into Django's settings for it."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "rapport.kernel.sqlite",
            "NAME": unquote(parts.path.removeprefix("/")) or ":memory:",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
                "PRAGMA mmap_size=0; PRAGMA cache_size=-65536;",
            },
        }
    if parts.scheme in {"postgres", "postgresql"}:
        query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
        host = unquote(query.get("host", parts.hostname or ""))
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": host,
            "PORT": parts.port or "",
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,
        }
    raise BadSetting(
        "DATABASE_URL must start with sqlite:/// or postgresql://, "
        f"but it starts with {parts.scheme or 'nothing'}"
    )


def _secret_key(environ: Mapping[str, str], home: Path) -> str:
    """The key from the environment, else one made once and kept readable by its owner only."""
    given = environ.get("RAPPORT_SECRET_KEY")
    if given is not None:
        if len(given) < 32:
            raise BadSetting("RAPPORT_SECRET_KEY must have at least 32 characters")
        return given
    kept = home / "secret.key"
    if not kept.exists():
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            descriptor = os.open(kept, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:  # another process was first
            return kept.read_text().strip()
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return kept.read_text().strip()


def _flag(environ: Mapping[str, str], name: str, *, default: bool) -> bool:
    value = environ.get(name, "").strip().lower()
    if value in {"", "1", "0", "yes", "no", "true", "false"}:
        return default if value == "" else value in {"1", "yes", "true"}
    raise BadSetting(f"{name} must be 1 or 0, not {value!r}")


def _whole(environ: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    value = environ.get(name, "").strip()
    if not value:
        return default
    if not value.isdigit() or not low <= int(value) <= high:
        raise BadSetting(f"{name} must be a whole number from {low} to {high}, not {value!r}")
    return int(value)
