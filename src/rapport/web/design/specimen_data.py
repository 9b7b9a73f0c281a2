"""The invented practice of the specimen pages. Nobody here is real."""

from __future__ import annotations

from datetime import date, timedelta

from rapport.web.design.chart_svg import sparkline
from rapport.web.design.charts import (
    Axis,
    Band,
    Bounds,
    Drawing,
    Event,
    Level,
    Point,
    Series,
    goal_chart,
    outcome_chart,
    relationship_chart,
)
from rapport.web.design.parts import (
    Choice,
    CrisisLine,
    Evidence,
    Moment,
    NavItem,
    Prompt,
    Risk,
    Role,
    Shell,
    Slot,
    Stage,
    Strip,
    Tab,
)
from rapport.web.design.parts import Level as LevelRow

PRACTICE = "Lindenhof Practice"
FIRST_FIVE = Strip(
    (
        Slot(1, "held", 4.2, 5.1),
        Slot(2, "held", 4.8, None),
        Slot(3, "missed"),
        Slot(4, "held", 4.4, 5.9),
        Slot(5),
    ),
    1,
    7,
)
CHOICES = tuple(
    Choice(str(value), label)
    for value, label in enumerate(
        (
            "Not at all",
            "Hardly",
            "A little",
            "Partly",
            "Mostly",
            "Very much",
            "Completely",
        ),
        1,
    )
)
PROMPT = Prompt(
    sentence="Ask about the goals: he rated them lower than you did, twice running.",
    rule="Client’s goal rating at least one point under the therapist’s at two sessions in a row.",
    inputs="Session 3: 4.0 and 5.5. Session 4: 3.8 and 5.9.",
    uncertainty="Two ratings can differ this much by chance: a reason to ask, no more.",
    false_alarms="In steady relationships this shows at about 6 in 100 sessions.",
    tries=(
        "Read the goals aloud together and ask which one still matters.",
        "Ask what would have made last time more useful.",
        "Let him put one goal in new words.",
    ),
)
RISK = Risk(
    sentence="Ines Moreau said that she thinks of harming herself.",
    facts="Answered today 09:12 · Week Check, before session 5 · yours · "
    "acknowledge by 09:42, then Dana Weiss is told",
)


def pages() -> dict[str, dict[str, object]]:
    """The values of each page, by the name of its template."""
    practice = {"csrf_input": "", "prompt": PROMPT, "risk": RISK, "first_five": FIRST_FIVE}
    client: dict[str, object] = {
        "shell": Shell(PRACTICE, synthetic=True),
        "choices": (*CHOICES[:-1], Choice("7", "Completely", urgent=True)),
        "crisis_words": "You do not have to wait for your next session.",
        "crisis_lines": (
            CrisisLine("Crisis line, day and night", "555 0100"),
            CrisisLine("Emergency", "555 0199"),
        ),
    }
    return {
        "today": practice | {"shell": _shell("Today"), "rows": _rows()},
        "brief": practice | {"shell": _shell("Clients")} | _brief(),
        "charts": practice | {"shell": _shell("Clients"), "charts": _charts()},
        "forms": practice | {"shell": _shell("Clients"), "choices": CHOICES[:3]} | _errors(),
        "states": practice | {"shell": _shell("Supervision")},
        "question": client,
        "thanks": client,
        "urgent": client,
    }


def _shell(current: str) -> Shell:
    places = (
        ("Today", "today", "today", "g t", 1),
        ("Clients", "brief", "clients", "g c", 0),
        ("Schedule", "forms", "schedule", "g s", 0),
        ("Supervision", "states", "supervision", "g v", 0),
    )
    return Shell(
        practice=PRACTICE,
        synthetic=True,
        person="Alice Brandt",
        search_url="search.html",
        account_url="forms.html",
        sign_out_url="today.html",
        nav=tuple(
            NavItem(label, f"{page}.html", icon, label == current, keys, count)
            for label, page, icon, keys, count in places
        ),
    )


def _rows() -> list[dict[str, object]]:
    full = Strip(tuple(Slot(n, "held", 5.0, 5.0) for n in range(1, 6)), 1, 7)
    new = Strip((Slot(1, "held", None, 4.8), *(Slot(n) for n in range(2, 6))), 1, 7)
    rows = (
        ("09:00", "Ines Moreau", "session 12", "", None),
        ("11:00", "Bea Larkin", "session 2", "Your rating is missing", new),
        ("14:00", "Ben Ashdown", "session 5", "", FIRST_FIVE),
        ("16:30", "Carl and Noor Oduya", "session 6, couple", "", full),
    )
    names = ("time", "name", "note", "badge", "strip")
    return [dict(zip(names, row, strict=True)) for row in rows]


