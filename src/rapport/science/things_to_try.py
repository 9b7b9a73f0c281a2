"""Three things to try for each kind of suggestion, in words a therapist might use."""

from __future__ import annotations

from typing import Literal

Kind = Literal["outcome", "rupture", "missing", "missed", "gain", "apart", "goal"]

THINGS_TO_TRY: dict[Kind, tuple[str, str, str]] = {
    "outcome": (
        "Name what you see, and ask what has become harder.",
        "Ask which part of the work helps least, and change one thing.",
        "Bring it to supervision before the next session.",
    ),
    "rupture": (
        "Open with it: ask how the last session felt, and thank your client for saying so.",
        "Look for your own part first, and say it plainly.",
        "Go back to what you agreed to work on, and ask whether it still fits.",
    ),
    "missing": (
        "Ask whether the check-in reached your client and was easy to answer.",
        "Say what you do with the answers, and that a low rating is welcome.",
        "Offer to do it together on your tablet at the end of the session.",
    ),
    "missed": (
        "Ask what got in the way, without asking for an excuse.",
        "Check whether the day, the time or the way you meet still suits.",
        "Ask what your client hoped for, and whether it has been there so far.",
    ),
    "gain": (
        "Ask what your client did differently, and put it into their words.",
        "Plan how to keep it when things become harder.",
        "Look at the goals together: which one has moved with it?",
    ),
    "apart": (
        "Show both ratings, and ask how your client sees the difference.",
        "Ask for one example from the last session.",
        "Agree on one thing to do differently, and rate it again next time.",
    ),
    "goal": (
        "Ask whether this goal still matters, in your client's words.",
        "Cut the next step until it feels easy.",
        "Give it the first ten minutes of the next session.",
    ),
}

QUESTIONS: dict[str, str] = {
    "outcome": "What has become harder since we last met?",
    "rupture": "How did our last session leave you feeling about working with me?",
    "missing": "How is it for you to be asked about our sessions?",
    "missed": "What would make it easier to come?",
    "gain": "What do you think made the difference?",
    "goal": "Which goal would you like to give more room?",
    "apart_goal": "Are we working towards what matters most to you?",
    "apart_task": "Is the way we work together helping you?",
    "apart_bond": "How at ease do you feel with me?",
    "apart_alliance": "What would make our work together fit you better?",
    "risk": "How strong are those thoughts today, and what helps you to stay safe?",
    "risk_unanswered": "One question was left open this week. Would you like to talk about it?",
    "start": "What would have to happen here for you to say that it was worth it?",
    "otherwise": "What should we do more of, and what less?",
}
