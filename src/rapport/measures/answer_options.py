"""The answers that a FHIR question offers, checked against the values that the key gives them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rapport.measures.fhir_fields import LOINC, extension, nested, number, objects, text
from rapport.measures.fhir_package import Json
from rapport.science.instruments import Item

WEIGHTS = ("ordinalValue", "valueset-ordinalValue", "codesystem-ordinalValue", "itemWeight")

Lookup = Callable[[str, str], Json | None]


class AnswerError(ValueError):
    """The answers are not those of the key; the message continues "item 3 …"."""


@dataclass(frozen=True, slots=True)
class Offered:
    """One answer as the file has it; ``weight`` is the value that the file says it counts."""

    label: str
    weight: float | None
    loinc: str


def options_of(question: Json, item: Item, find: Lookup) -> tuple[tuple[tuple[int, str], ...], str]:
    """Return the (value, label) pairs of a question in the key's order, and a note or "".

    ``find(resource_type, url)`` looks a ValueSet or CodeSystem up.

    Raises
    ------
    AnswerError
        Where the answers are absent, too many, too few, without values, or of other values.
    """
    if not item.options:
        return (), ""
    offered = _offered(question, find)
    values = [option.value for option in item.options]
    if len(offered) != len(values):
        raise AnswerError(
            f"offers {len(offered)} answers where the key has {len(values)} ({_list(values)})"
        )
    if not all(answer.label for answer in offered):
        raise AnswerError("offers an answer without a label")
    weights = _weights(offered, item)
    if sorted(weights) == values:
        by_value = dict(zip(weights, offered, strict=True))
        return tuple((value, by_value[value].label) for value in values), ""
    note = _misprint(weights, values, offered)
    return tuple((v, o.label) for v, o in zip(values, offered, strict=True)), note


def _weights(offered: Sequence[Offered], item: Item) -> list[float]:
    by_loinc = {option.loinc: float(option.value) for option in item.options if option.loinc}
    weights = [o.weight if o.weight is not None else by_loinc.get(o.loinc) for o in offered]
    known = [weight for weight in weights if weight is not None]
    if len(known) < len(weights):
        raise AnswerError(
            "has answers without values (ordinalValue or itemWeight), "
            "so nothing says which of them counts how much"
        )
    return known


def _misprint(weights: Sequence[float], values: Sequence[int], offered: Sequence[Offered]) -> str:
    """Forgive one value that is off while the order stands: scores use the key's values."""
    wrong = [i for i, value in enumerate(values) if weights[i] != value]
    ascending = list(weights) == sorted(set(weights))
    if len(wrong) != 1 or not ascending:
        raise AnswerError(
            f"gives its answers the values {_list(weights)}; the key has {_list(values)}"
        )
    i = wrong[0]
    return (
        f"The file gives {offered[i].label!r} the value {weights[i]:g}; "
        f"the key's value {values[i]} is used."
    )


def _offered(question: Json, find: Lookup) -> tuple[Offered, ...]:
    if listed := objects(question, "answerOption"):
        return tuple(map(_from_option, listed))
    address = text(question, "answerValueSet")
    if not address:
        raise AnswerError("offers no answers")
    value_set = find("ValueSet", address)
    if value_set is None:
        raise AnswerError(
            f"takes its answers from {address}, which is not in the file; "
            "list them as answerOption, or import a package that holds that ValueSet"
        )
    return _from_value_set(value_set, find)


def _from_option(option: Json) -> Offered:
    coding = nested(option, "valueCoding")
    weight = _weight(option)
    if weight is None:
        weight = _weight(coding)
    if weight is None:
        weight = number(option, "valueInteger")
    label = text(coding, "display", longest=200) or text(option, "valueString", longest=200)
    return Offered(label, weight, _loinc(coding, coding.get("system")))


def _from_value_set(value_set: Json, find: Lookup) -> tuple[Offered, ...]:
    if contains := objects(nested(value_set, "expansion"), "contains"):
        return tuple(_from_concept(concept, concept.get("system")) for concept in contains)
    offered: list[Offered] = []
    for include in objects(nested(value_set, "compose"), "include"):
        system = include.get("system")
        concepts = objects(include, "concept")
        if not concepts and (code_system := find("CodeSystem", str(system))):
            concepts = objects(code_system, "concept")
        offered += [_from_concept(concept, system) for concept in concepts]
    return tuple(offered)


def _from_concept(concept: Json, system: object) -> Offered:
    return Offered(text(concept, "display", longest=200), _weight(concept), _loinc(concept, system))


def _loinc(coding: Json, system: object) -> str:
    return text(coding, "code", longest=100) if system == LOINC else ""


def _weight(element: Json) -> float | None:
    """The value in any of the places where FHIR lets it stand."""
    direct = number(extension(element, *WEIGHTS), "valueDecimal", "valueInteger")
    if direct is not None:
        return direct
    for held in objects(element, "property"):
        if held.get("code") in WEIGHTS:
            return number(held, "valueDecimal", "valueInteger")
    back_ported = extension(element, "extension-ValueSet.expansion.contains.property")
    if text(extension(back_ported, "code"), "valueCode") in WEIGHTS:
        return number(extension(back_ported, "value[x]", "value"), "valueDecimal", "valueInteger")
    return None


def _list(values: Sequence[float]) -> str:
    return ", ".join(f"{value:g}" for value in values)
