"""Which measure a Questionnaire is, and which of its questions is which item of the key."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from rapport.measures.fhir_fields import codes, extension, leaves, objects, text
from rapport.measures.fhir_package import Json
from rapport.science import instruments
from rapport.science.instruments import Instrument, Item

ASKED = {"choice", "open-choice", "integer", "decimal", "string", "text", "boolean", "coding"}


class DisagreementError(ValueError):
    """A Questionnaire is not what the key says; the message leaves out where it stands."""


def instrument_of(body: Json) -> Instrument | None:
    """The one shipped measure that a Questionnaire declares itself to be, or else looks like."""
    imported = [i for i in instruments.all() if i.wording == "imported"]
    declared = [i for i in imported if _declares(body, i)]
    alike = declared or [i for i in imported if _resembles(body, i)]
    if len(alike) > 1:
        titles = " and ".join(instrument.title for instrument in alike)
        raise DisagreementError(f"it holds questions of {titles}; import one measure at a time")
    return alike[0] if alike else None


def _declares(body: Json, instrument: Instrument) -> bool:
    names = {text(identifier, "value") for identifier in objects(body, "identifier")}
    names |= {text(body, "name"), text(body, "url").rsplit("/", 1)[-1]}
    return instrument.loinc in codes(body) or not {_bare(name) for name in names}.isdisjoint(
        _bare(name) for name in instrument.identifiers
    )


def _resembles(body: Json, instrument: Instrument) -> bool:
    known = {item.loinc for item in instrument.items} | {s.loinc for s in instrument.scales}
    known -= {""}
    keys = {item.key for item in instrument.items}
    return any(
        not known.isdisjoint(codes(leaf) | {_tail(leaf)}) or _tail(leaf) in keys
        for leaf in leaves(body)
    )


def questions_of(body: Json, instrument: Instrument) -> Iterator[Json]:
    """What is asked of a person: no totals, no computed fields, no known unscored questions."""
    unscored = {*instrument.unscored_loinc, *(scale.loinc for scale in instrument.scales)}
    for leaf in leaves(body):
        computed = leaf.get("readOnly") is True or extension(
            leaf, "sdc-questionnaire-calculatedExpression"
        )
        own = codes(leaf) | {_tail(leaf)}
        if text(leaf, "type") in ASKED and not computed and unscored.isdisjoint(own):
            yield leaf


def match(questions: Sequence[Json], instrument: Instrument, notes: list[str]) -> dict[str, Json]:
    """Each item's question: by its codes, or by order where no question has any."""
    found: dict[str, Json] = {}
    strangers: list[Json] = []
    for question in questions:
        item = _item_of(question, instrument)
        if item is None:
            strangers.append(question)
        elif item.key in found:
            raise DisagreementError(f"{instrument.title}: {name_of(item)} stands there twice")
        else:
            found[item.key] = question
    if not found and len(strangers) == len(instrument.items):
        notes.append("The questions carry no codes and were matched by their order.")
        return {i.key: q for i, q in zip(instrument.items, strangers, strict=True)}
    _check_complete(found, strangers, instrument)
    return {item.key: found[item.key] for item in instrument.items}


def _check_complete(
    found: Mapping[str, Json], strangers: Sequence[Json], instrument: Instrument
) -> None:
    count = len(instrument.items)
    missing = [name_of(item) for item in instrument.items if item.key not in found]
    if not found:
        raise DisagreementError(
            f"{instrument.title}: it asks {len(strangers)} questions where the key has {count}"
        )
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        raise DisagreementError(
            f"{instrument.title}: it has {len(found)} of {count} items: "
            f"{', '.join(missing)} {verb} missing"
        )
    if strangers:
        names = ", ".join(text(question, "linkId") or "without linkId" for question in strangers)
        raise DisagreementError(
            f"{instrument.title}: it asks more than the key knows ({names}), "
            "so a person would answer another form"
        )


def _item_of(question: Json, instrument: Instrument) -> Item | None:
    own = codes(question) | {_tail(question)}
    for item in instrument.items:
        if (item.loinc and item.loinc in own) or item.key in own:
            return item
    return None


def name_of(item: Item) -> str:
    return f"item {item.number} ({item.loinc})" if item.loinc else f"item {item.number}"


def _tail(item: Json) -> str:
    """The last part of a linkId, where many forms put the code: ``/44249-1/44250-9``."""
    return text(item, "linkId").rsplit("/", 1)[-1]


def _bare(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())
