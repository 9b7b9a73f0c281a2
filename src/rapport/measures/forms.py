"""The words of a form: our own, or the wording that this practice has imported.

A measure of others is shown only where its wording was imported, with the copyright text that
came with it. Nothing is scored here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from rapport.kernel.errors import Refusal
from rapport.measures.models import CheckIn, Wording
from rapport.science import instruments
from rapport.science.instruments import Instrument, Item

WEEK_CHECK = "week_check"
RELATIONSHIP_CHECK = "relationship_check"
RATERS = ("client", "therapist", "interpreter")
# What everybody is asked around each session; any other measure has to be assigned.
STANDARD = frozenset({WEEK_CHECK, *(f"{RELATIONSHIP_CHECK}_{rater}" for rater in RATERS)})


class WordingMissing(Refusal):
    """The measure's wording belongs to others, and this practice has not imported it."""

    code = "wording_missing"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer on offer. ``urgent`` ones are risk answers: they bring help at once."""

    value: str
    label: str
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """One question with its answers; ``key`` is the item's."""

    key: str
    words: str
    help: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """One measure as a person sees it.

    ``copyright`` and ``credit`` are to be shown wherever they are not empty.
    """

    instrument: str
    title: str
    intro: str
    questions: tuple[Question, ...]
    copyright: str
    credit: str
    validated: bool


def form_for(check_in: CheckIn) -> Form:
    """The form of one check-in, in its client's language where there is a choice."""
    return form_of(check_in.instrument, language=check_in.client.language)


def form_of(instrument_key: str, *, language: str) -> Form:
    """The form of a measure; raises :class:`WordingMissing` where its wording is not there."""
    instrument = instruments.load(instrument_key)
    if instrument.wording == "ours":
        return _own(instrument)
    return _imported(instrument, _wording(instrument, language))


def title_of(instrument_key: str) -> str:
    """What a measure is called, without whose side of it a form is."""
    instrument = instruments.load(instrument_key)
    return gettext(instrument.title).removesuffix(f" ({instrument.respondent})")


def _wording(instrument: Instrument, language: str) -> Wording:
    """In the language asked for, whatever its region, else in the first one imported."""
    found = list(Wording.objects.filter(instrument=instrument.key).order_by("imported_at", "id"))
    if not found:
        raise WordingMissing(
            f"The wording of {instrument.title} is not ours to ship. Import it first: "
            "rapport measures import FILE."
        )
    spoken = language.partition("-")[0]
    return next((row for row in found if row.language.partition("-")[0] == spoken), found[0])


def _own(instrument: Instrument) -> Form:
    return Form(
        instrument=instrument.key,
        title=gettext(instrument.title),
        intro=gettext(instrument.intro) if instrument.intro else "",
        questions=tuple(
            Question(
                key=item.key,
                words=gettext(item.text),
                help=gettext(item.help) if item.help else "",
                answers=_answers(
                    instrument,
                    item,
                    [(float(option.value), gettext(option.label)) for option in item.options],
                ),
            )
            for item in instrument.items
        ),
        copyright="",
        credit="",
        validated=instrument.validated,
    )


def _imported(instrument: Instrument, wording: Wording) -> Form:
    return Form(
        instrument=instrument.key,
        title=wording.title,
        intro=wording.intro,
        questions=tuple(
            Question(
                key=item.key,
                words=wording.items[item.key],
                help="",
                answers=_answers(instrument, item, wording.options.get(item.key) or _steps(item)),
            )
            for item in instrument.items
        ),
        copyright=wording.copyright,
        credit=instrument.credit,
        validated=instrument.validated,
    )


def _steps(item: Item) -> list[tuple[float, str]]:
    """A line without labels of its own gets a button for each whole step."""
    whole = range(int(item.minimum), int(item.maximum) + 1)
    return [(float(value), str(value)) for value in whole]


def _answers(
    instrument: Instrument, item: Item, offered: Sequence[Sequence[float | str]]
) -> tuple[Answer, ...]:
    limits = [rule.at_least for rule in instrument.risks if rule.item == item.key]
    return tuple(
        Answer(
            value=f"{float(value):g}",
            label=str(label),
            urgent=any(float(value) >= limit for limit in limits),
        )
        for value, label in offered
    )
