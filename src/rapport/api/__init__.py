"""The API: the same rooms as the pages, the same rules, as JSON under ``/api/v1/``.

Sign-in is the browser's session, with the CSRF token in ``X-CSRFToken`` for whatever changes
something. What is not a yes is ``application/problem+json``.
"""
