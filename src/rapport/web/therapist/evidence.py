"""What an alert rests on, and what was done about it, ready to be read."""

from __future__ import annotations

from django.utils.translation import gettext as _
from markupsafe import Markup

from rapport.alerts.queries import AlertPage, StepRow, told_next
from rapport.science.assessment import Suggestion
from rapport.science.plain import Plain, from_plain
from rapport.science.wording import construct_words
from rapport.web.design.parts import Moment, Prompt
from rapport.web.design.tags import when
from rapport.web.pictures import clock_words, prompt_of


def prompt(page: AlertPage) -> Prompt:
    """The suggestion exactly as the engine made it when the alert was raised."""
    return prompt_of(from_plain(Suggestion, page.evidence["suggestion"]))


def facts(page: AlertPage, now: float | None) -> list[tuple[str, str]]:
    """What was answered to raise a risk, as (term, words); ``now`` is the answer as it stands."""
    found = page.evidence
    told = [
        (_("Asked in"), str(found.get("asked") or found["measure"])),
        (_("Question"), str(found.get("question_words", ""))),
        (_("Answer"), _answer(page)),
        (_("Last answer"), _changed(page, now)),
        (_("Rule"), "" if found["rule"] == page.alert.sentence else str(found["rule"])),
    ]
    return [(term, words) for term, words in told if words]


def clock(page: AlertPage) -> Markup:
    """Where the clock of a risk stands, as a sentence of its own."""
    told = told_next([page.alert]).get(page.alert.owner_id, "")
    words = clock_words(page.alert, told_next=told)
    return words[:1].upper() + words[1:]


def _answer(page: AlertPage) -> str:
    found = page.evidence
    if found["answer"] is None:
        return _("None: the question was passed over")
    size = _("%(answer)s, where %(highest)s is the most") % {
        "answer": _whole(found["answer"]),
        "highest": _whole(found["highest"]),
    }
    words = _label(page, found["answer"])
    return f"{words} ({size})" if words else size


def _changed(page: AlertPage, now: float | None) -> str:
    """What the client made of their answer later, where they changed it."""
    if now is None or now == page.evidence["answer"]:
        return ""
    return _label(page, now) or _whole(now)


def _label(page: AlertPage, value: Plain) -> str:
    """An answer as the client read it; older alerts kept its number only."""
    labels = page.evidence.get("labels")
    return str(labels.get(_whole(value), "")) if isinstance(labels, dict) else ""


def trail(page: AlertPage) -> list[Moment]:
    """Everything done about an alert, latest first."""
    return [Moment(when(step.at), _done(step), step.because) for step in reversed(page.steps)]


def answered(answer: str) -> str:
    """What the therapist thought of a suggestion; nothing while they have not said."""
    words = {"useful": _("You found this useful."), "not_useful": _("You found this not useful.")}
    return words.get(answer, "")


def rule_name(key: str) -> str:
    """What a rule looks for, in words."""
    named = {
        "outcome_reliably_worse": _("Reliably worse than at the start"),
        "outcome_off_course": _("Worse than expected, twice running"),
        "rupture_client": _("A clear drop in the client's rating"),
        "rupture_therapist": _("A clear drop in your own rating"),
        "ratings_missing": _("The client's ratings are missing"),
        "appointment_missed": _("An appointment was missed early on"),
        "sudden_gain": _("A sudden gain"),
        "goal_focus": _("A goal area that needs more focus"),
    }
    if key.startswith("apart_"):
        return _("The client rated %(what)s lower, again") % {
            "what": construct_words(key.removeprefix("apart_"))
        }
    return named.get(key, key.replace("_", " ").replace(":", ", ").capitalize())


def _done(step: StepRow) -> str:
    by, to = step.by_name, step.to_name
    words = {
        "raised": _("Raised, for %(to)s"),
        "acknowledged": _("Acknowledged by %(by)s"),
        "escalated": _("Passed on to %(to)s"),
        "useful": _("Found useful by %(by)s"),
        "not_useful": _("Found not useful by %(by)s"),
        "settled": _("Settled by %(by)s") if by else _("Settled"),
    }
    return words[step.what] % {"by": by, "to": to}


def _whole(value: object) -> str:
    return f"{value:g}" if isinstance(value, int | float) else str(value)
