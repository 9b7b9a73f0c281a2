"""What must be true of names, addresses, roles and seats before an action writes them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from zoneinfo import available_timezones

import phonenumbers
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from rapport.kernel.actor import Actor
from rapport.kernel.errors import Refusal
from rapport.people.models import Client, Member, RelationshipKind, Role, Track, User

LONGEST_HELP = 1_000
_SEATS = {
    RelationshipKind.INDIVIDUAL: (1, 1, "one client"),
    RelationshipKind.COUPLE: (2, 2, "two clients"),
    RelationshipKind.FAMILY: (2, 12, "two to twelve clients"),
}
_PRACTITIONER = {Track.THERAPY: Role.THERAPIST, Track.COACHING: Role.COACH}


class BadInput(Refusal):
    """Something typed cannot be right; ``fields`` says what."""

    code = "bad_input"


class NotTheirs(Refusal):
    """Understood, and not this person's to do."""

    code = "not_allowed"


def check_allowed(by: Actor, *roles: str) -> None:
    """That one of these roles, or the platform itself, does this."""
    if by.kind != "system" and not by.roles & set(roles):
        raise NotTheirs("Your role in this practice does not allow this.")


def check_name(name: str, field: str, longest: int) -> str:
    clean = " ".join(name.split())
    if not clean or len(clean) > longest or not clean.isprintable():
        raise BadInput(
            "A name is missing or cannot be read.",
            fields={field: f"Enter a name of 1 to {longest} characters."},
        )
    return clean


def check_crisis_help(words: str) -> str:
    clean = words.replace("\r\n", "\n").strip()
    if not clean or len(clean) > LONGEST_HELP:
        raise BadInput(
            "Crisis help is missing or too long.",
            fields={"words": f"Write between 1 and {LONGEST_HELP} characters."},
        )
    return clean


def check_timezone(name: str) -> str:
    if name not in available_timezones():
        raise BadInput(
            f"{name!r} is not a time zone.",
            fields={"timezone": "Use a name such as Europe/Zurich or America/New_York."},
        )
    return name


def check_country(code: str) -> str:
    upper = code.strip().upper()
    if upper not in phonenumbers.SUPPORTED_REGIONS:
        raise BadInput(
            f"{code!r} is not a country code.", fields={"country": "Use two letters such as CH."}
        )
    return upper


def check_email(email: str) -> str:
    """An address as it will be used, or nothing at all."""
    address = email.strip()
    if address:
        try:
            validate_email(address)
        except ValidationError:
            raise BadInput(
                "This e-mail address cannot be right.",
                fields={"email": "Enter an address such as name@example.org, or leave it empty."},
            ) from None
    return address


def check_phone(phone: str, country: str) -> str:
    """A number in international form, read as one of ``country`` where it has no prefix."""
    if not phone.strip():
        return ""
    try:
        number = phonenumbers.parse(phone, country)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise BadInput(
            "This phone number cannot be right.",
            fields={"phone": "Enter it with its country code, such as +41 44 668 18 00."},
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def check_roles(roles: Collection[str]) -> list[str]:
    unknown = sorted(set(roles) - set(Role.values))
    if unknown or not roles:
        raise BadInput(
            f"Unknown role: {', '.join(unknown)}." if unknown else "A member needs a role.",
            fields={"roles": f"Choose from {', '.join(Role.values)}."},
        )
    return sorted(set(roles))


def check_sign_in(email: str, password: str) -> str:
    """An address that nobody else signs in with, and a password that will do."""
    address = check_email(email).lower()
    if not address:
        raise BadInput("To sign in takes an e-mail address.", fields={"email": "Enter an address."})
    if User.objects.filter(email__iexact=address).exists():
        raise BadInput(
            "Somebody signs in with this address already.", fields={"email": "Choose another."}
        )
    try:
        validate_password(password, User(email=address))
    except ValidationError as error:
        raise BadInput(
            "This password is too easy to guess.", fields={"password": " ".join(error.messages)}
        ) from None
    return address


def check_seats(
    clients: Sequence[Client],
    therapist: Member,
    interpreter: Member | None,
    kind: str,
    track: str,
) -> None:
    """That everybody fits the seat they are given, and belongs to one practice."""
    if kind not in RelationshipKind.values or track not in Track.values:
        raise BadInput("Choose what kind of relationship this is.", fields={"kind": "Choose one."})
    fewest, most, words = _SEATS[RelationshipKind(kind)]
    if not fewest <= len({client.id for client in clients}) == len(clients) <= most:
        raise BadInput(f"This kind takes {words}.", fields={"clients": f"Choose {words}."})
    check_practises(therapist, track, field="therapist")
    if interpreter is not None and Role.INTERPRETER not in interpreter.roles:
        raise BadInput(
            f"{interpreter.name} is not an interpreter here.",
            fields={"interpreter": "Choose an interpreter."},
        )
    people = (*clients, therapist, *((interpreter,) if interpreter else ()))
    if len({person.practice_id for person in people}) != 1:
        raise BadInput("Everybody must belong to the same practice.")


def check_practises(member: Member, track: str, *, field: str) -> None:
    """That somebody's role here is the one that this kind of work takes."""
    role = _PRACTITIONER[Track(track)]
    if role not in member.roles:
        raise BadInput(
            f"{member.name} is not a {role.label.lower()} here.",
            fields={field: f"Choose a {role.label.lower()}."},
        )
