"""What the screens read: frozen pictures of a day, a dyad, a caseload.

Nothing here computes an assessment; all of it reads what ``actions.reassess`` stored.
"""

from rapport.alliance.queries.brief import Brief, ClientChoice, brief_for
from rapport.alliance.queries.caseload import (
    ClientRow,
    ClientsPage,
    RadarFilters,
    RadarPage,
    RadarRow,
    TherapistChoice,
    clients_page,
    radar,
)
from rapport.alliance.queries.course import CourseEvent, Point, Series, SessionPoint
from rapport.alliance.queries.note_facts import note_facts
from rapport.alliance.queries.parts import (
    Attendance,
    ComingScore,
    Computed,
    GoalLine,
    Mark,
    PromiseLine,
    RiskLine,
    Strip,
    SuggestionCard,
    WordsLine,
)
from rapport.alliance.queries.relationship import RelationshipView, relationship_view
from rapport.alliance.queries.reveal import Reveal, RevealRow, reveal_for
from rapport.alliance.queries.stages import (
    EvidencePrompt,
    StageChoice,
    StageEntry,
    StagePanel,
    stage_panel,
)
from rapport.alliance.queries.today import MissingRating, Today, TodayDyad, TodayRow, today_for

__all__ = [
    "Attendance",
    "Brief",
    "ClientChoice",
    "ClientRow",
    "ClientsPage",
    "ComingScore",
    "Computed",
    "CourseEvent",
    "EvidencePrompt",
    "GoalLine",
    "Mark",
    "MissingRating",
    "Point",
    "PromiseLine",
    "RadarFilters",
    "RadarPage",
    "RadarRow",
    "RelationshipView",
    "Reveal",
    "RevealRow",
    "RiskLine",
    "Series",
    "SessionPoint",
    "StageChoice",
    "StageEntry",
    "StagePanel",
    "Strip",
    "SuggestionCard",
    "TherapistChoice",
    "Today",
    "TodayDyad",
    "TodayRow",
    "WordsLine",
    "brief_for",
    "clients_page",
    "note_facts",
    "radar",
    "relationship_view",
    "reveal_for",
    "stage_panel",
    "today_for",
]
