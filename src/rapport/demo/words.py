"""What the invented people say: goals, and words on a check-in. All of it is made up."""

from __future__ import annotations

GOALS: tuple[tuple[str, str], ...] = (
    ("sleep", "Sleep through the night at least four times a week."),
    ("sleep", "Stop lying awake going over the day."),
    ("work", "Say no at work without writing three e-mails to explain it."),
    ("work", "Go back to the office without a knot in my stomach."),
    ("work", "Leave at six and not open the laptop again."),
    ("family", "Phone my sister and talk about something other than the house."),
    ("family", "Be in the room with my children when I am in the room."),
    ("family", "Visit my father without falling back into being twelve."),
    ("partner", "Bring things up before they turn into a quarrel."),
    ("partner", "Have one evening a week that is only ours."),
    ("worry", "Notice a worry and let it pass without checking."),
    ("worry", "Take the train again, at first with somebody."),
    ("worry", "Open my post on the day it comes."),
    ("grief", "Go through her things, one drawer at a time."),
    ("grief", "Be able to tell a funny story about him."),
    ("friends", "See one friend a week, even when I would rather not."),
    ("friends", "Let somebody help me with the move."),
    ("self", "Talk to myself the way I talk to my friends."),
    ("self", "Find out what I like when nobody needs anything."),
    ("body", "Walk by the canal three mornings a week."),
    ("body", "Eat lunch sitting down."),
    ("direction", "Decide about the course by the summer."),
)
COACHING_GOALS: tuple[tuple[str, str], ...] = (
    ("leading", "Give feedback the same week, not in the yearly talk."),
    ("direction", "Know by spring whether I want to lead the new team."),
)
GOOD_WEEKS: tuple[str, ...] = (
    "I tried the thing with the pause and it worked twice.",
    "Better week. I laughed on Tuesday, properly.",
    "Slept well. I would like to keep going the way we are.",
    "I told my sister. It went better than I thought.",
    "Not much to say, which is good news I think.",
    "I walked every morning but one.",
)
HARD_WEEKS: tuple[str, ...] = (
    "Hard week. I did not do what we agreed and I feel bad about that.",
    "I keep thinking about what I said last time.",
    "Work was too much again. I am tired.",
    "I nearly did not come today.",
    "I am not sure where this is going.",
    "The nights are the worst part.",
)
COACHING_WEEKS: tuple[str, ...] = (
    "I gave the feedback. My hands were shaking, and he thanked me.",
    "I want to look at the offer with you.",
)
PROMISES: tuple[str, ...] = (
    "Bring the sleep diary sheet.",
    "Look up the evening group by the river.",
    "Start ten minutes later, as asked.",
)
NOT_USEFUL = "We spoke about it last week and agreed to leave the goals as they are."
