"""Other people's measures are shown in the wording a practice has imported, or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rapport.kernel import scope
from rapport.measures import actions, forms
from rapport.measures.actions.wording import WordingNotTaken
from rapport.measures.models import Wording
from tests.people import NOW, World, actor
from tests.rooms.measures.test_questionnaire import form as heron_form
from tests.rooms.measures.test_questionnaire import questions


@pytest.fixture
def heron_file(tmp_path: Path) -> Path:
    """A Questionnaire in the shape of the PHQ-9, about herons."""
    path = tmp_path / "heron.json"
    path.write_text(json.dumps(heron_form()), encoding="utf-8")
    return path


def test_imported_wording_is_shown_with_its_terms(in_practice: World, heron_file: Path) -> None:
    taken, refused = actions.import_wording(heron_file, by=actor(in_practice.omar), at=NOW)
    assert [(one.instrument, one.replaced) for one in taken] == [("phq9", False)]
    assert refused == ()
    shown = forms.form_of("phq9", language="en")
    assert shown.title == "The Heron Questionnaire"
    assert shown.copyright == taken[0].copyright != ""
    assert len(shown.questions) == 9
    assert [answer.value for answer in shown.questions[0].answers] == ["0", "1", "2", "3"]
    assert [answer.urgent for answer in shown.questions[8].answers] == [False, True, True, True]


def test_importing_again_takes_the_place_of_the_one_before(
    in_practice: World, heron_file: Path
) -> None:
    by = actor(in_practice.omar)
    actions.import_wording(heron_file, by=by, at=NOW)
    taken, _refused = actions.import_wording(heron_file, by=by, at=NOW)
    assert taken[0].replaced
    assert Wording.objects.count() == 1


def test_a_form_that_lacks_an_item_is_refused_and_nothing_is_kept(
    in_practice: World, tmp_path: Path
) -> None:
    lacking = heron_form()
    questions(lacking).pop()
    path = tmp_path / "lacking.json"
    path.write_text(json.dumps(lacking), encoding="utf-8")
    with pytest.raises(WordingNotTaken) as refused:
        actions.import_wording(path, by=actor(in_practice.omar), at=NOW)
    assert "item 9" in refused.value.message
    assert not Wording.objects.exists()


def test_our_own_forms_need_no_import(in_practice: World) -> None:
    shown = forms.form_of("week_check", language="de")
    assert len(shown.questions) + 1 <= 8
    assert all(question.words and question.answers for question in shown.questions)
    assert not shown.validated


@pytest.mark.parametrize("rater", ["client", "therapist", "interpreter"])
def test_each_own_form_is_answered_and_sent_in_eight_taps(in_practice: World, rater: str) -> None:
    shown = forms.form_of(f"relationship_check_{rater}", language="en")
    assert len(shown.questions) + 1 == 8
    assert all(5 <= len(question.answers) <= 7 for question in shown.questions)


def test_another_practices_wording_is_not_ours(in_practice: World, heron_file: Path) -> None:
    actions.import_wording(heron_file, by=actor(in_practice.omar), at=NOW)
    with scope.practice(in_practice.elsewhere.id), pytest.raises(forms.WordingMissing):
        forms.form_of("phq9", language="en")
