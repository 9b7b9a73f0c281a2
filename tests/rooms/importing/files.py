"""Sessions files for the tests, written as a practice would export them."""

from __future__ import annotations

from pathlib import Path

EXAMPLES = Path(__file__).parents[3] / "examples"
HEADER = "relationship,therapist,session,date,rater,measure,scale,value"
LONG = f"""{HEADER}
ben,Alice Arden,1,2026-02-02,client,relationship_check,bond,5
ben,Alice Arden,1,2026-02-02,therapist,relationship_check,bond,4
ben,Alice Arden,2,2026-02-09,client,relationship_check,bond,6
ida,Noor Example,1,2026-02-03,client,week_check,distress_total,12
"""


def write(folder: Path, text: str | bytes, name: str = "sessions.csv") -> Path:
    """A file of that content."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path
