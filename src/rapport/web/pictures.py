"""From what the rooms say to what the components draw; words and order only, no judgement."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rapport.alerts.queries import AlertRow
from rapport.alliance.queries import RiskLine, StagePanel, SuggestionCard
from rapport.alliance.queries import Strip as RoomStrip
from rapport.science.assessment import FalseAlarmRate, FirstFiveSlot, Suggestion
from rapport.web.design.parts import Evidence, Prompt, Risk, Slot, Stage, Strip
from rapport.web.design.tags import day, number, when

STAGES = ("commitment", "process", "change", "termination")
WIDEST = (1.0, 7.0)  # our own form; a strip of another measure reaches as far as its values do


def strip(slots: RoomStrip) -> Strip:
    """The first five sessions, on the range that their values lie in."""
    values = [v for s in slots for v in (s.client_value, s.therapist_value) if v is not None]
    return Strip(
        tuple(_slot(slot) for slot in slots) or tuple(Slot(n) for n in range(1, 6)),
        low=min([WIDEST[0], *values]),
        high=max([WIDEST[1], *values]),
    )


def _slot(slot: FirstFiveSlot) -> Slot:
    return Slot(
        session=slot.session,
        state="held" if slot.attended else "due",
        client=slot.client_value,
        therapist=slot.therapist_value,
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
    return f"{number(100 * share, 1 if share < 0.1 else 0)} %"


def risk(line: RiskLine) -> Risk:
    """An open risk alert: who owns it, and its clock."""
    return Risk(
        sentence=f"{line.client_name}: {line.sentence}",
        answered=when(line.raised_at),
        owner=line.owner_name,
        clock=clock_words(line),
    )


def clock_words(line: RiskLine | AlertRow) -> str:
    """Where the clock of a risk alert stands."""
    if line.acknowledged_at is not None:
        return _("Acknowledged %(at)s") % {"at": within(line.acknowledged_at)}
    if line.escalated_at is not None:
        return _("Not acknowledged in time; passed on %(at)s") % {"at": within(line.escalated_at)}
    if line.acknowledge_by is not None:
        return _("Acknowledge by %(at)s, then it is passed on") % {
            "at": within(line.acknowledge_by)
        }
    return _("No clock is running")


def within(at: datetime) -> str:
    """A time as it stands within a sentence: "today 14:00", but "Thursday 14:00"."""
    words, near = when(at), (_("Today"), _("Tomorrow"), _("Yesterday"))
    return words[0].lower() + words[1:] if words.startswith(near) else words


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
