"""What the relay does about people: tell a colleague who has taken access to their work."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext as _

from rapport.kernel import outbox
from rapport.people.events import AccessTaken
from rapport.people.models import Member


@outbox.outward
def notify_of_access(event: AccessTaken) -> None:
    """Mail a colleague who it is that can read work of theirs now; no client is named."""
    members = Member.objects.select_related("user")
    taker, therapist = members.get(id=event.member_id), members.get(id=event.therapist_id)
    if therapist.user is None or therapist.left_on is not None:
        return
    send_mail(
        _("Somebody can read work of yours in Rapport"),
        _(
            "%(name)s, who runs your practice's office, has given themselves access to work of"
            " yours. If you did not know of this, ask them about it.\n%(link)s"
        )
        % {"name": taker.name, "link": f"{settings.CONFIG.base_url}/"},
        None,
        [therapist.user.email],
    )
