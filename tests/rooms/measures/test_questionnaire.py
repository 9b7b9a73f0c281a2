"""Wording is read whole or refused. Every question here is invented: only codes are real."""

import copy
import gzip
import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rapport.measures import fhir_package
from rapport.measures.questionnaire import (
    Reading,
    UnreadableFileError,
    Wording,
    WordingError,
    WordingRefusedError,
    read,
)
from rapport.science import instruments

PHQ9 = instruments.load("phq9")
LABELS = ("Never once", "On some days", "On most days", "Day after day")
ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
CALCULATED = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression"

Form = dict[str, Any]


def loinc(code: str) -> list[Form]:
    return [{"system": "http://loinc.org", "code": code}]


def option(label: str, value: float | None) -> Form:
    coding: Form = {"display": label}
    weight = [] if value is None else [{"url": ORDINAL, "valueDecimal": value}]
    return {"valueCoding": coding, "extension": weight}


def question(link: str, code: str = "", text: str = "", **more: object) -> Form:
    options = [option(label, value) for value, label in enumerate(LABELS)]
    return {
        "linkId": link,
        "type": "choice",
        "text": text or f"How often did you meet a heron at pond {link}?",
        "code": loinc(code) if code else [],
        "answerOption": options,
        **more,
    }


def form(**more: object) -> Form:
    """A Questionnaire in the shape of the PHQ-9, about herons."""
    group = {
        "linkId": "g",
        "type": "group",
        "text": "In the last fortnight:",
        "item": [question(f"q{item.number}", item.loinc) for item in PHQ9.items],
    }
    return {
        "resourceType": "Questionnaire",
        "id": "herons",
        "title": "The Heron Questionnaire",
        "language": "en-GB",
        "copyright": "Nobody's. Herons are free.",
        "code": loinc("44249-1"),
        "item": [group],
        **more,
    }


def questions(body: Form) -> list[Form]:
    found: list[Form] = body["item"][0]["item"]
    return found


def bare(body: Form) -> Form:
    """The same form without any item's code."""
    for entry in questions(body):
        entry["code"] = []
    return body


@pytest.fixture
def read_form(tmp_path: Path) -> Callable[[Form], Wording]:
    def reading(body: Form) -> Wording:
        path = tmp_path / "form.json"
        path.write_text(json.dumps(body))
        (wording,) = read(path).wordings
        return wording

    return reading


ReadForm = Callable[[Form], Wording]


def test_a_whole_form_is_taken_with_its_words_and_terms(read_form: ReadForm) -> None:
    wording = read_form(form())
    assert (wording.instrument, wording.title) == ("phq9", "The Heron Questionnaire")
    assert (wording.language, wording.copyright) == ("en-GB", "Nobody's. Herons are free.")
    assert (wording.source, wording.intro) == ("form.json", "In the last fortnight:")
    assert list(wording.items) == [item.key for item in PHQ9.items]
    assert wording.items["phq9_9"] == "How often did you meet a heron at pond q9?"
    assert wording.options["phq9_9"] == tuple(enumerate(LABELS))
    assert wording.notes == ()
    assert len(wording.sha256) == 64


def test_a_form_without_item_nine_is_refused_saying_so(read_form: ReadForm) -> None:
    body = form()
    questions(body).pop()
    with pytest.raises(WordingRefusedError) as refused:
        read_form(body)
    assert "form.json (herons)" in str(refused.value)
    assert "(PHQ-9): it has 8 of 9 items: item 9 (44260-8) is missing." in str(refused.value)


def test_two_missing_items_are_both_named(read_form: ReadForm) -> None:
    body = form()
    del questions(body)[3:5]
    with pytest.raises(WordingRefusedError, match=r"item 4 \(.*item 5 \(.* are missing"):
        read_form(body)


def test_a_form_without_item_codes_is_matched_by_order_and_says_so(read_form: ReadForm) -> None:
    wording = read_form(bare(form()))
    assert wording.items["phq9_9"] == "How often did you meet a heron at pond q9?"
    assert wording.notes == ("The questions carry no codes and were matched by their order.",)


def test_a_form_without_item_codes_must_have_as_many_questions(read_form: ReadForm) -> None:
    body = bare(form())
    questions(body).pop()
    with pytest.raises(WordingRefusedError, match="it asks 8 questions where the key has 9"):
        read_form(body)


