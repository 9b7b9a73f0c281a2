"""Draft, compare, sign, add, amend, co-sign; make templates; write psychotherapy notes."""

from rapport.records.actions.drafting import (
    AlreadySigned,
    Compared,
    ComparedTooLate,
    Saved,
    TextTooLong,
    begin_note,
    discard_draft,
    save_draft,
    settle_aside,
)
from rapport.records.actions.psychotherapy import (
    NothingWritten,
    WrittenMeanwhile,
    rewrite_psychotherapy_note,
    write_psychotherapy_note,
)
from rapport.records.actions.signing import (
    AmendedMeanwhile,
    NotReady,
    add_addendum,
    amend_note,
    ask_to_cosign,
    co_sign,
    sign_note,
)
from rapport.records.actions.templating import make_template, retire_template

__all__ = [
    "AlreadySigned",
    "AmendedMeanwhile",
    "Compared",
    "ComparedTooLate",
    "NotReady",
    "NothingWritten",
    "Saved",
    "TextTooLong",
    "WrittenMeanwhile",
    "add_addendum",
    "amend_note",
    "ask_to_cosign",
    "begin_note",
    "co_sign",
    "discard_draft",
    "make_template",
    "retire_template",
    "rewrite_psychotherapy_note",
    "save_draft",
    "settle_aside",
    "sign_note",
    "write_psychotherapy_note",
]
