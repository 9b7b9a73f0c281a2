"""What the components receive: plain facts, already worded and decided by the door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Unseen = Literal["missing", "waiting", "sealed"]
Role = Literal["client", "therapist", "interpreter"]


@dataclass(frozen=True, slots=True)
class NavItem:
    """A place in the rail; ``keys`` is the sequence that opens it, such as ``"g t"``."""

    label: str
    url: str
    icon: str
    current: bool = False
    keys: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class Shell:
    """The frame of a page. Clients get one with no navigation and no name."""

    practice: str
    synthetic: bool = False
    person: str = ""
    person_id: str = ""
    home_url: str = "/"
    nav: tuple[NavItem, ...] = ()
    search_url: str = ""
    account_url: str = ""
    sign_out_url: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer or option; ``urgent`` ones show crisis help at once, even without a connection."""

    value: str
    label: str
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """One of the first sessions: whether it was held, and each side's rating if given.

    Where there is no rating to show, ``unseen`` says why: it is missing, it can still come, or
    it is given and sealed. Sides without an entry are missing.
    """

    session: int
    state: Literal["held", "missed", "due"] = "due"
    client: float | None = None
    therapist: float | None = None
    unseen: Mapping[str, Unseen] = field(default_factory=dict)

    def look(self, side: str) -> Literal["rated"] | Unseen:
        """How one side's mark stands: filled when rated or sealed, hollow when not."""
        if getattr(self, side) is not None:
            return "rated"
        return self.unseen.get(side, "missing")


@dataclass(frozen=True, slots=True)
class Strip:
    """The first five sessions; ``low`` and ``high`` are the real range of the scale."""

    slots: tuple[Slot, ...]
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Level:
    """One construct now: both sides on the scale's real range, with an expected range if known."""

    label: str
    low: float
    high: float
    client: float | None = None
    therapist: float | None = None
    interpreter: float | None = None
    band: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Prompt:
    """The one alert of a session: a sentence, and everything needed to doubt it."""

    sentence: str
    rule: str
    inputs: str
    uncertainty: str
    false_alarms: str
    tries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Risk:
    """A risk answer that somebody owns until they acknowledge it."""

    sentence: str
    facts: str


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened, on a timeline."""

    when: str
    words: str
    detail: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """One of the four stages, as a clinician confirmed it."""

    name: str
    state: Literal["done", "now", "ahead"]
    when: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A prompt for the decision to move on: seen, not seen, or not yet known."""

    words: str
    met: bool | None = None


@dataclass(frozen=True, slots=True)
class Tab:
    """A neighbouring page; ``current`` is this one, ``keys`` open it."""

    label: str
    url: str
    current: bool = False
    count: int = 0
    keys: str = ""


@dataclass(frozen=True, slots=True)
class CrisisLine:
    """Somebody to call: ``number`` as people read it; the link is made from its digits."""

    label: str
    number: str
