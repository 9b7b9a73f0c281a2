"""Where signing in leads is never another site's choice."""

import pytest

from tests.doors.visitors import visit
from tests.people import PASSWORD, World


@pytest.mark.parametrize(
    "address", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example"]
)
def test_signing_in_leads_nowhere_else(world: World, address: str) -> None:
    typed = {"login": "alice@lindenhof.example", "password": PASSWORD, "next": address}
    reply = visit(None).post("/account/login/", typed)
    assert (reply.status_code, reply["Location"]) == (302, "/")
