"""What the practice's own data have taught, and whether it holds for clients it never saw."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from math import exp
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rapport.alliance.queries.learnt import ModelRow, model_board
from rapport.web.design.calibration import Held, calibration_chart
from rapport.web.design.charts import Drawing
from rapport.web.design.tags import number
from rapport.web.shell import MemberRequest

NORMAL_975 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class ModelCard:
    """One model in words, and pictures of how its forecasts held."""

    title: str
    sentence: str
    facts: tuple[tuple[str, str], ...]
    drawings: tuple[Drawing, ...]


@require_safe
def models(request: MemberRequest) -> HttpResponse:
    cards = [_card(row) for row in model_board(by=request.actor)]
    return render(request, "supervisor/models.jinja", {"cards": cards})


def _card(row: ModelRow) -> ModelCard:
    drawings: tuple[Drawing, ...] = ()
    fared: tuple[tuple[str, str], ...] = ()
    if row.judgement and "course" in row.judgement:
        drawings, fared = _course(row.judgement["course"])
    elif row.judgement:
        drawings, fared = _dropout(row.judgement["dropout"])
    return ModelCard(_title(row), _sentence(row), (*fared, *_origin(row)), drawings)


def _title(row: ModelRow) -> str:
    if row.kind == "dropout":
        return _("Ending without a plan, from the client's %(what)s") % {"what": row.label.lower()}
    who = {"client": _("client"), "therapist": _("therapist")}[row.rater]
    return _("Expected course: %(what)s, rated by the %(who)s") % {"what": row.label, "who": who}


def _sentence(row: ModelRow) -> str:
    if not row.kept_why:
        return _("This practice's own model is in use.")
    return _("Assumptions stay in use. %(why)s") % {"why": row.kept_why}


def _origin(row: ModelRow) -> tuple[tuple[str, str], ...]:
    counted = _("%(clients)s clients, %(ratings)s ratings") % {
        "clients": f"{row.clients:,}",
        "ratings": f"{row.ratings:,}",
    }
    return ((_("Learnt from"), counted), (_("Version"), str(row.version)))


def _course(fared: dict[str, Any]) -> tuple[tuple[Drawing, ...], tuple[tuple[str, str], ...]]:
    """Of the ratings said to lie below a value with a chance of 10, 20 … 90 %, how many did."""
    n = fared["forecasts"]
    shares = list(accumulate(fared["deciles"]))[:-1]
    held = tuple(Held(10.0 * at, 100 * share, n) for at, share in enumerate(shares, start=1))
    drawing = calibration_chart(
        _("Do its forecasts hold for clients it was not learnt from?"),
        _("said to lie below, per cent"),
        _("lay below, per cent"),
        held,
        right=_("where forecasts are right"),
    )
    inside = _("%(inside)s %% of ratings, where %(level)s %% is right") % {
        "inside": number(100 * fared["inside"], 0),
        "level": number(100 * fared["level"], 0),
    }
    reach = NORMAL_975 * fared["gain_se"]
    low, likelier, high = (exp(fared["gain"] + off) for off in (-reach, 0, reach))
    gain = _("each rating was %(n)s times as likely by it (95 %% interval %(low)s to %(high)s)") % {
        "n": f"{likelier:.2f}",
        "low": f"{low:.2f}",
        "high": f"{high:.2f}",
    }
    return (drawing,), ((_("Within its band"), inside), (_("Beside the assumptions"), gain))


def _dropout(fared: dict[str, Any]) -> tuple[tuple[Drawing, ...], tuple[tuple[str, str], ...]]:
    judged = [one for one in fared["at_sessions"] if one["accuracy"]]
    facts = tuple(
        (_("After session %(n)d") % {"n": one["after"]}, _accuracy(one["accuracy"]))
        for one in judged
    )
    drawings = tuple(
        calibration_chart(
            _("Chance of ending without a plan by session %(by)d, seen after session %(after)d")
            % {"by": one["by"], "after": one["after"]},
            _("predicted, per cent"),
            _("ended so, per cent"),
            tuple(
                Held(
                    100 * group["predicted"],
                    100 * group["observed"],
                    group["n"],
                    100 * group["low"],
                    100 * group["high"],
                )
                for group in one["accuracy"]["calibration"]["groups"]
            ),
            right=_("where predictions are right"),
        )
        for one in judged
    )
    return drawings, facts


def _accuracy(found: dict[str, Any]) -> str:
    return _(
        "AUC %(auc)s (standard error %(se)s), Brier score %(brier)s; the mean alone %(mean)s; "
        "calibration slope %(slope)s"
    ) % {
        "auc": f"{found['auc']['auc']:.2f}",
        "se": f"{found['auc']['se']:.2f}",
        "brier": f"{found['brier']:.3f}",
        "mean": f"{found['brier_of_mean']:.3f}",
        "slope": f"{found['calibration']['slope']:.2f}",
    }
