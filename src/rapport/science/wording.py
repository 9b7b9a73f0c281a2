"""Words for the engine's sentences: what people call raters, constructs and counts."""

from __future__ import annotations

from rapport.science.history import Rater

_CONSTRUCTS = {
    "alliance": "the alliance",
    "goals_and_tasks": "goals and the way of working",
    "goal": "goals",
    "task": "the way of working",
    "bond": "the bond",
    "real_relationship": "the real relationship",
    "congruence": "genuineness",
    "regard": "acceptance",
    "session_quality": "session quality",
    "symptom": "the symptoms",
}
_ORDINALS = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
]


def construct_words(construct: str) -> str:
    """Return a construct as it reads after a verb: "rated the bond"."""
    return _CONSTRUCTS.get(construct, construct.replace("_", " "))


def noun(construct: str) -> str:
    """Return a construct as a bare noun: "life satisfaction"."""
    return construct.replace("_", " ")


def subject(rater: Rater) -> str:
    """Return who rated, at the head of a sentence that the therapist reads."""
    return {"client": "Your client", "therapist": "You"}.get(rater, f"The {rater}")


def possessive(rater: Rater) -> str:
    """Return whose rating it is, within a sentence that the therapist reads."""
    return {"client": "your client's", "therapist": "your"}.get(rater, f"the {rater}'s")


def third_person(sentence: str, *, client: str, therapist: str) -> str:
    """Return a sentence said to the therapist as a supervisor reads it, both called by name."""
    told = (
        ("You and your client", f"{therapist} and {client}"),
        ("you and your client", f"{therapist} and {client}"),
        ("Your client", client),
        ("your client", client),
        ("than you did", f"than {therapist} did"),
        ("your own", f"{therapist}'s own"),
        ("You have", "They have"),
        ("You rated", f"{therapist} rated"),
    )
    for second, third in told:
        sentence = sentence.replace(second, third)
    return sentence


def ordinal(n: int) -> str:
    """Return 1 as "first", 2 as "second", … and from 13 on "13th", "21st"."""
    if n <= len(_ORDINALS):
        return _ORDINALS[n - 1]
    ending = "th" if 10 <= n % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


def percent(share: float) -> str:
    """Return .8 as "80 %"."""
    return f"{100 * share:.0f} %"


def number(value: float) -> str:
    """Return a score with one decimal, or none where it is whole: "7.5", "8"."""
    return f"{round(value, 1):g}"


def signed(value: float) -> str:
    """Return a difference with its sign and one decimal; a rounded zero has no sign."""
    shown = f"{abs(value):.1f}"
    if shown == "0.0":
        return shown
    return f"{'−' if value < 0 else '+'}{shown}"


def sentence_case(text: str) -> str:
    """Raise the first letter and leave the rest."""
    return text[:1].upper() + text[1:]
