"""System health: what waits, what failed, whether the audit chain holds, which versions run."""

from __future__ import annotations

import platform
from datetime import datetime, timedelta
from importlib.metadata import version
from uuid import UUID

import django
from django.contrib import messages
from django.db import connection
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from rapport.kernel import audit, backlog, clock
from rapport.kernel.backlog import Backlog
from rapport.web.office.door import admin
from rapport.web.shell import MemberRequest

_LATE = timedelta(minutes=5)


@admin
@require_safe
def system(request: MemberRequest) -> HttpResponseBase:
    at = clock.now()
    waiting = backlog.backlog(request.actor.practice_id, at=at)
    return render(
        request,
        "office/system.jinja",
        {
            "sentence": _sentence(waiting, at),
            "waiting": waiting,
            "late": _late(waiting, at),
            "entries": audit.length(request.actor.practice_id),
            "versions": _versions(),
        },
    )


@admin
@require_POST
def retry(request: MemberRequest, message: UUID) -> HttpResponseBase:
    backlog.retry(message, by=request.actor, at=clock.now())
    messages.success(request, _("It is tried again now."))
    return redirect("system")


@admin
@require_POST
def check_audit(request: MemberRequest) -> HttpResponseBase:
    """Walk the practice's chain from its first link to its last."""
    fault = audit.verify_practice(request.actor.practice_id)
    if fault is None:
        messages.success(request, _("The audit log is whole: no entry was changed or removed."))
    else:
        words = _(
            "The audit log is broken at entry %(number)d: %(what)s. "
            "Keep a copy of the database, and tell whoever looks after Rapport."
        )
        messages.error(request, words % {"number": fault.number, "what": fault.what})
    return redirect("system")


def _sentence(waiting: Backlog, at: datetime) -> str:
    if waiting.failed:
        return ngettext(
            "One message could not be delivered.",
            "%(count)d messages could not be delivered.",
            len(waiting.failed),
        ) % {"count": len(waiting.failed)}
    if _late(waiting, at):
        return _("Messages wait longer than they should: the relay may not be running.")
    return _("Everything is delivered.") if not waiting.due else _("Delivery is under way.")


def _late(waiting: Backlog, at: datetime) -> bool:
    return waiting.oldest_due_at is not None and waiting.oldest_due_at < at - _LATE


def _versions() -> list[tuple[str, str]]:
    database = ".".join(str(part) for part in connection.get_database_version())
    return [
        ("Rapport", version("rapport")),
        ("Python", platform.python_version()),
        ("Django", django.get_version()),
        (connection.display_name, database),
    ]
