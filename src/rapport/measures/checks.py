"""What must be true of an answer, of words and of a check-in before an action writes them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from rapport.kernel.errors import Conflict, NotFound, Refusal
from rapport.measures.models import CheckIn
from rapport.science import instruments
from rapport.science.instruments import Instrument
from rapport.science.scoring import InvalidAnswerError, check_answer

LONGEST_WORDS = 2000


class AlreadyAnswered(Conflict):
    """The check-in was sent before; it is sent once."""

    code = "already_answered"


class TooLate(Conflict):
    """The time in which this check-in could be answered is over."""

    code = "too_late"


class WrongAnswer(Refusal):
    """An answer that the measure does not offer, or to a question that it does not ask."""

    code = "wrong_answer"


class NotAnswered(Refusal):
    """Questions are open that must not be."""

    code = "not_answered"


class WordsTooLong(Refusal):
    """More than fits."""

    code = "words_too_long"


def lock_open(check_in: CheckIn, *, at: datetime) -> CheckIn:
    """The row as it stands, locked, and still to be answered."""
    row = (
        CheckIn.objects.select_for_update(of=("self",))
        .select_related("relationship", "client")
        .filter(id=check_in.id)
        .first()
    )
    if row is None:
        raise NotFound
    if row.submitted_at is not None:
        raise AlreadyAnswered("This was answered and sent already.")
    if row.closed_at is not None or row.expires_at <= at:
        raise TooLate("The time for these questions is over.")
    return row


def check_answers(instrument: Instrument, answers: Mapping[str, float]) -> dict[str, float]:
    """Each answer as the measure offers it; says of the first wrong one what is allowed."""
    checked = {}
    for item, value in answers.items():
        try:
            checked[item] = check_answer(instrument, item, value)
        except InvalidAnswerError as error:
            raise WrongAnswer(str(error), fields={item: error.allowed}) from None
    return checked


def check_complete(check_in: CheckIn, answers: Mapping[str, float]) -> None:
    """Clients may leave questions out; members, whose answers unseal a client's, may not."""
    if not answers:
        raise NotAnswered("Answer at least one question before you send.")
    if check_in.rater == "client":
        return
    instrument = instruments.load(check_in.instrument)
    left = [item.key for item in instrument.items if item.key not in answers]
    if left:
        raise NotAnswered(
            f"Answer each question before you send: {len(left)} to go.",
            fields=dict.fromkeys(left, "Choose an answer."),
        )


def check_words(words: str, *, longest: int = LONGEST_WORDS) -> str:
    """What somebody wrote, without the characters that no text holds."""
    clean = "".join(c for c in words.replace("\r\n", "\n") if c.isprintable() or c in "\n\t")
    clean = clean.strip()
    if len(clean) > longest:
        raise WordsTooLong(
            f"This is {len(clean)} characters long; {longest} fit.",
            fields={"words": f"Make it shorter: at most {longest} characters."},
        )
    return clean
