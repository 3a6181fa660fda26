"""A turn that keeps failing is parked in a transaction of its own: its words kept, a case opened, an alarm raised.

Uses as little of the house as it can: whatever broke the turn may be broken here too.
"""

from bot import hub as hubs
from bot import inbox, log, outbox
from bot.cases.case import Wanted, open_or_raise, she_is_back
from bot.outbox import EntryKind
from bot.runtime import Runtime
from bot.safety.risk import Risk
from bot.storage.tables import Alarm
from integrations.channel import Message

_log = log.get(__name__)

# The last words when even the texts cannot be had. A guard test holds them against the facts.
LAST_WORDS = {
    "es": "Perdón, algo nos falló y no pudimos contestarte. Si necesitas ayuda ahora: 911. Línea de las Mujeres: 079, opción 1.",
    "en": "Sorry, something failed on our side and we could not answer. If you need help now: 911. Women's line: 079, option 1.",
}
LAST_NEUTRAL = {"es": "Recibimos tu mensaje.", "en": "We got your message."}


async def park(rt: Runtime, turn: inbox.Turn) -> None:
    """Give up on a turn without losing it. Raises `LeaseLost` if another worker has it."""
    now = rt.clock()
    glances = [rt.glance(message.body) for message in turn.messages]
    left = any(glance.leaving for glance in glances)
    level = max(Risk.CONCERN, turn.glance)
    async with rt.database.write() as session:
        row = await inbox.locked(session, turn)
        held = row.phone_held or any(glance.phone_held for glance in glances)
        words = LAST_NEUTRAL if held else LAST_WORDS
        flags = tuple(name for name, on in (("parked", True), ("phone_held", held), ("left", left)) if on)
        lane = "urgent" if level >= Risk.HIGH else "listen"
        case = await open_or_raise(session, row, Wanted(lane, level, ("parked",), flags), now)
        session.add(Alarm(subject=f"case:{case.id}", step=f"parked:{turn.messages[-1].id}", raised_at=now))
        row.phone_held = held
        row.exited_at = now if left else None
        if left:
            await outbox.drop_pending(session, row.id, "left", now)
        else:
            message = Message(text=words.get(row.language or "es", words["es"]))
            she_is_back(case)
            kind = EntryKind.NEUTRAL if held else EntryKind.EMERGENCY
            outbox.enqueue(session, row, turn.key, rt.channels[row.channel], [message], kind, now)
        await inbox.finish(session, row, turn, now, state="parked", keep=True)
    _log.error("turn_parked", conversation=turn.conversation.id, case=case.id, risk=level.word, attempts=turn.attempt)
    await rt.hub.publish(hubs.SCREENS)
    await rt.hub.publish(hubs.OUTBOX)
