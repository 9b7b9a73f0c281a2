"""Verbs of this room, by subject: asking, answering, sending, wishes, wording."""

from rapport.measures.actions.answering import (
    Saved,
    Submitted,
    save_answer,
    save_words,
    submit_check_in,
)
from rapport.measures.actions.asking import ask, ask_after, ask_before, ask_now, close
from rapport.measures.actions.sending import hand_over, invite, send_progress
from rapport.measures.actions.wishes import talk_about
from rapport.measures.actions.wording import ImportedWording, import_wording

__all__ = [
    "ImportedWording",
    "Saved",
    "Submitted",
    "ask",
    "ask_after",
    "ask_before",
    "ask_now",
    "close",
    "hand_over",
    "import_wording",
    "invite",
    "save_answer",
    "save_words",
    "send_progress",
    "submit_check_in",
    "talk_about",
]
