"""Messages to clients: a link and nothing that says anything about health.

E-mail goes through Django's mail. Text messages go through an :class:`SmsGateway`; the embedded
one writes them to ``RAPPORT_HOME/texts``, one file a message. Whoever has an e-mail address gets
e-mail. A message leaves only while the client's consent to messages stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

import phonenumbers
from django.conf import settings
from django.core.mail import send_mail
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from rapport.agreements.queries import consent_stands
from rapport.kernel.errors import Refusal
from rapport.kernel.ids import new_id
from rapport.people.models import Client, Practice, Relationship

Channel = Literal["email", "text"]


class NoConsentToMessages(Refusal):
    """The client has not agreed to be sent messages, or no longer does."""

    code = "no_consent_to_messages"


class NoAddress(Refusal):
    """There is neither an e-mail address nor a telephone number that could be right."""

    code = "no_address"


class CouldNotSend(Refusal):
    """The mail server or the text gateway did not take the message."""

    code = "could_not_send"


class SmsGateway(Protocol):
    """Something that sends text messages."""

    def send(self, number: str, text: str) -> None:
        """Send ``text`` to a number in international form (E.164); raise when it cannot."""


@dataclass(frozen=True, slots=True)
class FolderGateway:
    """Writes each text message to a file of its own, readable by the server's owner only."""

    folder: Path

    def send(self, number: str, text: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        message = self.folder / f"{new_id()}.txt"
        message.touch(mode=0o600)
        message.write_text(f"To: {number}\n\n{text}\n", encoding="utf-8")


def sms_gateway() -> SmsGateway:
    """The gateway in use."""
    return FolderGateway(settings.CONFIG.home / "texts")


def channel_for(relationship: Relationship, client: Client, *, at: datetime) -> Channel:
    """How this client may be reached; raises what stands in the way."""
    if not consent_stands(relationship, purpose="messages", client=client, at=at):
        raise NoConsentToMessages(
            "The client has not agreed to get messages. Ask them, and note their consent first."
        )
    if client.email:
        return "email"
    if _number(client, relationship.practice):
        return "text"
    raise NoAddress("There is no e-mail address or telephone number to send it to.")


def can_reach(relationship: Relationship, client: Client, *, at: datetime) -> bool:
    """Whether anything could be sent at all."""
    try:
        channel_for(relationship, client, at=at)
    except (NoConsentToMessages, NoAddress):
        return False
    return True


def send_questions(
    relationship: Relationship,
    client: Client,
    *,
    link: str,
    until: datetime,
    several: bool,
    at: datetime,
) -> Channel:
    """Send the link of a check-in; ``several`` when other forms follow on from it."""
    with translation.override(client.language):
        words = (
            _("A few questions before we meet again. They take a few minutes.")
            if several
            else _("A few questions before we meet again. They take about a minute.")
        )
        return _send(relationship, client, words, link=link, until=until, at=at)


def send_progress_link(
    relationship: Relationship, client: Client, *, link: str, until: datetime, at: datetime
) -> Channel:
    """Send the link of the client's own page."""
    with translation.override(client.language):
        words = _("Here is the page that you asked for.")
        return _send(relationship, client, words, link=link, until=until, at=at)


def _send(
    relationship: Relationship,
    client: Client,
    words: str,
    *,
    link: str,
    until: datetime,
    at: datetime,
) -> Channel:
    channel = channel_for(relationship, client, at=at)
    practice = relationship.practice
    ends = _("The link is yours alone and works until %(until)s.") % {
        "until": _spoken(until, practice)
    }
    try:
        if channel == "email":
            body = "\n\n".join([words, link, ends, practice.name])
            send_mail(_("A link for you"), body, None, [client.email])
        else:
            sms_gateway().send(_number(client, practice), f"{words} {link} {ends}")
    except OSError as error:  # smtplib's errors are among them
        raise CouldNotSend("The message could not be sent just now. Try again later.") from error
    return channel


def _spoken(until: datetime, practice: Practice) -> str:
    local = timezone.localtime(until, ZoneInfo(practice.timezone))
    return formats.date_format(local, "l j F, H:i")


def _number(client: Client, practice: Practice) -> str:
    """The client's number in international form, or nothing where it cannot be one."""
    try:
        number = phonenumbers.parse(client.phone, practice.country)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
