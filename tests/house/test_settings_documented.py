import re
from pathlib import Path

from rapport.config.environment import VARIABLES

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"


def test_every_setting_is_described_and_every_description_is_of_a_setting() -> None:
    described = set(re.findall(r"^\| `([A-Z_]+)` \|", PAGE.read_text(), flags=re.MULTILINE))
    assert described == set(VARIABLES)


def test_the_environment_is_read_by_these_names_only() -> None:
    source = Path(__file__).parents[2] / "src" / "rapport" / "config" / "environment.py"
    read = set(re.findall(r'environ(?:\.get\(|, )"([A-Z_]+)"', source.read_text()))
    assert read == set(VARIABLES)
