"""The first five sessions: both ratings, attendance, slope, what is missing, one step."""

from __future__ import annotations

import math

from rapport.science.assessment import Estimate, FirstFive, FirstFiveSlot, SlotState, Withheld
from rapport.science.change import t_quantile
from rapport.science.timeline import Line, Timeline

FIRST = 5
SLOPE_MINIMUM = 3
LEVEL = 0.95


def first_five(timeline: Timeline) -> FirstFive:
    """Return the strip; it is active until the sixth session."""
    alliance = timeline.alliance
    client = timeline.line(alliance, "client") if alliance else None
    therapist = timeline.line(alliance, "therapist") if alliance else None
    held = {s.number: s.missed_before for s in timeline.sessions}
    slots = tuple(
        _slot(number, held.get(number), client, therapist, open=number in timeline.open_sessions)
        for number in range(1, FIRST + 1)
    )
    return FirstFive(
        active=timeline.last <= FIRST,
        slots=slots,
        client_slope=_slope_of(client, "client"),
        therapist_slope=_slope_of(therapist, "therapist"),
        missing=_missing(slots),
        step=_step(slots, timeline.last),
    )


def _slot(
    number: int,
    missed_before: int | None,
    client: Line | None,
    therapist: Line | None,
    *,
    open: bool,
) -> FirstFiveSlot:
    client_present, client_value = _mark(client, number)
    therapist_present, therapist_value = _mark(therapist, number)
    attended = missed_before is not None
    return FirstFiveSlot(
        session=number,
        state="open" if attended and open else _state(attended, client_present, therapist_present),
        attended=attended,
        missed_before=missed_before or 0,
        client_present=client_present,
        client_value=client_value,
        therapist_present=therapist_present,
        therapist_value=therapist_value,
    )


def _mark(line: Line | None, number: int) -> tuple[bool, float | None]:
    if line is None or number not in line.given:
        return False, None
    return True, line.given[number]


def _state(attended: bool, client: bool, therapist: bool) -> SlotState:
    if not attended:
        return "upcoming"
    if client and therapist:
        return "complete"
    if client:
        return "waiting_therapist"
    return "waiting_client" if therapist else "waiting_both"


def slope(sessions: tuple[int, ...], values: tuple[float, ...]) -> Estimate | Withheld:
    """Least-squares slope a session with its t interval.

    Parameters
    ----------
    sessions, values
        Session numbers and ratings in scale units; both of shape (n,).

    Returns
    -------
    Estimate or Withheld
        b = Σ(s−s̄)(y−ȳ)/Σ(s−s̄)², SE = √(Σe²/(n−2)/Σ(s−s̄)²), b ± t(.975, n−2)·SE in scale
        units a session. Withheld below :data:`SLOPE_MINIMUM` ratings. Checked against scipy's
        ``linregress``.
    """
    n = len(sessions)
    if n < SLOPE_MINIMUM:
        return Withheld(
            "too_few",
            f"A slope needs at least {SLOPE_MINIMUM} ratings; there "
            f"{'is' if n == 1 else 'are'} {n or 'none'}.",
            SLOPE_MINIMUM,
            n,
        )
    mean_s, mean_y = math.fsum(sessions) / n, math.fsum(values) / n
    sss = math.fsum((s - mean_s) ** 2 for s in sessions)
    ssy = math.fsum((s - mean_s) * (y - mean_y) for s, y in zip(sessions, values, strict=True))
    b = ssy / sss
    squares = math.fsum(
        (y - mean_y - b * (s - mean_s)) ** 2 for s, y in zip(sessions, values, strict=True)
    )
    se = math.sqrt(squares / (n - 2) / sss)
    reach = t_quantile((1 + LEVEL) / 2, n - 2) * se
    return Estimate(b, se, b - reach, b + reach, LEVEL, n)


def _slope_of(line: Line | None, who: str) -> Estimate | Withheld:
    if line is None:
        return Withheld(
            "too_few", f"There is no alliance rating by the {who} yet.", SLOPE_MINIMUM, 0
        )
    early = sum(session <= FIRST for session in line.sessions)
    return slope(line.sessions[:early], line.values[:early])


def _missing(slots: tuple[FirstFiveSlot, ...]) -> tuple[str, ...]:
    said = []
    for slot in slots:
        if slot.state == "open":
            continue
        if slot.attended and not slot.client_present:
            said.append(f"Session {slot.session}: your client's rating is missing.")
        if slot.attended and not slot.therapist_present:
            said.append(f"Session {slot.session}: your own rating is missing.")
    return tuple(said)


def _step(slots: tuple[FirstFiveSlot, ...], last: int) -> str:
    """The first of these that applies, in order of how much it would tell."""
    held = [slot for slot in slots if slot.attended]
    if not held:
        return "Agree at the first session that you will both rate how you work together."
    latest = held[-1]
    n = latest.session
    ways = (
        (last > FIRST, "The first five sessions are over; look back at them together."),
        (
            latest.state == "open" and not latest.missed_before,
            f"Both rate session {n} while it is fresh; then you can look at it together.",
        ),
        (
            latest.missed_before and not latest.client_present and latest.state != "open",
            "Ask about the missed appointment, and invite your client to rate the session.",
        ),
        (
            latest.missed_before,
            "Ask about the missed appointment: what would make it easier to come?",
        ),
        (
            not latest.client_present,
            f"Invite your client to rate session {n} before you next meet.",
        ),
        (
            not latest.therapist_present,
            f"Rate session {n} yourself, before you look at your client's rating.",
        ),
        (
            n == FIRST,
            "Review the first five sessions together: what should stay, and what should change?",
        ),
    )
    otherwise = f"Look at both ratings of session {n} together, and ask what helped."
    return next((said for applies, said in ways if applies), otherwise)
