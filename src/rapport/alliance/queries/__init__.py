"""What the screens read: frozen pictures of a day, a dyad, a caseload.

Nothing here computes an assessment; all of it reads what ``actions.reassess`` stored.
"""

from rapport.alliance.queries.brief import Brief, ClientChoice
from rapport.alliance.queries.caseload import (
    ClientRow,
    ClientsPage,
    RadarFilters,
    RadarPage,
    RadarRow,
    TherapistChoice,
)
from rapport.alliance.queries.parts import (
    Attendance,
    Computed,
    GoalLine,
    Mark,
    PromiseLine,
    RiskLine,
    Strip,
    SuggestionCard,
    WordsLine,
)
from rapport.alliance.queries.relationship import (
    CourseEvent,
    Point,
    RelationshipView,
    Series,
    SessionPoint,
)
from rapport.alliance.queries.reveal import Reveal, RevealRow
from rapport.alliance.queries.stages import EvidencePrompt, StageChoice, StageEntry, StagePanel
from rapport.alliance.queries.today import MissingRating, Today, TodayDyad, TodayRow

__all__ = [
    "Attendance",
    "Brief",
    "ClientChoice",
    "ClientRow",
    "ClientsPage",
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
]
