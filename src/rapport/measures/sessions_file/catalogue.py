"""Which measures a file may name: the shipped ones, and those its mapping declares."""

from __future__ import annotations

from collections.abc import Iterable

from rapport.measures.sessions_file.cells import BadCellError, shown
from rapport.science import instruments
from rapport.science.history import Rater, Scale
from rapport.science.instruments.shape import Instrument


class Catalogue:
    """Finds the instrument or the scale that a row names, by measure and rater."""

    def __init__(self, declared: Iterable[Scale]) -> None:
        self.scales: dict[tuple[str, str], Scale] = {}
        self._forms: dict[tuple[str, str], Instrument] = {}
        for form in instruments.all():
            self._forms[form.key, form.respondent] = form
            self._forms[form.family, form.respondent] = form
            for scale in form.history_scales():
                self.scales[scale.key] = scale
        self._shipped = {name for name, _ in self._forms}
        self._declared = {scale.key: scale for scale in declared}
        self.scales |= self._declared

    def shadowed(self) -> list[str]:
        """Declared measures that are shipped already, and so must not be declared."""
        return sorted({measure for measure, _ in self._declared} & self._shipped)

    def form(self, measure: str, rater: Rater) -> Instrument:
        """The shipped form that this rater answers."""
        form = self._forms.get((measure, rater))
        if form is not None:
            return form
        raters = sorted(who for name, who in self._forms if name == measure)
        if raters:
            raise BadCellError(
                f"{measure} is answered by the {' or '.join(raters)}, not the {rater}"
            )
        if any(name == measure for name, _ in self._declared):
            raise BadCellError(f"{measure} is declared by its scales, so it has no items to score")
        raise BadCellError(self._unknown(measure))

    def scale(self, measure: str, rater: Rater, name: str) -> Scale:
        """The scale of that name; a shipped one also has to be this rater's."""
        declared = self._declared.get((measure, name))
        if declared is not None:
            return declared
        if measure not in self._shipped:
            known = [scale for key, scale in self._declared if key == measure]
            if known:
                raise BadCellError(f"{measure} has no scale {shown(name)}, only {', '.join(known)}")
            raise BadCellError(self._unknown(measure))
        form = self.form(measure, rater)
        if all(scale.key != name for scale in form.scales):
            known = [scale.key for scale in form.scales]
            raise BadCellError(f"{measure} has no scale {shown(name)}, only {', '.join(known)}")
        return self.scales[form.family, name]

    def _unknown(self, measure: str) -> str:
        return (
            f"the measure {shown(measure)} is unknown; `rapport measures list` names the shipped "
            "ones, and a mapping can declare another one's scales"
        )
