"""The API's description, as it is committed in ``docs/reference/openapi.json``.

Write it anew with ``python -m rapport.api.openapi > docs/reference/openapi.json``.
"""

from __future__ import annotations

import json
import os


def description() -> str:
    """OpenAPI 3.1, ordered as the code is."""
    from rapport.api import urls  # noqa: F401  (mounts the routers)
    from rapport.api.door import api

    return json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), indent=1) + "\n"


if __name__ == "__main__":
    import sys

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.config.settings")
    django.setup()
    sys.stdout.write(description())
