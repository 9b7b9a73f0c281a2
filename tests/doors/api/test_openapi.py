from pathlib import Path

from rapport.api.openapi import description

COMMITTED = Path(__file__).parents[3] / "docs" / "reference" / "openapi.json"


def test_the_committed_description_is_current() -> None:
    assert COMMITTED.read_text() == description(), (
        "write it anew: python -m rapport.api.openapi > docs/reference/openapi.json"
    )
