import re
import time
from datetime import date

import altair as alt
import pytest

from rapport.web.design.chart_layers import HEIGHT, INK
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

CLIENT = Series("Client", "client", (Point(1, 4.2, date(2026, 9, 3)), Point(2, None), Point(3, 5)))
THERAPIST = Series("Therapist", "therapist", (Point(1, 5.1), Point(2, 5.0), Point(3, 5.3)))
BAND = Band("Expected, 80 %", "client", tuple(Bounds(n, 3.5, 5.5) for n in range(1, 4)))


def chart(**changed: object) -> Drawing:
    given: dict[str, object] = {
        "title": "How have you each rated the relationship?",
        "axis": Axis("Relationship Check, 1 to 7", 1, 7),
        "series": (CLIENT, THERAPIST),
        "bands": (BAND,),
        "events": (Event(3, "Repair"),),
    }
    return relationship_chart(**(given | changed))


def layers(drawing: Drawing, mark: str) -> list[dict]:
    return [layer for layer in drawing.spec["layer"] if layer["mark"]["type"] == mark]


def values(layer: dict) -> list[dict]:
    return layer["data"]["values"]


def test_the_title_is_the_question() -> None:
    assert chart().spec["usermeta"]["title"] == "How have you each rated the relationship?"


def test_roles_differ_without_colour() -> None:
    three = (CLIENT, THERAPIST, Series("Interpreter", "interpreter", (Point(1, 4.0),)))
    drawing = chart(series=three)
    dashes = [tuple(line["mark"]["strokeDash"]) for line in layers(drawing, "line")]
    shapes = {point["mark"]["shape"] for point in layers(drawing, "point")}
    assert len(set(dashes)) == 3
    assert shapes == {"circle", "diamond", "square"}


def test_the_scale_is_shown_whole() -> None:
    drawing = chart()
    for layer in layers(drawing, "line"):
        assert layer["encoding"]["y"]["scale"]["domain"] == [1, 7]
        ticks = layer["encoding"]["y"]["axis"]["values"]
        assert (ticks[0], ticks[-1]) == (1, 7)


def test_the_specification_is_valid() -> None:
    drawing = chart()
    for spec in (drawing.spec, drawing.narrow_spec):
        alt.LayerChart.from_dict(spec)


def test_no_second_axis() -> None:
    assert "resolve" not in chart().spec


def test_missing_is_a_gap_and_a_hollow_mark_below_the_plot() -> None:
    drawing = chart()
    line = next(one for one in layers(drawing, "line") if one["mark"]["stroke"] == INK["client"])
    assert [row["value"] for row in values(line)] == [4.2, None, 5]
    (hollow,) = [p for p in layers(drawing, "point") if p["mark"]["fill"] == INK["surface"]]
    assert [row["session"] for row in values(hollow)] == [2]
    assert hollow["encoding"]["y"]["value"] > HEIGHT
    assert ("missing", "not rated") in drawing.legend


def test_a_full_course_has_no_hollow_mark() -> None:
    drawing = chart(series=(THERAPIST,))
    assert [p["mark"]["fill"] for p in layers(drawing, "point")] == [INK["therapist"]]


def test_points_are_never_smoothed() -> None:
    for line in layers(chart(), "line"):
        assert "interpolate" not in line["mark"]


def test_the_band_is_named_in_the_legend() -> None:
    drawing = chart()
    assert ("client-band", "Expected, 80 %") in drawing.legend
    (area,) = layers(drawing, "area")
    assert [(row["low"], row["high"]) for row in values(area)] == [(3.5, 5.5)] * 3


def test_events_are_labelled() -> None:
    (words,) = layers(chart(), "text")
    assert values(words) == [{"x": 3, "row": 0, "words": "Repair"}]


def test_the_words_of_neighbouring_events_do_not_collide() -> None:
    events = tuple(Event(n, "Rupture talked about") for n in (2, 3, 3))
    rows = [row["row"] for layer in layers(chart(events=events), "text") for row in values(layer)]
    assert rows == [0, 1, 2]


