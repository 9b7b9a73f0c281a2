"""The shape of a measure's key: what is needed to score it, and what its numbers mean.

An instrument is data, read from one TOML file. It never holds the wording of other people's
measures: that is imported by each practice under its own licence. Our own short forms carry
their wording as plain message ids, ready for gettext.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from rapport.science import history

Respondent = Literal["client", "therapist", "interpreter"]
WordingPolicy = Literal["ours", "imported"]
Method = Literal["sum", "mean"]
Severity = Literal["unanswered", "present", "high"]


class InstrumentError(ValueError):
    """An instrument file is wrong, or no instrument has the key that was asked for."""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer button: its ``value``, and its ``label`` where the wording is ours."""

    value: int
    label: str = ""
    loinc: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One question.

    ``step`` is the distance between allowed answers: 1 for buttons, .1 for a line marked to the
    millimetre. ``options`` is empty for such a line. ``text`` and ``help`` are ours or empty.
    """

    key: str
    number: int
    minimum: float
    maximum: float
    step: float = 1.0
    loinc: str = ""
    text: str = ""
    help: str = ""
    options: tuple[Option, ...] = ()

    def reversed(self, answer: float) -> float:
        """The answer turned round within the item's range."""
        return self.minimum + self.maximum - answer


@dataclass(frozen=True, slots=True)
class MissingRule:
    """How many items of a scale may be missing; the rest then stand in by their mean."""

    at_most: int = 0
    source: str = ""


@dataclass(frozen=True, slots=True)
class Band:
    """A named stretch of the scale, both ends included."""

    minimum: float
    maximum: float
    label: str


@dataclass(frozen=True, slots=True)
class CutOff:
    """A published point on the scale. The clinical side is the worse one, the point included.

    ``population`` says for whom; the first cut-off whose ``kind`` is ``"clinical"`` and which is
    certain is the one that the engine reads.
    """

    value: float
    kind: Literal["clinical", "remission", "other"]
    meaning: str
    population: str = ""
    source: str = ""
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Norm:
    """Mean and standard deviation of one published sample, in scale units."""

    population: Literal["clinical", "general"]
    mean: float
    sd: float
    n: int
    source: str


@dataclass(frozen=True, slots=True)
class Reliability:
    """A reliability coefficient and the standard deviation of the sample it came from."""

    coefficient: float
    sd: float | None
    kind: str
    source: str


@dataclass(frozen=True, slots=True)
class ReliableChange:
    """A published threshold in scale units: a change this large or larger is reliable."""

    value: float
    source: str
    certain: bool = True


@dataclass(frozen=True, slots=True)
class ScaleKey:
    """How one scale is made from items, and what is published about its numbers.

    ``reverse`` names those of ``items`` that count turned round. It belongs to the scale: one
    item may count one way in a total and the other way on its own. ``response_share`` is the
    share of the first score by which it must fall to be called a response.
    """

    key: str
    label: str
    construct: str
    role: history.Role
    higher_is_better: bool
    items: tuple[str, ...]
    method: Method
    minimum: float
    maximum: float
    reverse: tuple[str, ...] = ()
    factor: float = 1.0
    missing: MissingRule = MissingRule()
    loinc: str = ""
    bands: tuple[Band, ...] = ()
    cutoffs: tuple[CutOff, ...] = ()
    norms: tuple[Norm, ...] = ()
    reliability: Reliability | None = None
    reliable_change: ReliableChange | None = None
    response_share: float | None = None

    def band(self, value: float) -> Band | None:
        """The band that ``value`` lies in; between two bands the lower one still holds."""
        reached = [band for band in self.bands if band.minimum <= value]
        return max(reached, key=lambda band: band.minimum, default=None)

    @property
    def clinical_norm(self) -> Norm | None:
        """The published sample of people in treatment, if there is one."""
        return next((norm for norm in self.norms if norm.population == "clinical"), None)

    @property
    def clinical_cutoff(self) -> float | None:
        clinical = (c.value for c in self.cutoffs if c.kind == "clinical" and c.certain)
        return next(clinical, None)


@dataclass(frozen=True, slots=True)
class RiskRule:
    """An answer of ``at_least`` on ``item`` is a risk answer of this ``severity``."""

    item: str
    at_least: float
    severity: Severity
    words: str


@dataclass(frozen=True, slots=True)
class Instrument:
    """One measure's key.

    ``family`` is what its scores are filed under (``Scale.measure``): the client's and the
    therapist's form of one measure share it, so the two sides stand on the same scale.
    """

    key: str
    family: str
    title: str
    version: str
    respondent: Respondent
    validated: bool
    wording: WordingPolicy
    licence: str
    credit: str
    items: tuple[Item, ...]
    scales: tuple[ScaleKey, ...]
    risks: tuple[RiskRule, ...] = ()
    intro: str = ""
    licence_warning: str = ""
    source: str = ""
    loinc: str = ""
    identifiers: tuple[str, ...] = ()
    unscored_loinc: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def item(self, key: str) -> Item:
        """The item of that key; raises :class:`InstrumentError` naming the instrument."""
        for item in self.items:
            if item.key == key:
                return item
        raise InstrumentError(f"{self.title} has no item {key!r}.")

    def scale(self, key: str) -> ScaleKey:
        """The scale of that key; raises :class:`InstrumentError` naming the instrument."""
        for scale in self.scales:
            if scale.key == key:
                return scale
        raise InstrumentError(f"{self.title} has no scale {key!r}.")

    def history_scales(self) -> Iterator[history.Scale]:
        """The scales as the relationship engine reads them; uncertain figures are left out."""
        for scale in self.scales:
            reliability, change = scale.reliability, scale.reliable_change
            norm = scale.clinical_norm
            yield history.Scale(
                measure=self.family,
                scale=scale.key,
                construct=scale.construct,
                role=scale.role,
                higher_is_better=scale.higher_is_better,
                minimum=scale.minimum,
                maximum=scale.maximum,
                reliability=reliability.coefficient if reliability else None,
                source_sd=reliability.sd if reliability else None,
                reliable_change=change.value if change and change.certain else None,
                clinical_cutoff=scale.clinical_cutoff,
                norm_mean=norm.mean if norm else None,
                norm_sd=norm.sd if norm else None,
                norm_source=f"{norm.source}, n = {norm.n:,}" if norm else "",
                validated=self.validated,
                label=scale.label,
            )