def test_codes_decide_where_the_order_is_another(read_form: ReadForm) -> None:
    body = form()
    questions(body).reverse()
    wording = read_form(body)
    assert list(wording.items) == [item.key for item in PHQ9.items]
    assert wording.items["phq9_9"] == "How often did you meet a heron at pond q9?"


def test_the_code_may_stand_in_the_link_id(read_form: ReadForm) -> None:
    body = bare(form())
    for item, entry in zip(PHQ9.items, questions(body), strict=True):
        entry["linkId"] = f"/44249-1/{item.loinc}"
    assert read_form(body).notes == ()


def test_totals_and_known_unscored_questions_are_left_out(read_form: ReadForm) -> None:
    body = form()
    questions(body).extend(
        [
            question("total", "44261-6", type="integer"),
            question("difficulty", "44256-6"),
            question("sum", extension=[{"url": CALCULATED}], type="decimal"),
            question("shown", readOnly=True),
            {"linkId": "thanks", "type": "display", "text": "Thank you."},
        ]
    )
    assert len(read_form(body).items) == 9


def test_a_question_too_many_is_refused_by_its_link_id(read_form: ReadForm) -> None:
    body = form()
    questions(body).append(question("extra"))
    with pytest.raises(WordingRefusedError, match=r"asks more than the key knows \(extra\)"):
        read_form(body)


def test_an_item_that_stands_twice_is_refused(read_form: ReadForm) -> None:
    body = form()
    questions(body).append(question("again", PHQ9.items[2].loinc))
    with pytest.raises(WordingRefusedError, match=r"item 3 \(44259-0\) stands there twice"):
        read_form(body)


def test_a_question_without_text_is_refused(read_form: ReadForm) -> None:
    body = form()
    questions(body)[4]["text"] = "<b> </b>"
    with pytest.raises(WordingRefusedError, match="phq9_5 has no text"):
        read_form(body)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ((1, 2, 3, 4), "gives its answers the values 1, 2, 3, 4; the key has 0, 1, 2, 3"),
        ((0, 1, 3, 2, 4), r"offers 5 answers where the key has 4 \(0, 1, 2, 3\)"),
        ((0, 1, 2), r"offers 3 answers where the key has 4 \(0, 1, 2, 3\)"),
        ((0, 1, 1, 3), "gives its answers the values 0, 1, 1, 3"),
        ((0, 5, 2, 3), "gives its answers the values 0, 5, 2, 3"),
        ((None, None, None, None), "has answers without values"),
        ((0, 1, 2, None), "has answers without values"),
        ((), "offers no answers"),
    ],
)
def test_answers_that_count_otherwise_are_refused(
    read_form: ReadForm, values: tuple[float | None, ...], message: str
) -> None:
    body = form()
    questions(body)[0]["answerOption"] = [option(f"Answer {v}", v) for v in values]
    with pytest.raises(WordingRefusedError, match=rf"item 1 \(44250-9\) {message}"):
        read_form(body)


def test_one_misprinted_value_in_order_is_forgiven_and_told(read_form: ReadForm) -> None:
    body = form()
    for entry in questions(body):
        entry["answerOption"][3] = option("Day after day", 4)
    wording = read_form(body)
    assert wording.options["phq9_1"][3] == (3, "Day after day")
    assert wording.notes == (
        "The file gives 'Day after day' the value 4; the key's value 3 is used.",
    )


def test_values_decide_where_the_answers_are_listed_the_other_way(read_form: ReadForm) -> None:
    body = form()
    questions(body)[0]["answerOption"].reverse()
    assert read_form(body).options["phq9_1"] == tuple(enumerate(LABELS))


def test_an_answer_without_a_label_is_refused(read_form: ReadForm) -> None:
    body = form()
    questions(body)[0]["answerOption"][1] = option("", 1)
    with pytest.raises(WordingRefusedError, match="an answer without a label"):
        read_form(body)


def test_loinc_answer_codes_tell_the_values(read_form: ReadForm) -> None:
    body = form()
    coded = [
        {"valueCoding": {"system": "http://loinc.org", "code": o.loinc, "display": label}}
        for o, label in zip(PHQ9.items[0].options, LABELS, strict=True)
    ]
    questions(body)[0]["answerOption"] = coded
    assert read_form(body).options["phq9_1"] == tuple(enumerate(LABELS))


