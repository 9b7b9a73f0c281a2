"""What therapists type, read once: clean values, or words beside the field that mend it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from rapport.agreements.texts import PURPOSES
from rapport.kernel.errors import RapportError
from rapport.measures.actions import Rhythm

_SAID = {
    "required": _("This is missing."),
    "invalid_choice": _("Choose one of these."),
    "max_length": _("Use at most %(limit_value)s characters."),
    "min_value": _("Enter %(limit_value)s or more."),
    "max_value": _("Enter %(limit_value)s or less."),
}
_EMAIL = _SAID | {"invalid": _("Write an address such as name@example.org.")}
_DATE = _SAID | {"invalid": _("Write it as a date.")}


class Typed(forms.Form):
    """A form that a template reads as plain values and plain errors."""

    def value(self, name: str) -> str:
        """What stands in the field: what was typed, else where it starts."""
        found = self[name].value()
        return "" if found is None else str(found)

    @property
    def wrong(self) -> dict[str, str]:
        """The first thing wrong with each field."""
        return {name: str(words[0]) for name, words in self.errors.items()}

    def refuse(self, error: RapportError, *, rename: Mapping[str, str] | None = None) -> None:
        """Put a room's refusal beside the fields it names (here perhaps renamed), else on top."""
        named = {(rename or {}).get(name, name): words for name, words in error.fields.items()}
        known = {name: words for name, words in named.items() if name in self.fields}
        for name, words in known.items():
            self.add_error(name, words)
        if not known:
            self.add_error(None, " ".join([error.message, *error.fields.values()]))


class PersonForm(Typed):
    """A person who comes: a name, and how to reach them."""

    given_name = forms.CharField(max_length=100, error_messages=_SAID)
    family_name = forms.CharField(max_length=100, required=False, error_messages=_SAID)
    email = forms.EmailField(required=False, error_messages=_EMAIL)
    phone = forms.CharField(max_length=32, required=False, error_messages=_SAID)
    messages = forms.BooleanField(required=False)

    def clean_messages(self) -> bool:
        agreed = bool(self.cleaned_data["messages"])
        typed = {name: self.data.get(self.add_prefix(name), "") for name in ("email", "phone")}
        if agreed and not any(words.strip() for words in typed.values()):
            raise forms.ValidationError(_("Add an e-mail or a phone number, or untick this."))
        return agreed

    def reachable_at(self) -> dict[str, str]:
        """Name and addresses, without what they agreed to."""
        names = ("given_name", "family_name", "email", "phone")
        return {name: self.cleaned_data[name] for name in names}


class RelationshipForm(Typed):
    """Who else is in the room, of what kind the work is, and since when."""

    def __init__(
        self,
        typed: QueryDict | None,
        *,
        initial: dict[str, str],
        tracks: Sequence[str],
        interpreters: Sequence[str],
    ) -> None:
        super().__init__(typed, initial=initial)
        for name, offered in (("track", tracks), ("interpreter", interpreters)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [(value, value) for value in offered]

    kind = forms.ChoiceField(
        choices=[
            ("individual", _("One person")),
            ("couple", _("A couple")),
            ("family", _("A family")),
        ],
        error_messages=_SAID,
    )
    track = forms.ChoiceField(choices=[], error_messages=_SAID)
    interpreter = forms.ChoiceField(choices=[], required=False, error_messages=_SAID)
    language = forms.CharField(max_length=16, error_messages=_SAID)
    started_on = forms.DateField(error_messages=_DATE)


class AppointmentForm(Typed):
    """When, how long and where two people meet; times are the practice's own."""

    day = forms.DateField(error_messages=_DATE | {"required": _("Choose a day.")})
    time = forms.TimeField(
        error_messages={"required": _("Choose a time."), "invalid": _("Write it as 14:00.")}
    )
    duration_min = forms.IntegerField(
        min_value=10,
        max_value=240,
        error_messages=_SAID | {"invalid": _("Write minutes, such as 50.")},
    )
    place = forms.ChoiceField(
        choices=[("room", _("In the room")), ("video", _("By video")), ("phone", _("By phone"))],
        error_messages=_SAID,
    )

    def starts_at(self, zone: ZoneInfo) -> datetime:
        """The instant that the day and time name in the practice's zone."""
        return datetime.combine(self.cleaned_data["day"], self.cleaned_data["time"], zone)


class GoalForm(Typed):
    """A goal in the client's own words, and what it is about."""

    words = forms.CharField(
        max_length=300,
        error_messages={**_SAID, "required": _("Write the goal in the client's words.")},
    )
    area = forms.CharField(max_length=60, required=False, error_messages=_SAID)


class AssignForm(Typed):
    """A measure to ask, and at which sessions."""

    instrument = forms.CharField(
        max_length=64, error_messages=_SAID | {"required": _("Choose a measure.")}
    )
    everybody = forms.BooleanField(required=False)
    moment = forms.CharField(max_length=8, error_messages=_SAID)
    every = forms.IntegerField(error_messages=_SAID | {"invalid": _("Write a whole number.")})
    from_session = forms.IntegerField(
        required=False, error_messages=_SAID | {"invalid": _("Write a session number.")}
    )
    until_session = forms.IntegerField(
        required=False, error_messages={"invalid": _("Write a session number.")}
    )

    def rhythm(self) -> Rhythm:
        """At which sessions it is asked."""
        names = ("moment", "every", "from_session", "until_session")
        return Rhythm(**{name: self.cleaned_data[name] for name in names})


class PromiseForm(Typed):
    """Something promised in a session."""

    promise = forms.CharField(
        max_length=300, error_messages={**_SAID, "required": _("Write what you promised.")}
    )


class BecauseForm(Typed):
    """A reason in plain words."""

    because = forms.CharField(
        max_length=1000, error_messages=_SAID | {"required": _("Say why in a few words.")}
    )


class ContactForm(Typed):
    """How a client is reached."""

    email = forms.EmailField(required=False, error_messages=_EMAIL)
    phone = forms.CharField(max_length=32, required=False, error_messages=_SAID)


class ConsentForm(Typed):
    """A client's word on one purpose, as the therapist heard it."""

    purpose = forms.ChoiceField(choices=[(key, key) for key in PURPOSES], error_messages=_SAID)
    word = forms.ChoiceField(
        choices=[("give", _("They agreed")), ("withdraw", _("They withdrew it"))],
        error_messages=_SAID,
    )
    until = forms.DateField(required=False, error_messages=_DATE)


class EndingForm(Typed):
    """How and when the work together came to its end."""

    ending = forms.ChoiceField(
        choices=[("planned", _("As planned")), ("dropout", _("Without a plan"))],
        error_messages=_SAID | {"required": _("Say how it ended.")},
    )
    ended_on = forms.DateField(error_messages=_DATE)
