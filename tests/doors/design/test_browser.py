from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.doors.design.conftest import Served

pytestmark = pytest.mark.e2e
Visit = Callable[..., Page]
NAMES = ["today", "brief", "charts", "forms", "states", "question", "thanks", "urgent"]
PHONE = {"width": 390, "height": 844, "has_touch": True, "is_mobile": True}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def sent(served: Served, page: Page, count: int = 1) -> list[dict[str, list[str]]]:
    for _try in range(100):
        if len(served.sent) >= count:
            break
        page.wait_for_timeout(50)
    return served.sent


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing(visit: Visit, name: str, scheme: str) -> None:
    for size in ({}, PHONE):
        page = visit(name, color_scheme=scheme, reduced_motion="reduce", **size)
        for folded in page.locator("details.more:visible").all():
            folded.locator("summary").click()
        found = Axe().run(page, options=RULES).response["violations"]
        assert [f"{one['id']}: {n['html'][:160]}" for one in found for n in one["nodes"]] == []


@pytest.mark.parametrize("width", [320, 390, 820, 1280])
@pytest.mark.parametrize("name", NAMES)
def test_nothing_runs_off_the_side(visit: Visit, name: str, width: int) -> None:
    page = visit(name, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", NAMES)
def test_what_is_touched_is_large_enough(visit: Visit, name: str) -> None:
    page = visit(name, **PHONE)
    small = page.evaluate(
        """() => [...document.querySelectorAll(
            "main button, main .button, nav a, summary, .answer, .slider label")]
        .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 43.5)
        .map((one) => one.outerHTML.slice(0, 120))"""
    )
    assert small == []


def test_answers_are_48_px(visit: Visit) -> None:
    boxes = [one.bounding_box() for one in visit("question", **PHONE).locator(".answer").all()]
    assert len(boxes) == 7
    assert all(box and box["height"] >= 48 for box in boxes)


def test_one_page_of_questions_fits_a_phone(visit: Visit) -> None:
    box = visit("question", **PHONE).locator(".answer").last.bounding_box()
    assert box
    assert box["y"] + box["height"] < 844


def test_a_digit_answers_and_the_next_question_comes(visit: Visit, served: Served) -> None:
    page = visit("question")
    page.keyboard.press("5")
    expect(page.get_by_text("4 of 8")).to_be_visible()
    expect(page.locator("legend")).to_be_focused()
    assert sent(served, page)[0]["answer_3"] == ["5"]


def test_answers_wait_for_the_connection(visit: Visit, served: Served) -> None:
    page = visit("question")
    page.context.set_offline(True)
    page.get_by_role("button", name="Mostly").click()
    expect(page.get_by_text("4 of 8")).to_be_visible()
    expect(page.get_by_text("Kept on this device")).to_be_visible()
    assert served.sent == []
    page.context.set_offline(False)
    assert sent(served, page)[0]["answer_3"] == ["5"]
    expect(page.locator("[data-saved]")).to_have_text("Saved")
    assert page.evaluate("localStorage.length") == 0


def test_answers_outlast_a_closed_page(visit: Visit, served: Served) -> None:
    served.answer = 503
    page = visit("question")
    page.get_by_role("button", name="Mostly").click()
    sent(served, page)
    served.answer = 204
    served.sent.clear()
    page.reload()
    expect(page.get_by_text("4 of 8")).to_be_visible()
    assert sent(served, page)[0]["answer_3"] == ["5"]


def test_the_last_answer_leads_to_the_thanks(visit: Visit) -> None:
    page = visit("question")
    page.get_by_role("button", name="Mostly").click()
    page.get_by_role("button", name="Hardly").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()


def test_an_urgent_answer_shows_help_without_a_connection(visit: Visit) -> None:
    page = visit("question")
    page.context.set_offline(True)
    page.get_by_role("button", name="Completely").click()
    expect(page.get_by_role("heading", name="Help is there now")).to_be_visible()
    expect(page.get_by_role("link", name="Emergency 555 0199")).to_be_visible()


def test_the_question_works_without_scripts(visit: Visit, served: Served) -> None:
    page = visit("question", java_script_enabled=False)
    page.get_by_role("button", name="Mostly").click(no_wait_after=True)
    assert sent(served, page)[0]["answer_3"] == ["5"]


def test_a_form_saves_itself(visit: Visit, served: Served) -> None:
    page = visit("forms")
    page.get_by_label("Promises made").fill("Ring his sister.")
    expect(page.locator("[data-saved]")).to_have_text("Saved")
    assert sent(served, page)[0]["note"] == ["Ring his sister."]


def test_a_form_comes_back_after_a_lost_connection(visit: Visit, served: Served) -> None:
    served.answer = 503
    page = visit("forms")
    page.get_by_label("Promises made").fill("Ring his sister.")
    expect(page.get_by_text("Kept on this device")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Promises made")).to_have_value("Ring his sister.")


def test_a_slider_by_tap_digit_arrow_and_drag(visit: Visit) -> None:
    page = visit("forms")
    goal = page.get_by_role("group", name="Say no once a week")
    value = lambda: goal.locator("input:checked").get_attribute("value")  # noqa: E731
    assert goal.locator("input:checked").count() == 0
    goal.get_by_label("3", exact=True).click()
    assert value() == "3"
    page.keyboard.press("8")
    assert value() == "8"
    page.keyboard.press("ArrowRight")
    assert value() == "9"
    page.keyboard.press("x")
    assert value() == "10"
    goal.locator("input[type=range]").fill("2")
    assert value() == "2"


def test_keys_walk_a_list_and_open_places(visit: Visit) -> None:
    page = visit("today")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator(".picked")).to_contain_text("Bea Larkin")
    page.keyboard.press("k")
    expect(page.locator(".picked")).to_contain_text("Ines Moreau")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_g_v_opens_supervision(visit: Visit) -> None:
    page = visit("today")
    page.keyboard.press("g")
    page.keyboard.press("v")
    page.wait_for_url("**/states.html")


def test_typing_is_never_taken_for_keys(visit: Visit) -> None:
    page = visit("forms")
    page.get_by_label("Promises made").fill("")
    page.get_by_label("Promises made").press_sequentially("g t?")
    assert page.url.endswith("/forms.html")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_mark_tells_its_rating(visit: Visit) -> None:
    page = visit("charts")
    first = page.locator(".chart-wide").first
    first.locator('[role="img"]').first.focus()
    page.keyboard.press("ArrowRight")
    tip = first.locator(".chart-tip")
    expect(tip).to_have_text("Session 2, Client: 4.6 (17 September 2026)")
    expect(tip).to_be_visible()


def test_the_scheme_can_be_chosen_and_stays(visit: Visit) -> None:
    page = visit("today", color_scheme="light")
    ground = lambda: page.evaluate("getComputedStyle(document.body).backgroundColor")  # noqa: E731
    light = ground()
    page.locator("[data-menu] summary").click()
    page.get_by_role("button", name="Light or dark").click()
    dark = ground()
    assert dark != light
    page.reload()
    assert ground() == dark


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_a_printed_page_has_no_frame(visit: Visit, paper: str) -> None:
    page = visit("brief", color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.locator(".rail")).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).colorScheme") == "light"
    assert page.pdf(format=paper).startswith(b"%PDF")