def with_value_set(address: str, **resource: object) -> Form:
    body = form(contained=[{"resourceType": "ValueSet", "id": "often", **resource}])
    for entry in questions(body):
        del entry["answerOption"]
        entry["answerValueSet"] = address
    return body


def concepts(extension_url: str) -> list[Form]:
    return [
        {
            "code": f"c{value}",
            "display": label,
            "extension": [{"url": extension_url, "valueDecimal": value}],
        }
        for value, label in enumerate(LABELS)
    ]


def test_answers_may_stand_in_a_contained_value_set(read_form: ReadForm) -> None:
    listed = concepts("http://hl7.org/fhir/StructureDefinition/itemWeight")
    body = with_value_set("#often", compose={"include": [{"concept": listed}]})
    assert read_form(body).options["phq9_4"] == tuple(enumerate(LABELS))


def test_answers_may_stand_in_an_expansion_with_weights(read_form: ReadForm) -> None:
    property_url = (
        "http://hl7.org/fhir/5.0/StructureDefinition/extension-ValueSet.expansion.contains.property"
    )
    contains = [
        {
            "display": label,
            "extension": [
                {
                    "url": property_url,
                    "extension": [
                        {"url": "code", "valueCode": "itemWeight"},
                        {"url": "value[x]", "valueDecimal": value},
                    ],
                }
            ],
        }
        for value, label in enumerate(LABELS)
    ]
    body = with_value_set("#often", expansion={"contains": contains})
    assert read_form(body).options["phq9_4"] == tuple(enumerate(LABELS))


def test_a_value_set_that_is_not_there_is_named(read_form: ReadForm) -> None:
    with pytest.raises(WordingRefusedError, match=r"loinc\.org/vs/LL358-3, which is not in"):
        read_form(with_value_set("http://loinc.org/vs/LL358-3"))


