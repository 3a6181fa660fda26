"""The queue in the reader's words."""

from dataclasses import dataclass

from bot.cases import deadlines
from bot.cases.listing import Row
from bot.cases.work import may_read
from bot.console import words
from bot.console.guard import Visit
from bot.console.render import lasting


@dataclass(frozen=True, slots=True)
class ClockView:
    """One deadline: its words and whether little time is left."""

    words: str
    soon: bool


@dataclass(frozen=True, slots=True)
class RowView:
    """A row in the reader's words."""

    id: str
    risk: str
    risk_words: str
    state: str
    state_words: str
    reasons: list[str]
    flags: list[str]
    language: str
    channel: str
    speciality: str
    owner: str | None
    waiting: str
    waits_since: str
    mine: bool
    may_claim: bool
    may_open: bool
    offered: bool
    clocks: tuple[ClockView, ...]


@dataclass(frozen=True, slots=True)
class LaneView:
    id: str
    name: str
    help: str
    rows: list[RowView]


def row_view(visit: Visit, row: Row) -> RowView:
    case, viewer = row.case, visit.operator
    mine = case.claimed_by == viewer.id
    since = visit.rt.clock() - row.waiting
    return RowView(
        id=case.id,
        risk=row.risk.word,
        risk_words=visit.say(words.RISKS[row.risk]),
        state=case.state,
        state_words=visit.say(words.STATES[case.state]),
        reasons=words.reason_words(case.reasons, _kinds(visit), visit.say),
        flags=words.flag_words(case.flags, visit.say),
        language=visit.say(words.TONGUES.get(case.language or "", case.language or words.UNKNOWN_LANGUAGE)),
        channel=visit.say(words.CHANNELS.get(case.channel, case.channel)),
        speciality=visit.say(words.SPECIALITIES[case.speciality]) if case.speciality else "",
        owner=None if mine else row.owner,
        waiting=lasting(row.waiting),
        waits_since="" if row.answered else since.isoformat(),
        mine=mine,
        may_claim=case.state == "open",
        may_open=may_read(case, viewer),
        offered=case.offered_to == viewer.id,
        clocks=tuple(_clock(visit, clock) for clock in deadlines.of_case(case, visit.rt.clock(), visit.rt.bundle.library.hours)),
    )


def _kinds(visit: Visit) -> dict[str, str]:
    """What harm each entry of the lexicon stands for."""
    return {name: entry.kind for name, entry in visit.rt.bundle.lexicon.entries.items()}


def _clock(visit: Visit, clock: deadlines.Deadline) -> ClockView:
    left = clock.until - visit.rt.clock()
    name = visit.say(words.DEADLINES[clock.kind])
    over = visit.say("%(name)s: over", name=name)
    return ClockView(over if left.total_seconds() < 0 else f"{name}: {lasting(left)}", clock.soon)


def lane_view(visit: Visit, lane: str, rows: list[Row]) -> LaneView:
    views = [row_view(visit, row) for row in rows if row.case.lane == lane]
    return LaneView(lane, visit.say(words.LANES[lane]), visit.say(words.LANE_HELP[lane]), views)