def _errors() -> dict[str, object]:
    return {
        "errors": {
            "at": "Enter a time, such as 14:00",
            "email": "Enter the whole address, such as bea@example.org",
        }
    }


def _brief() -> dict[str, object]:
    return {
        "tabs": (
            Tab("Brief", "#", current=True),
            Tab("Relationship", "#"),
            Tab("Goals", "#", count=2),
            Tab("Check-ins", "#"),
        ),
        "levels": (
            LevelRow("Goals", 1, 7, 3.8, 5.9),
            LevelRow("Tasks", 1, 7, 4.9, 5.2, band=(4.1, 5.9)),
            LevelRow("Bond", 1, 7, 6.1, 5.9, band=(5.0, 6.6)),
            LevelRow("Real relationship", 1, 7, 5.5, None),
        ),
        "numbers": (("Goals", "3.8", "5.9"), ("Tasks", "4.9", "5.2"), ("Bond", "6.1", "5.9")),
        "drawing": _relationship(),
        "goal_spark": sparkline((3, 4, None, 4, 6), 0, 10, "client", "4, then 6 of 10"),
        "stages": (
            Stage("Commitment", "done", "session 1"),
            Stage("Process", "now", "since session 3"),
            Stage("Change", "ahead"),
            Stage("Termination", "ahead"),
        ),
        "evidence": (
            Evidence("Agreement signed", met=True),
            Evidence("Goals agreed in his words", met=True),
            Evidence("A gain held over three sessions", met=False),
            Evidence("Early memories of a gain spoken about"),
        ),
        "moments": (
            Moment("Session 4", "Repair: the misread letter was talked about"),
            Moment("Session 3", "Rupture", "The rating fell by 1.6"),
            Moment("Session 1", "Agreement signed", url="#"),
        ),
    }


def _relationship() -> Drawing:
    client = (4.2, 4.6, 5.0, 3.4, 4.9, None, 5.5, 5.7, 5.4, 5.9)
    therapist = (5.1, None, 5.3, 5.0, 5.1, 5.2, 5.5, 5.4, 5.8, 5.9)
    return relationship_chart(
        "How have you each rated the relationship?",
        Axis("Relationship Check, 1 to 7", 1, 7),
        (_series("Client", "client", client), _series("Therapist", "therapist", therapist)),
        (
            Band(
                "Expected for the client, 80 %",
                "client",
                tuple(Bounds(n, 3.4 + 0.08 * n, 5.4 + 0.1 * n) for n in range(1, 11)),
            ),
        ),
        (Event(3, "Process"), Event(4, "Rupture"), Event(5, "Repair"), Event(9, "Goal met")),
    )


def _charts() -> list[dict[str, object]]:
    distress = (24, 22, 23, 21, None, 16, 14, 15, 12, 11, 12, 10, 9, 9)
    outcome = outcome_chart(
        "Is the week getting easier?",
        Axis("Week Check, 0 to 40 (lower is better)", 0, 40),
        _series("Ben", "client", distress),
        band=Band(
            "Expected, 80 %",
            "client",
            tuple(Bounds(n, 14 - 0.7 * n, 30 - 0.8 * n) for n in range(1, 15)),
        ),
        levels=(Level(35, "A named level"),),
        events=(Event(6, "Sudden gain"),),
    )
    goal = goal_chart(
        "How far is “say no once a week”?",
        (
            _series("Client", "client", (3, 4, None, 4, 6)),
            _series("Therapist", "therapist", (3, 4, 4, 5, 6)),
        ),
    )
    triad = relationship_chart(
        "How do the three of you see the bond?",
        Axis("Bond, 1 to 7", 1, 7),
        (
            _series("Client", "client", (4.0, 4.5, 5.0)),
            _series("Therapist", "therapist", (4.0, 5.0, 5.5)),
            _series("Interpreter", "interpreter", (4.0, 4.0, 5.2)),
        ),
    )
    said = ("You have come closer since session 4.", "Distress fell by more than chance would.")
    more = ("Both of you see it move.", "The three of you agree more than at the start.")
    drawings = (_relationship(), outcome, goal, triad)
    return [{"sentence": s, "drawing": d} for s, d in zip(said + more, drawings, strict=True)]


def _series(label: str, role: Role, values: tuple[float | None, ...]) -> Series:
    first = date(2026, 9, 3)
    points = (Point(n, value, first + timedelta(weeks=n)) for n, value in enumerate(values, 1))
    return Series(label, role, tuple(points))
