"""`GET /console/events`: tells an open page that a case changed. Ids and levels only, never a word.

Ends by itself within seconds when the session ends: revoking somebody closes her screens too.
"""

import json
from collections.abc import AsyncIterator

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.responses import Response

from bot.cases.listing import may_see
from bot.cases.watch import Changed, Sees, Stands, Watch
from bot.console import account
from bot.console.guard import Visit
from bot.safety.risk import Risk


async def events(visit: Visit, watch: Watch) -> Response:
    assert visit.who is not None  # noqa: S101 - not for anyone
    who, token_hash = visit.who, visit.who.session.token_hash

    async def stands() -> bool:
        return await account.still_signed(visit.rt, token_hash)

    def sees(changed: Changed) -> bool:
        return may_see(changed.concerns, who.operator)

    return EventSourceResponse(_stream(watch, stands, sees), ping=15, headers={"X-Accel-Buffering": "no"})


async def _stream(watch: Watch, stands: Stands, sees: Sees) -> AsyncIterator[ServerSentEvent]:
    async with watch.screen(stands, sees) as screen:
        yield ServerSentEvent(event="ready", data="{}", retry=2000)
        while changed := await screen.changes.get():
            data = json.dumps({"id": changed.case, "risk": Risk(changed.risk).word})
            yield ServerSentEvent(event="case", data=data)
