"""Suggestions that are prompts for a conversation and never become an alert."""

from __future__ import annotations

from itertools import takewhile

from rapport.science.assessment import FalseAlarmRate, Input, Suggestion
from rapport.science.evidence import Evidence
from rapport.science.things_to_try import THINGS_TO_TRY
from rapport.science.wording import construct_words, noun, ordinal

DESCRIPTION = FalseAlarmRate(
    None, None, "Not known: this describes what was answered and predicts nothing."
)
MISSING_RUN = 2


def ratings_missing(evidence: Evidence) -> Suggestion | None:
    sessions = [
        s for s in evidence.timeline.sessions if s.number not in evidence.timeline.open_sessions
    ]
    forms = [
        line.given
        for line in evidence.timeline.lines.values()
        if line.rater == "client" and line.scale.role == "relationship"
    ]
    unrated = takewhile(
        lambda session: not any(session.number in given for given in forms), reversed(sessions)
    )
    run = sum(1 for _ in unrated)
    if run < (1 if evidence.first_five.active else MISSING_RUN):
        return None
    which = "session" if run == 1 else f"{run} sessions"
    return Suggestion(
        key="ratings_missing",
        kind="prompt",
        sentence=f"Ask about the check-in: your client did not rate the last {which}.",
        rule="The last session within the first five, or the last two later on, lack a rating "
        "by the client.",
        inputs=(Input("sessions without a rating", str(run)),),
        uncertainty="A missing rating may mean anything from a lost link to a reluctance to say.",
        false_alarm_rate=DESCRIPTION,
        things_to_try=THINGS_TO_TRY["missing"],
    )


def appointment_missed(evidence: Evidence) -> Suggestion | None:
    sessions = evidence.timeline.sessions
    if not sessions or not evidence.first_five.active or not sessions[-1].missed_before:
        return None
    missed = sessions[-1].missed_before
    what = "the missed appointment" if missed == 1 else f"the {missed} missed appointments"
    return Suggestion(
        key="appointment_missed",
        kind="prompt",
        sentence=f"Ask about {what} before the last session.",
        rule="An appointment was missed within the first five sessions.",
        inputs=(Input("appointments missed", str(missed)),),
        uncertainty="Most dropout happens within the first sessions, yet most missed "
        "appointments do not lead to it.",
        false_alarm_rate=DESCRIPTION,
        things_to_try=THINGS_TO_TRY["missed"],
    )


def sudden_gain(evidence: Evidence) -> Suggestion | None:
    """The criterion needs three ratings after the gain, so it is news two ratings later."""
    for change in evidence.changes:
        rated = [
            s
            for line in evidence.timeline.lines.values()
            if line.scale.key == (change.measure, change.scale) and line.rater == change.rater
            for s in line.sessions
        ]
        for gain in change.sudden_gains:
            if gain.next_session in rated[-3:] and change.last_session == evidence.timeline.last:
                return Suggestion(
                    key="sudden_gain",
                    kind="prompt",
                    sentence=f"Ask about what helped: your client's {noun(change.construct)} "
                    f"score improved suddenly after session {gain.session}.",
                    rule=change.sudden_gains_note,
                    inputs=(
                        Input(f"session {gain.session}", f"{gain.before:g}"),
                        Input(f"session {gain.next_session}", f"{gain.after:g}"),
                    ),
                    uncertainty="The published criterion finds some gains by chance where "
                    "scores vary much.",
                    false_alarm_rate=FalseAlarmRate(None, None, "Not known for this scale."),
                    things_to_try=THINGS_TO_TRY["gain"],
                )
    return None


def ratings_apart(evidence: Evidence) -> Suggestion | None:
    gap = next((g for g in evidence.gaps if g.client_lower and g.times > 1), None)
    if gap is None:
        return None
    what = construct_words(gap.construct)
    return Suggestion(
        key=f"apart_{gap.construct}",
        kind="prompt",
        sentence=f"Ask about {what}: your client rated {'them' if what.endswith('s') else 'it'} "
        f"lower than you did, for the {ordinal(gap.times)} time.",
        rule=f"The client's rating lies at least {gap.notable:.1f} below the therapist's, not for "
        "the first time.",
        inputs=(
            Input("client", f"{gap.client:.1f}"),
            Input("therapist", f"{gap.therapist:.1f}"),
            Input("sessions like this", str(gap.times)),
        ),
        uncertainty="The evidence on agreement is contested: take it as something to talk about.",
        false_alarm_rate=DESCRIPTION,
        things_to_try=THINGS_TO_TRY["apart"],
    )


def area_needs_focus(evidence: Evidence) -> Suggestion | None:
    area = next((a for a in evidence.goals.areas if a.needs_focus), None)
    if area is None:
        return None
    return Suggestion(
        key="goal_focus",
        kind="prompt",
        sentence=f"Ask about {area.area or 'the goals'}: {area.reason}",
        rule=evidence.goals.rule,
        inputs=(Input("open goals in this area", str(len(area.goals))),),
        uncertainty="Goals move at different speeds; a pause may be what is needed.",
        false_alarm_rate=DESCRIPTION,
        things_to_try=THINGS_TO_TRY["goal"],
    )