def test_r_rates_whoever_is_picked_and_nobody_else(visit: Visit) -> None:
    page = visit("today")
    page.evaluate(
        """() => {
          document.querySelector("aside").remove();
          const sides = [...document.querySelectorAll("[data-list] .list-side")].slice(0, 2);
          sides.forEach((side, n) => {
            side.innerHTML = `<a href="#rate-${n}" data-keys="r">Rate</a>`;
          });
        }"""
    )
    at = lambda: page.url.partition("#")[2]  # noqa: E731
    page.keyboard.press("r")
    assert at() == ""  # two could be meant
    for row in (0, 1):
        page.keyboard.press("j")
        page.keyboard.press("r")
        assert at() == f"rate-{row}"
    page.keyboard.press("j")
    page.keyboard.press("r")
    assert at() == "rate-1"  # the third cannot be rated, and no other stands in for it


def test_the_arrows_walk_what_was_found_and_enter_opens_the_only_one(visit: Visit) -> None:
    page = visit("today")
    box = page.get_by_role("searchbox")
    found = "document.querySelector('#search-results').innerHTML = "
    page.evaluate(found + '\'<a href="#ben">Ben</a><a href="#bea">Bea</a>\'')
    box.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Bea", exact=True)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(box).to_be_focused()
    page.evaluate(found + "'<a href=\"#ben\">Ben</a>'")
    page.keyboard.press("Enter")
    assert page.url.endswith("#ben")


def test_the_keys_named_are_those_that_do_something(visit: Visit) -> None:
    keys = visit("forms")
    keys.keyboard.press("?")
    dialog = keys.get_by_role("dialog", name="Keys")
    expect(dialog.get_by_text("Search", exact=True)).to_be_visible()
    expect(dialog.get_by_text("Down and up in a list")).to_be_hidden()
    expect(dialog.get_by_text("Write a note")).to_be_hidden()
