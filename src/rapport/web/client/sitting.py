"""One person at one form: where they stand in it, and what each screen is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from rapport.measures import blindness, forms
from rapport.measures.checks import LONGEST_WORDS
from rapport.web.crisis import CrisisHelp, crisis_help
from rapport.web.design.parts import Choice

if TYPE_CHECKING:
    from rapport.kernel.actor import Actor
    from rapport.measures.access import CheckIn


@dataclass(frozen=True, slots=True)
class Step:
    """One question as its screen shows it; ``at`` counts from 1."""

    at: int
    name: str
    words: str
    help: str
    choices: tuple[Choice, ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class Sitting:
    """A check-in, its form, who answers it and at which address."""

    check_in: CheckIn
    form: forms.Form
    by: Actor
    address: str

    @property
    def total(self) -> int:
        """The questions, and the last screen with the free words."""
        return len(self.form.questions) + 1

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(
            Step(
                at=at,
                name=question.key,
                words=question.words,
                help=question.help,
                choices=tuple(Choice(a.value, a.label, a.urgent) for a in question.answers),
                chosen=_shown(self.check_in.answers, question.key),
            )
            for at, question in enumerate(self.form.questions, start=1)
        )

    @property
    def resume_at(self) -> int:
        """The first screen with nothing on it yet."""
        open_steps = (step.at for step in self.steps if not step.chosen)
        return next(open_steps, self.total)

    @property
    def help(self) -> CrisisHelp:
        return crisis_help(self.check_in.practice.crisis_help)

    @property
    def risk(self) -> bool:
        """Whether an answer given so far is a risk answer."""
        answers = self.check_in.answers
        return any(
            answer.urgent and _shown(answers, question.key) == answer.value
            for question in self.form.questions
            for answer in question.answers
        )

    def calls_for_help(self, posted: Mapping[str, str]) -> bool:
        """Whether an answer that is being sent, or was kept before, is a risk answer."""
        return self.risk or any(
            answer.urgent and posted.get(question.key) == answer.value
            for question in self.form.questions
            for answer in question.answers
        )

    @property
    def asks_for_words(self) -> bool:
        """Whether the last screen asks for free words: once a round, not after each form."""
        return self.check_in.instrument in forms.STANDARD

    @property
    def blind(self) -> bool:
        """Whether the other side answers the same, and neither sees the other's before."""
        return self.check_in.instrument in blindness.two_sided_measures()

    @property
    def heading(self) -> str:
        """What the form is about, for the top of the window."""
        if self.check_in.instrument not in forms.STANDARD:
            return self.form.title
        before = self.check_in.moment == "before"
        return _("How was your week?") if before else _("How was today?")

    @property
    def practitioner(self) -> str:
        """What the person they meet is called on this track."""
        coaching = self.check_in.relationship.track == "coaching"
        return _("your coach") if coaching else _("your therapist")

    def at(self, step: int | str) -> str:
        """The address of one of its screens."""
        return f"{self.address}?q={step}"

    def context(self, **more: object) -> dict[str, object]:
        return {
            "sitting": self,
            "address": self.address,
            "csrf": self.by.kind == "member",
            "longest": LONGEST_WORDS,
            **more,
        }


def sit_down(check_in: CheckIn, *, by: Actor, address: str) -> Sitting:
    return Sitting(check_in, forms.form_for(check_in), by, address)


def _shown(answers: Mapping[str, float], key: str) -> str:
    return f"{answers[key]:g}" if key in answers else ""