def test_a_mark_says_who_when_and_what() -> None:
    point = layers(chart(), "point")[0]
    assert values(point)[0]["says"] == "Session 1, Client: 4.2 (3 September 2026)"


def test_the_table_holds_every_number() -> None:
    drawing = chart()
    assert drawing.columns == ("Session", "Date", "Client", "Therapist")
    assert drawing.rows == (
        (1, "3 Sep", "4.2", "5.1"),
        (2, "–", "–", "5.0"),
        (3, "–", "5.0", "5.3"),
    )


def test_the_description_tells_what_happened() -> None:
    assert chart().description == (
        "Relationship Check, 1 to 7, from 1 to 7, by session. "
        "Ratings: Client, 2 of 3; Therapist, 3 of 3. Session 3: Repair."
    )


def test_goals_run_from_0_to_10() -> None:
    drawing = goal_chart("How far?", (CLIENT,))
    assert layers(drawing, "line")[0]["encoding"]["y"]["scale"]["domain"] == [0, 10]


def test_a_cut_off_has_a_name() -> None:
    drawing = outcome_chart("Easier?", Axis("Distress", 0, 40), CLIENT, levels=(Level(10, "Cut"),))
    (name,) = layers(drawing, "text")
    assert name["mark"]["text"] == "Cut"
    assert values(name) == [{"value": 10}]


@pytest.mark.parametrize("last", [1, 5, 24, 40, 300])
def test_session_numbers_never_crowd(last: int) -> None:
    long = Series("Client", "client", tuple(Point(n, 4.0) for n in range(1, last + 1)))
    ticks = layers(chart(series=(long,)), "line")[0]["encoding"]["x"]["axis"]["values"]
    assert ticks[0] == 1
    assert len(ticks) <= 27


def test_nothing_rated_yet_still_draws() -> None:
    empty = chart(series=(Series("Client", "client", ()),), bands=(), events=())
    assert empty.svg.startswith("<svg")
    assert empty.rows == ()


def test_the_picture_obeys_the_content_policy() -> None:
    svg = chart().svg
    assert not re.search(r"<style|\sstyle=|<script|\son[a-z]+=", svg)


def test_the_picture_has_the_colours_of_the_page() -> None:
    svg = chart().svg
    assert "var(--client)" in svg
    assert "var(--therapist-band)" not in svg
    assert not re.search(r"#[0-9a-f]{3,6}\b", svg)


def test_the_picture_is_read_rating_by_rating() -> None:
    svg = chart().svg
    assert svg.count('role="img"') == 6
    assert 'aria-label="Session 2, Client: not rated"' in svg
    assert "graphics-symbol" not in svg


def test_words_are_escaped() -> None:
    drawing = chart(title='<b>"Who"?</b>', events=(Event(1, "<i>&"),))
    assert "<b>" not in drawing.svg
    assert "<i>" not in drawing.svg


def test_the_same_chart_is_drawn_once(capsys: pytest.CaptureFixture[str]) -> None:
    title = "Is it drawn once?"
    begun = time.perf_counter()
    first = chart(title=title).svg
    drawn_s = time.perf_counter() - begun
    begun = time.perf_counter()
    second = chart(title=title).svg
    again_s = time.perf_counter() - begun
    with capsys.disabled():
        print(f"\nchart: {drawn_s * 1e3:.1f} ms, again {again_s * 1e3:.2f} ms")
    assert first == second
    assert again_s < drawn_s


def test_a_sparkline_breaks_where_nothing_was_rated() -> None:
    svg = sparkline((3, None, 6), 0, 10, "client", "3, then 6 of 10")
    assert re.search(r'd="M2\.0 13\.2h0M98\.0 8\.4h0"', svg)
    assert 'aria-label="3, then 6 of 10"' in svg
    assert sparkline((), 0, 10, "client", "Nothing yet").count("circle") == 0
