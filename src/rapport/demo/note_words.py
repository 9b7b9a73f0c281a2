"""What stands in the invented notes. All of it is made up."""

from __future__ import annotations

Texts = dict[str, str]

SESSIONS: dict[str, dict[int, Texts]] = {
    "strengthening": {
        7: {
            "subjective": "Has slept through four nights of seven. “I stopped counting.” Told "
            "her sister about the house, and was surprised how little she minded the answer.",
            "objective": "Speaks faster than in spring, laughs twice. Fewer pauses.",
            "assessment": "The pause before answering has become hers. Less worry in the evening.",
            "risk": "Asked; none named.",
            "plan": "Keep the evening walk. Next time: the letter to her father.",
        },
        8: {
            "subjective": "Wrote two pages of the letter and put it away. Proud of both.",
            "objective": "Calm, looks at me when she speaks about him.",
            "assessment": "She can stay near the sadness without being carried off.",
            "risk": "Asked; none named.",
            "plan": "Bring the two pages, read only if she wants to.",
        },
    },
    "triad": {
        6: {
            "subjective": "Through the interpreter: the letter from the office came, and nobody at "
            "home slept. Wants to know what to say to the children.",
            "objective": "Turns to me rather than to the interpreter for the first time.",
            "assessment": "Fear has a reason, and is smaller once it is said aloud in order.",
            "risk": "Asked through the interpreter; none named.",
            "plan": "Three sentences for the children, tried out here. Ten minutes longer next "
            "time so that nothing has to be rushed in two languages.",
        },
    },
    "coaching": {
        5: {
            "topic": "The offer to lead the new team: answer due on Friday.",
            "insight": "Wants the work and not the title; says so for the first time.",
            "actions": "Asks two people who know him what they would miss. Writes the answer on "
            "Thursday, sends it on Friday.",
        },
    },
}
RUPTURE: Texts = {
    "subjective": "Quiet for the first ten minutes, then: “Last time you were in a hurry to make "
    "it better.” Nearly did not come.",
    "objective": "Short answers, coat kept on until the middle of the session.",
    "assessment": "I had moved to exercises while he was still telling. Said so, and thanked him "
    "for saying it. He took off the coat after that.",
    "risk": "Asked; none named.",
    "plan": "No exercise next time unless he asks. Begin with what is on his mind.",
}
RUPTURE_AMENDED: Texts = {
    "subjective": "Quiet for the first quarter of an hour, then: “Last time you were in a hurry to "
    "make it better.” Nearly did not come.",
    "plan": "No exercise next time unless he asks. Begin with what is on his mind. Take the pace "
    "to supervision.",
}
REASON = "Timing corrected after reading my own jottings; supervision added to the plan."
CO_SIGNED = "Good that you named your own part. Let us look at the pace together."
DECLINE: Texts = {
    "subjective": "“I am not sure where this is going.” Did not do what we had agreed, and says "
    "sorry for it twice.",
    "objective": "Later than usual again. Agrees with everything I say.",
    "assessment": "Agreeing may be a way of going away. I have not asked about us yet.",
    "risk": "Asked; none named.",
    "plan": "Ask how it is to be here, and what should be different.",
}
COUPLE: tuple[Texts, ...] = (
    {
        "theme": "The evening that is only theirs, and who has to ask for it.",
        "process": "Both spoke in whole sentences to each other for the first time in weeks. The "
        "one who asks feels like a beggar; the other feels examined.",
        "intervention": "Let each say what they heard before answering.",
        "plan": "Take turns: one asks this week, the other the next.",
    },
    {
        "subjective": "Says on the stairs that she has been looking at flats, and has not told.",
        "assessment": "It is hers to say. Agreed that she says it here, within two sessions.",
        "plan": "Ten minutes alone before the next session.",
    },
    {
        "subjective": "Sleeps badly since the spring and has told nobody.",
        "assessment": "Tiredness looks like lack of interest from outside.",
        "plan": "Asked him to see his doctor; he will.",
    },
)
DROPOUT: Texts = {
    "subjective": "Came twenty minutes late and talked about work only.",
    "assessment": "We never agreed on what this is for.",
    "plan": "Call if he does not come.",
}
ADDENDUM = "Called twice and wrote once. No answer; the way back is open, and he was told so."
DRAFT: Texts = {"subjective": "The nights are the worst part. Counts the hours."}
PRIVATE = (
    "When he said I was in a hurry I wanted to defend myself at once. That is my father's kitchen, "
    "not this room. Keep an eye on it."
)
