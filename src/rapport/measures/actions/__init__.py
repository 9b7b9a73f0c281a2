"""Verbs of this room: assigning, asking, closing, answering, sending, wishes, wording."""

from rapport.measures.actions.answering import (
    Saved,
    Submitted,
    save_answer,
    save_words,
    submit_check_in,
)
from rapport.measures.actions.asking import ask, ask_after, ask_before, ask_now, close
from rapport.measures.actions.assigning import Rhythm, assign_measure, end_assignment
from rapport.measures.actions.closing import close_called_off, close_ended, close_handed_over
from rapport.measures.actions.sending import (
    go_along,
    hand_over,
    invite,
    send_anew,
    send_progress,
    take_back,
)
from rapport.measures.actions.wishes import talk_about
from rapport.measures.actions.wording import ImportedWording, import_wording

__all__ = [
    "ImportedWording",
    "Rhythm",
    "Saved",
    "Submitted",
    "ask",
    "ask_after",
    "ask_before",
    "ask_now",
    "assign_measure",
    "close",
    "close_called_off",
    "close_ended",
    "close_handed_over",
    "end_assignment",
    "go_along",
    "hand_over",
    "import_wording",
    "invite",
    "save_answer",
    "save_words",
    "send_anew",
    "send_progress",
    "submit_check_in",
    "take_back",
    "talk_about",
]
