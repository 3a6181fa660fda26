"""When something may leave: a reply within the quarter of an hour, later only what she agreed to, in her hours."""

from datetime import UTC, datetime, timedelta

import pytest

from bot import sending_rules, writing_first
from bot.outbox import EntryKind
from bot.sending_rules import Decision, Rules, Verdict
from bot.storage.tables import Conversation, OutboxEntry

WROTE = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # 11:00 in Mexico City
RULES = Rules(reply=timedelta(minutes=15), automatic_expiry=timedelta(minutes=10), template=True)


def conversation(**changes: object) -> Conversation:
    known = {"channel": "telegram", "may_write": "unknown", "phone_held": False, "last_inbound_at": WROTE}
    return Conversation(**{**known, **changes})


def decide(kind: EntryKind, after: timedelta, her: Conversation, written: timedelta | None = None) -> Decision:
    """What becomes of something written at once before it leaves, unless `written` says how long after her message."""
    at = WROTE + after
    entry = OutboxEntry(kind=kind, created_at=WROTE + written if written is not None else at, answers_at=at)
    return sending_rules.decide(entry, her, RULES, at, neutral_sent=False)


LATER = timedelta(minutes=16)
EVERY_KIND = [kind for kind in EntryKind if kind is not EntryKind.FAREWELL]


@pytest.mark.parametrize("kind", EntryKind)
@pytest.mark.parametrize("said", ["yes", "no", "unknown"])
def test_reply_within_the_quarter_of_an_hour_leaves_whatever_she_said_of_writing(kind: EntryKind, said: str) -> None:
    her = conversation(may_write=said, write_when="evening")
    assert decide(kind, timedelta(minutes=15), her).verdict is Verdict.SEND


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_nothing_is_written_first_after_a_no(kind: EntryKind) -> None:
    assert decide(kind, LATER, conversation(may_write="no")) == Decision(Verdict.HOLD, "writing_first")


@pytest.mark.parametrize("kind", [kind for kind in EVERY_KIND if kind is not EntryKind.OPENER])
def test_unknown_means_no(kind: EntryKind) -> None:
    assert decide(kind, LATER, conversation()) == Decision(Verdict.HOLD, "writing_first")


def test_opener_that_a_person_weighed_leaves_where_nobody_has_asked_her() -> None:
    assert decide(EntryKind.OPENER, LATER, conversation()).verdict is Verdict.SEND


@pytest.mark.parametrize("kind", [EntryKind.NEUTRAL, EntryKind.OPENER, EntryKind.EMERGENCY])
def test_what_she_agreed_to_leaves(kind: EntryKind) -> None:
    assert decide(kind, LATER, conversation(may_write="yes")).verdict is Verdict.SEND


def test_words_of_a_person_do_not_leave_late_even_with_her_yes() -> None:
    assert decide(EntryKind.OPERATOR, LATER, conversation(may_write="yes")) == Decision(Verdict.HOLD, "writing_first")


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_nothing_is_written_first_to_a_phone_that_somebody_may_hold(kind: EntryKind) -> None:
    assert decide(kind, LATER, conversation(may_write="yes", phone_held=True)).verdict is Verdict.HOLD


@pytest.mark.parametrize(
    ("silent", "verdict"), [(timedelta(days=13, hours=23), Verdict.SEND), (timedelta(days=14), Verdict.HOLD)]
)
@pytest.mark.parametrize("kind", [EntryKind.NEUTRAL, EntryKind.OPENER])
def test_her_yes_lapses_after_fourteen_silent_days(kind: EntryKind, silent: timedelta, verdict: Verdict) -> None:
    assert decide(kind, silent, conversation(may_write="yes")).verdict is verdict


def test_her_no_never_lapses() -> None:
    assert writing_first.word(conversation(may_write="no"), WROTE + timedelta(days=400)) == "no"


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_after_an_exit_nothing_leaves_within_the_quarter_of_an_hour_either(kind: EntryKind) -> None:
    her = conversation(may_write="yes", exited_at=WROTE)
    before = decide(kind, timedelta(minutes=1), her, written=timedelta())
    assert before == Decision(Verdict.DROP, "left")
    assert decide(kind, timedelta(minutes=1), her) == Decision(Verdict.HOLD, "left")


def test_goodbye_that_comes_late_is_not_said() -> None:
    her = conversation(may_write="yes", exited_at=WROTE)
    assert decide(EntryKind.FAREWELL, timedelta(minutes=1), her).verdict is Verdict.SEND
    assert decide(EntryKind.FAREWELL, LATER, her) == Decision(Verdict.DROP, "late")


@pytest.mark.parametrize("kind", [EntryKind.NEUTRAL, EntryKind.OPENER, EntryKind.EMERGENCY])
@pytest.mark.parametrize(("hours", "begins"), [("morning", None), ("afternoon", 3), ("evening", 9)])
def test_what_is_written_first_waits_for_the_hours_she_named(kind: EntryKind, hours: str, begins: int | None) -> None:
    decided = decide(kind, LATER, conversation(may_write="yes", write_when=hours))
    if begins is None:
        assert decided.verdict is Verdict.SEND
    else:
        assert decided == Decision(Verdict.HER_HOURS, "her_hours", WROTE + timedelta(hours=begins))


def test_hours_that_are_over_begin_again_the_next_day() -> None:
    night = WROTE + timedelta(hours=12)  # 23:00 in Mexico City
    assert writing_first.from_when(conversation(write_when="evening"), night) == WROTE + timedelta(hours=33)


@pytest.mark.parametrize("hours", ["any", None])
def test_without_hours_any_hour_is_hers(hours: str | None) -> None:
    assert decide(EntryKind.NEUTRAL, LATER, conversation(may_write="yes", write_when=hours)).verdict is Verdict.SEND


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"may_write": "yes"}, Verdict.REOPEN),
        ({"may_write": "yes", "write_when": "evening"}, Verdict.HER_HOURS),
        ({"may_write": "yes", "phone_held": True}, Verdict.HOLD),
        ({}, Verdict.HOLD),
    ],
)
def test_closed_window_is_opened_only_as_she_agreed(changes: dict[str, object], verdict: Verdict) -> None:
    her = conversation(channel="whatsapp", **changes)
    assert decide(EntryKind.NEUTRAL, timedelta(hours=25), her).verdict is verdict