def write_package(path: Path, files: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as package:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            package.addfile(member, io.BytesIO(content))
    return path


def encoded(body: Form) -> bytes:
    return json.dumps(body).encode()


VALUE_SET = {
    "resourceType": "ValueSet",
    "url": "http://example.org/often",
    "compose": {"include": [{"system": "http://example.org/codes"}]},
}
CODE_SYSTEM = {
    "resourceType": "CodeSystem",
    "url": "http://example.org/codes",
    "concept": [
        {"display": label, "property": [{"code": "itemWeight", "valueDecimal": value}]}
        for value, label in enumerate(LABELS)
    ],
}


def package_files() -> dict[str, bytes]:
    """A package as they come: one good form, one that lacks an item, and other matters."""
    lacking = form(id="lacking")
    questions(lacking).pop()
    return {
        "package/package.json": b"{}",
        "package/Questionnaire-lacking.json": encoded(lacking),
        "package/Questionnaire-good.json": encoded(
            with_value_set("http://example.org/often|1.0", id="unused")
        ),
        "package/ValueSet-often.json": encoded(VALUE_SET),
        "package/CodeSystem-codes.json": encoded(CODE_SYSTEM),
        "package/Patient-x.json": encoded({"resourceType": "Patient"}),
        "package/broken.json": b'{"resourceType": "Questionnaire", ',
        "package/notes.txt": b"not read",
    }


def check_package(reading: Reading) -> None:
    (wording,) = reading.wordings
    assert wording.source.endswith("package/Questionnaire-good.json")
    assert wording.options["phq9_1"] == tuple(enumerate(LABELS))
    assert len(reading.refusals) == 2
    assert any("item 9 (44260-8) is missing" in one.why for one in reading.refusals)
    assert any("broken.json is not JSON" in one.why for one in reading.refusals)
    assert {one.instrument for one in reading.refusals} == {"", "phq9"}


def test_a_package_gives_what_is_whole_and_says_what_is_not(tmp_path: Path) -> None:
    check_package(read(write_package(tmp_path / "herons.tgz", package_files())))


def test_a_folder_reads_as_a_package_does(tmp_path: Path) -> None:
    for name, content in package_files().items():
        target = tmp_path / name
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(content)
    check_package(read(tmp_path))


def test_two_wordings_of_one_measure_in_one_language_must_be_told_apart(tmp_path: Path) -> None:
    files = {"a.json": encoded(form()), "b.json": encoded(form())}
    with pytest.raises(WordingError, match="import the one you mean by itself"):
        read(write_package(tmp_path / "two.tgz", files))


def test_two_languages_are_two_wordings(tmp_path: Path) -> None:
    files = {"a.json": encoded(form()), "b.json": encoded(form(language="fr"))}
    reading = read(write_package(tmp_path / "two.tgz", files))
    assert [wording.language for wording in reading.wordings] == ["en-GB", "fr"]


def test_a_form_about_something_else_is_not_taken(read_form: ReadForm) -> None:
    other = form(code=[], item=[question("x")])
    with pytest.raises(WordingError, match="holds no Questionnaire of a measure that Rapport"):
        read_form(other)


def test_two_measures_in_one_form_are_refused(read_form: ReadForm) -> None:
    body = form(code=[])
    questions(body).append(question("gad", instruments.load("gad7").items[0].loinc))
    with pytest.raises(WordingRefusedError, match="import one measure at a time"):
        read_form(body)


def test_a_clinics_own_file_names_its_measure_by_identifier(read_form: ReadForm) -> None:
    wai = instruments.load("wai_sr")
    options = [option(f"Rung {value}", value) for value in range(1, 6)]
    asked = [question(item.key, answerOption=options) for item in wai.items]
    body = form(code=[], identifier=[{"value": "WAI-SR"}], item=asked)
    wording = read_form(body)
    assert wording.instrument == "wai_sr"
    assert wording.options["wai_sr_12"][0] == (1, "Rung 1")
    assert wording.notes == ()


def test_lines_need_no_answers(read_form: ReadForm) -> None:
    ors = instruments.load("ors")
    asked = [question(i.key, type="decimal", answerOption=[]) for i in ors.items]
    wording = read_form(form(code=[], identifier=[{"value": "ors"}], item=asked))
    assert wording.options == {item.key: () for item in ors.items}


def test_our_own_forms_are_not_replaced_by_a_file(read_form: ReadForm) -> None:
    body = form(code=[], identifier=[{"value": "week_check"}], item=[question("q")])
    with pytest.raises(WordingError, match="holds no Questionnaire"):
        read_form(body)


def test_markup_and_unseen_characters_are_cleaned_away(read_form: ReadForm) -> None:
    body = form(title="<i>Herons</i><script>alert(1)</script> &amp; ponds")
    questions(body)[0]["text"] = (
        "How\u202e many &amp;lt;b&amp;gt;herons&lt;img src=x onerror=a()&gt;?"
    )
    wording = read_form(body)
    assert wording.title == "Herons & ponds"
    assert wording.items["phq9_1"] == "How many herons?"


def test_a_smaller_than_sign_is_not_markup(read_form: ReadForm) -> None:
    body = form()
    questions(body)[0]["text"] = "Fewer than 3 herons (< 3)?"
    assert read_form(body).items["phq9_1"] == "Fewer than 3 herons (< 3)?"


def test_an_overlong_text_is_refused(read_form: ReadForm) -> None:
    body = form()
    questions(body)[0]["text"] = "heron " * 500
    with pytest.raises(WordingRefusedError, match="text has 3,000 characters; at most 1,000 fit"):
        read_form(body)


def test_a_language_that_is_none_is_refused(read_form: ReadForm) -> None:
    with pytest.raises(WordingRefusedError, match="is no language code"):
        read_form(form(language="heron language"))


def test_an_undeclared_language_is_undetermined(read_form: ReadForm) -> None:
    body = form()
    del body["language"]
    assert read_form(body).language == "und"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is not JSON"),
        (b"<html>", "is not JSON"),
        (b"[1]", "holds no JSON object"),
        (b'{"a": NaN}', "NaN is not a number"),
        (b"\xff\xfe\x00", "is not UTF-8 text"),
        (b"[" * 200_000, "nested too deeply"),
        (b"1" * 5_000, "is not JSON"),
    ],
)
def test_a_file_that_is_no_json_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "odd.json"
    path.write_bytes(content)
    with pytest.raises(WordingError, match=rf"odd\.json.*{message}"):
        read(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match=r"There is no file .*absent\.json"):
        read(tmp_path / "absent.json")


