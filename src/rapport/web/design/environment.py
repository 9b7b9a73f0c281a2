"""The template environment: strict, escaping, translated."""

from __future__ import annotations

from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from jinja2 import Environment, StrictUndefined

from rapport.web.design import tags


def environment(**options: Any) -> Environment:
    """Build the environment; Django's Jinja2 backend hands over its loader and options."""
    options["undefined"] = StrictUndefined
    options["trim_blocks"] = options["lstrip_blocks"] = True
    options.setdefault("autoescape", True)
    made = Environment(extensions=["jinja2.ext.i18n"], **options)  # noqa: S701
    # The i18n extension adds this method at run time.
    install = made.install_gettext_callables  # type: ignore[attr-defined]
    install(
        translation.gettext,
        translation.ngettext,
        newstyle=True,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
    )
    made.globals |= {
        "static": static,
        "url": url,
        "language": translation.get_language,
        "right_to_left": translation.get_language_bidi,
        "stylesheets": tags.STYLESHEETS,
        "flashes": tags.flashes,
        "share": tags.share,
        "strip_words": tags.strip_words,
    }
    made.filters |= {
        "when": tags.when,
        "day": tags.day,
        "clock": tags.clock,
        "number": tags.number,
        "telephone": tags.telephone,
    }
    return made


def url(name: str, *args: object, **kwargs: object) -> str:
    """Address of a named route."""
    return reverse(name, args=args, kwargs=kwargs)
