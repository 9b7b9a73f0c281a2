"""What holds of every table: which way keys point, and that rows belong to a practice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db.models import ForeignKey, Model

from rapport.kernel.scope import Scoped, ScopedManager

LAYERS = (
    {"kernel"},
    {"people"},
    {"alerts"},
    {"scheduling", "agreements"},
    {"calls", "measures", "goals", "records"},
    {"billing", "recordings", "messaging"},
    {"alliance"},
    {"research"},
)
UNSCOPED = {
    "people.User": "signs in before any practice is known",
    "people.Practice": "is the practice",
    "kernel.AuditHead": "the chain is walked across practices",
    "kernel.AuditEntry": "the chain is walked across practices",
    "kernel.OutboxMessage": "the relay delivers for every practice",
}


def ours() -> list[type[Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("rapport.")]


def keys() -> Iterator[ForeignKey]:
    for model in ours():
        yield from (field for field in model._meta.fields if isinstance(field, ForeignKey))


def level(model: type[Model]) -> int:
    room = model._meta.app_label
    return next(number for number, layer in enumerate(LAYERS) if room in layer)


def test_there_are_tables_to_look_at() -> None:
    assert len(ours()) > 15
    assert len(list(keys())) > 40


def test_foreign_keys_point_down_or_stay_in_their_room() -> None:
    wrong = [
        str(key)
        for key in keys()
        if key.model._meta.app_label != key.related_model._meta.app_label
        and level(key.related_model) >= level(key.model)
    ]
    assert not wrong


def test_no_room_hangs_a_name_on_another_rooms_table() -> None:
    wrong = [
        str(key)
        for key in keys()
        if key.model._meta.app_label != key.related_model._meta.app_label
        and not key.remote_field.hidden
    ]
    assert not wrong


def test_every_row_belongs_to_a_practice_but_for_those_listed() -> None:
    unscoped = {model._meta.label for model in ours() if not issubclass(model, Scoped)}
    assert unscoped == set(UNSCOPED)


@pytest.mark.parametrize("model", [model for model in ours() if issubclass(model, Scoped)])
def test_every_way_to_its_rows_is_scoped(model: type[Model]) -> None:
    assert isinstance(model._meta.default_manager, ScopedManager)
    assert isinstance(model._meta.base_manager, ScopedManager)
