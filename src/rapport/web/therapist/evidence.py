"""What an alert rests on, and what was done about it, ready to be read."""

from __future__ import annotations

from django.utils.translation import gettext as _

from rapport.alerts.queries import AlertPage, StepRow
from rapport.science.assessment import Suggestion
from rapport.science.plain import from_plain
from rapport.web.design.parts import Moment, Prompt
from rapport.web.design.tags import when
from rapport.web.pictures import prompt_of


def prompt(page: AlertPage) -> Prompt:
    """The suggestion exactly as the engine made it when the alert was raised."""
    return prompt_of(from_plain(Suggestion, page.evidence["suggestion"]))


def facts(page: AlertPage) -> list[tuple[str, str]]:
    """What was answered to raise a risk, as (term, words)."""
    found = page.evidence
    return [
        (_("Asked in"), str(found["measure"])),
        (
            _("Answer"),
            _("%(answer)s, where %(highest)s is the most")
            % {
                "answer": _whole(found["answer"]),
                "highest": _whole(found["highest"]),
            },
        ),
        (_("Rule"), str(found["rule"])),
    ]


def trail(page: AlertPage) -> list[Moment]:
    """Everything done about an alert, latest first."""
    return [Moment(when(step.at), _done(step), step.because) for step in reversed(page.steps)]


def answered(answer: str) -> str:
    """What the therapist thought of a suggestion; nothing while they have not said."""
    words = {"useful": _("You found this useful."), "not_useful": _("You found this not useful.")}
    return words.get(answer, "")


def rule_name(key: str) -> str:
    """A rule's key as words: "goal_gap" becomes "Goal gap"."""
    return key.replace("_", " ").replace(":", ", ").capitalize()


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
