"""`GET /console/events`: tells an open page that a case changed. Ids and levels only, never a word.

Ends by itself within seconds when the session ends: revoking somebody closes her screens too.
"""

import asyncio
import json
from collections.abc import AsyncIterator

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.responses import Response

from bot.cases.watch import Watch
from bot.console import account
from bot.console.guard import Visit
from bot.safety.risk import Risk

_CHECK_SECONDS = 5.0


async def events(visit: Visit, watch: Watch) -> Response:
    assert visit.who is not None  # noqa: S101 - not for anyone
    stream = _stream(visit, watch, visit.who.session.token_hash)
    return EventSourceResponse(stream, ping=15, headers={"X-Accel-Buffering": "no"})


async def _stream(visit: Visit, watch: Watch, token_hash: bytes) -> AsyncIterator[ServerSentEvent]:
    async with watch.screen() as changes:
        yield ServerSentEvent(event="ready", data="{}", retry=2000)
        loop = asyncio.get_running_loop()
        checked = loop.time()
        while True:
            try:
                changed = await asyncio.wait_for(changes.get(), _CHECK_SECONDS)
                data = json.dumps({"id": changed.case, "risk": Risk(changed.risk).word})
                yield ServerSentEvent(event="case", data=data)
            except TimeoutError:
                pass
            if loop.time() - checked >= _CHECK_SECONDS:
                checked = loop.time()
                if not await account.still_signed(visit.rt, token_hash):
                    return
