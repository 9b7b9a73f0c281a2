from pathlib import Path

import pytest
from jinja2 import FileSystemLoader, TemplateNotFound, UndefinedError

import rapport.web.design
from rapport.web.design.environment import environment
from rapport.web.design.parts import Choice, Shell

HERE = Path(rapport.web.design.__file__).parent
MAKER = environment(loader=FileSystemLoader(HERE / "templates"))
DOCS = Path(__file__).parents[3] / "docs/reference/design.md"


def render(source: str, **values: object) -> str:
    return MAKER.from_string(source).render(values)


def client_page(**changed: object) -> str:
    shell = Shell("Lindenhof Practice", **changed)  # type: ignore[arg-type]
    page = (
        '{% extends "layout_client.jinja" %}{% block title %}T{% endblock %}'
        "{% block main %}<h1>H</h1>{% endblock %}"
    )
    return render(page, shell=shell)


def test_a_synthetic_practice_says_so() -> None:
    assert "Synthetic practice: nobody here is real" in client_page(synthetic=True)
    assert "Synthetic" not in client_page(synthetic=False)


def test_a_client_sees_no_navigation_and_loads_no_htmx() -> None:
    page = client_page()
    assert "<nav" not in page
    assert "htmx-2" not in page


def test_a_misspelt_name_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        render("{{ nmae }}")


def test_an_unknown_component_is_an_error() -> None:
    with pytest.raises(TemplateNotFound):
        render('{% import "components/tile.jinja" as tile %}')


def test_words_are_escaped() -> None:
    page = render(
        '{% import "components/panel.jinja" as panel %}{{ panel.panel(words) }}', words="<script>"
    )
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_what_was_typed_stays_and_the_error_is_tied_to_its_field() -> None:
    page = render(
        '{% import "components/form.jinja" as form %}'
        '{{ form.error_summary({"on": "Enter a day"}) }}'
        '{{ form.text("on", "Day", "32 May", hint="A day", error="Enter a day") }}'
    )
    assert 'value="32 May"' in page
    assert 'href="#f-on"' in page
    assert 'aria-describedby="f-on-hint f-on-error" aria-invalid="true"' in page


def test_no_errors_no_summary() -> None:
    page = render('{% import "components/form.jinja" as form %}{{ form.error_summary({}) }}')
    assert page.strip() == ""


def test_only_urgent_answers_are_marked_urgent() -> None:
    page = render(
        '{% import "components/answers.jinja" as answers %}'
        '{{ answers.question("Q", "q", choices, chosen="2") }}',
        choices=(Choice("1", "No"), Choice("2", "Yes", urgent=True)),
    )
    assert page.count("data-urgent") == 1
    assert page.count('aria-pressed="true"') == 1


def test_a_goal_that_was_not_rated_sends_nothing() -> None:
    page = render('{% import "components/slider.jinja" as slider %}{{ slider.slider("g", "G") }}')
    assert "checked" not in page
    rated = render(
        '{% import "components/slider.jinja" as slider %}{{ slider.slider("g", "G", value=0) }}'
    )
    assert 'value="0" checked' in rated


@pytest.mark.parametrize(
    "name", sorted(HERE.glob("templates/components/*.jinja")), ids=lambda p: p.stem
)
def test_every_component_is_documented(name: Path) -> None:
    module = MAKER.get_template(f"components/{name.name}").module
    told = DOCS.read_text("utf-8")
    subject = {"shell": "frame"}.get(name.stem, name.stem)
    source = name.read_text("utf-8")
    own = [macro for macro in vars(module) if f"macro {macro}(" in source]
    assert own
    inner = {
        "brand",
        "outline",
        "line",
        "mark",
        "notes",
        "optional",
        "described",
        "flashes",
        "legends",
        "sample",
        "stages",
    }
    missing = [macro for macro in own if macro not in inner and f"{subject}.{macro}" not in told]
    assert missing == []


def test_every_stylesheet_is_linked_and_every_link_leads_somewhere() -> None:
    linked = {f"{sheet}.css" for sheet in MAKER.globals["stylesheets"]}  # type: ignore[attr-defined]
    assert linked == {path.name for path in (HERE / "static/design/css").iterdir()}


def test_red_means_risk_and_nothing_else() -> None:
    for path in (HERE / "static/design/css").glob("*.css"):
        for rule in path.read_text("utf-8").split("}"):
            if "var(--risk" in rule:
                assert any(word in rule.split("{")[-2] for word in ("risk", "crisis"))