def test_an_empty_folder_holds_nothing(tmp_path: Path) -> None:
    with pytest.raises(WordingError, match="holds no Questionnaire"):
        read(tmp_path)


def test_a_file_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    path.write_bytes(b" " * (fhir_package.LARGEST_RESOURCE + 1))
    with pytest.raises(UnreadableFileError, match="a questionnaire has at most 5 MB"):
        read(path)


@pytest.mark.parametrize("name", ["../evil.json", "/etc/evil.json", "a/../../evil.json", "a\\b"])
def test_a_package_that_points_outside_itself_is_refused(tmp_path: Path, name: str) -> None:
    path = write_package(tmp_path / "evil.tgz", {name: encoded(form())})
    with pytest.raises(UnreadableFileError, match="points outside it"):
        read(path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["evil.tgz"]


def test_links_in_a_package_are_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "linked.tgz"
    with tarfile.open(path, "w:gz") as package:
        member = tarfile.TarInfo("package/form.json")
        member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
        package.addfile(member)
    with pytest.raises(WordingError, match="holds no Questionnaire"):
        read(path)


def test_links_in_a_folder_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside.json"
    outside.write_bytes(encoded(form()))
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "form.json").symlink_to(outside)
    with pytest.raises(WordingError, match="holds no Questionnaire"):
        read(folder)


def header(size: int, kind: bytes) -> bytes:
    member = tarfile.TarInfo("package/bomb.json")
    member.size, member.type = size, kind
    return member.tobuf(tarfile.GNU_FORMAT)


@pytest.mark.parametrize(
    ("kind", "message"),
    [(tarfile.REGTYPE, "holds more than 400 MB"), (tarfile.XHDTYPE, "bytes at once")],
    ids=["a huge file", "a huge header"],
)
def test_a_package_that_claims_to_be_huge_is_not_unpacked(
    tmp_path: Path, kind: bytes, message: str
) -> None:
    path = tmp_path / "bomb.tgz"
    with gzip.open(path, "wb") as file:
        file.write(header(8_000_000_000, kind) + b"\0" * 10_000)
    with pytest.raises(UnreadableFileError, match=message):
        read(path)


@pytest.mark.parametrize(
    "content",
    [b"", b"not a package", gzip.compress(b"not a tar" * 100)],
    ids=["empty", "words", "zipped words"],
)
def test_a_package_that_is_none_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "odd.tgz"
    path.write_bytes(content)
    with pytest.raises(UnreadableFileError, match=r"odd\.tgz is no FHIR package"):
        read(path)


def test_a_package_cut_off_in_the_middle_is_refused(tmp_path: Path) -> None:
    path = write_package(tmp_path / "cut.tgz", {"package/form.json": encoded(form())})
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(UnreadableFileError, match=r"cut\.tgz is no FHIR package"):
        read(path)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


def places(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every place in a JSON value."""
    if isinstance(value, dict):
        entries: list[tuple[str | int, object]] = list(value.items())
    elif isinstance(value, list):
        entries = list(enumerate(value))
    else:
        entries = []
    return [path, *(place for key, entry in entries for place in places(entry, (*path, key)))]


WHOLE = with_value_set(
    "#often", compose={"include": [{"concept": concepts("http://x/itemWeight")}]}
) | {"identifier": [{"value": "phq-9"}]}
PLACES = [place for place in places(WHOLE) + places(form()) if place]


@given(place=st.sampled_from(PLACES), junk=JSON)
def test_junk_anywhere_is_taken_as_wording_or_refused_in_words(
    tmp_path_factory: pytest.TempPathFactory, place: tuple[str | int, ...], junk: object
) -> None:
    whole = WHOLE if place in places(WHOLE) else form()
    body: Any = copy.deepcopy(whole)
    spot = body
    for key in place[:-1]:
        spot = spot[key]
    spot[place[-1]] = junk
    path = tmp_path_factory.getbasetemp() / "junk.json"
    path.write_text(json.dumps(body))
    try:
        (wording,) = read(path).wordings
    except WordingError as error:
        assert str(error)
    else:
        assert list(wording.items) == [item.key for item in PHQ9.items]
        assert all(wording.items.values())
        assert all(len(options) == 4 for options in wording.options.values())
