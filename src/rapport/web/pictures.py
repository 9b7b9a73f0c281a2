"""From what the rooms say to what the components draw; words and order only, no judgement."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from rapport.alerts.queries import AlertRow, SettledRisk
from rapport.alliance.queries import Mark, RiskLine, StagePanel, SuggestionCard
from rapport.alliance.queries import Strip as RoomStrip
from rapport.science.assessment import FalseAlarmRate, FirstFiveSlot, Suggestion
from rapport.web.design.parts import Evidence, Prompt, Risk, Slot, Stage, Strip, Unseen
from rapport.web.design.tags import clock, day, number, when

STAGES = ("commitment", "process", "change", "termination")
WIDEST = (1.0, 7.0)  # our own form; a strip of another measure reaches as far as its values do


def strip(slots: RoomStrip, marks: tuple[Mark, ...] = (), *, last: int = 0) -> Strip:
    """The first five sessions, on the range that their values lie in.

    ``marks`` say who has rated session ``last``, so that a rating that is given and sealed does
    not stand as missing.
    """
    values = [v for s in slots for v in (s.client_value, s.therapist_value) if v is not None]
    shown = tuple(_slot(slot, marks if slot.session == last else ()) for slot in slots)
    return Strip(
        shown or tuple(Slot(n) for n in range(1, 6)),
        low=min([WIDEST[0], *values]),
        high=max([WIDEST[1], *values]),
    )


def _slot(slot: FirstFiveSlot, marks: tuple[Mark, ...]) -> Slot:
    given: dict[str, Unseen] = {"given": "sealed", "waiting": "waiting"}
    unseen: dict[str, Unseen] = {}
    if slot.state == "open":
        unseen = {"client": "waiting", "therapist": "waiting"}
    return Slot(
        session=slot.session,
        state="held" if slot.attended else "due",
        client=slot.client_value,
        therapist=slot.therapist_value,
        unseen=unseen | {m.rater: given[m.state] for m in marks if m.state in given},
    )


def missed_words(slots: RoomStrip) -> str:
    """Appointments missed between the first sessions, as a sentence; nothing where none were."""
    told = [
        ngettext(
            "%(n)d appointment was missed before session %(session)d.",
            "%(n)d appointments were missed before session %(session)d.",
            slot.missed_before,
        )
        % {"n": slot.missed_before, "session": slot.session}
        for slot in slots
        if slot.missed_before
    ]
    return " ".join(told)


def prompt_of(card: SuggestionCard | Suggestion) -> Prompt:
    """The one suggestion, with what it takes to doubt it."""
    return Prompt(
        sentence=card.sentence,
        rule=card.rule,
        inputs="; ".join(f"{given.name}: {given.value}" for given in card.inputs),
        uncertainty=card.uncertainty,
        false_alarms=false_alarms(card.false_alarm_rate),
        tries=card.things_to_try,
    )


def false_alarms(rate: FalseAlarmRate) -> str:
    """How often a rule speaks where there is nothing, with the ground for saying so."""
    shares = []
    if rate.per_session is not None:
        shares.append(_("%(share)s of sessions") % {"share": _percent(rate.per_session)})
    if rate.per_relationship is not None:
        shares.append(_("%(share)s of relationships") % {"share": _percent(rate.per_relationship)})
    words = _(" and ").join(shares) if shares else _("Not known")
    return f"{words}. {rate.basis}" if rate.basis else f"{words}."


def _percent(share: float) -> str:
    return f"{number(100 * share)} %"


def risk(line: RiskLine, viewer: UUID) -> Risk:
    """An open risk alert, and on one line: when, where, whose it is, and its clock."""
    owner = _("yours") if line.owner_id == viewer else line.owner_name
    facts = (_told(_("Answered %(at)s"), at=within(line.raised_at)), line.asked, owner)
    shown = [*filter(None, facts), clock_words(line, told_next=line.told_next)]
    return Risk(f"{line.client_name}: {line.sentence}", Markup(" · ").join(shown))


def settled_words(risk: SettledRisk) -> Markup:
    """A risk that was dealt with, as one quiet line."""
    return _told(
        _("%(sentence)s Answered %(at)s. Settled by %(name)s: %(because)s"),
        sentence=risk.sentence,
        at=within(risk.raised_at),
        name=risk.by_name,
        because=risk.because,
    )


def clock_words(line: RiskLine | AlertRow, *, told_next: str) -> Markup:
    """Where the clock of a risk alert stands, as it reads in a line."""
    if line.acknowledged_at is not None:
        return _told(_("acknowledged %(at)s"), at=within(line.acknowledged_at))
    if line.escalated_at is not None:
        passed_on = _("not acknowledged in time; passed on %(at)s")
        return _told(passed_on, at=within(line.escalated_at))
    if line.acknowledge_by is None:
        return Markup(_("no clock is running"))  # noqa: S704  (our own words)
    return _told(
        _("acknowledge by %(at)s, then %(told)s"),
        at=_soon(line.acknowledge_by),
        told=_("%(name)s is told") % {"name": told_next} if told_next else _("it is passed on"),
    )


def _told(words: str, **facts: str) -> Markup:
    """Our own words with facts put in, which are escaped unless they are markup already."""
    return Markup(words) % facts  # noqa: S704


def _soon(at: datetime) -> str:
    """A time of today as the hour alone."""
    return clock(at) if timezone.localdate(at) == timezone.localdate() else within(at)


def within(at: datetime) -> Markup:
    """A time as it stands within a sentence: "today 14:00", but "Thursday 14:00".

    On paper a day near by would soon be wrong, so there it is a date.
    """
    words, near = when(at), (_("Today"), _("Tomorrow"), _("Yesterday"))
    shown = words[0].lower() + words[1:] if words.startswith(near) else words
    dated = f"{day(at)} {clock(at)}"
    both = '<span class="on-screen">{}</span><span class="on-paper">{}</span>'
    return Markup(both).format(shown, dated)  # noqa: S704


def ended(on: date, ending: str) -> str:
    """How and when a relationship came to its end."""
    if ending == "dropout":
        return _("Ended without a plan on %(on)s") % {"on": day(on)}
    return _("Ended as planned on %(on)s") % {"on": day(on)}


def stages(panel: StagePanel) -> tuple[Stage, ...]:
    """The four stages, those behind and the one now as a clinician confirmed them."""
    names = {
        "commitment": _("Commitment"),
        "process": _("Process"),
        "change": _("Change"),
        "termination": _("Termination"),
    }
    now = STAGES.index(panel.current.stage) if panel.current else -1
    since = {entry.stage: entry.at_session for entry in panel.trail}
    if panel.current:
        since[panel.current.stage] = panel.current.at_session
    return tuple(
        Stage(
            name=names[key],
            state="now" if at == now else "done" if at < now else "ahead",
            when=_("since session %(n)d") % {"n": since[key]} if at <= now and key in since else "",
        )
        for at, key in enumerate(STAGES)
    )


def evidence(panel: StagePanel) -> tuple[Evidence, ...]:
    """What to look at before confirming a stage."""
    return tuple(
        Evidence(f"{asked.question} {asked.detail}" if asked.detail else asked.question, asked.met)
        for asked in panel.prompts
    )
