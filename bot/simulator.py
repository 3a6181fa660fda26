"""The simulated phone's page. Development only; its messages go through the same door as a provider's."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.console.guard import HEADERS
from bot.limits import Throttle
from bot.mailbox import DatabaseMailbox
from bot.runtime import Runtime
from bot.webhooks import receive
from integrations.channel import ChannelName

_STATIC = Path(__file__).parent / "console" / "static"


def routes(rt: Runtime, throttle: Throttle) -> list[Route | Mount]:
    box = DatabaseMailbox(rt.database, rt.clock)
    channel = rt.channels[ChannelName.SIMULATOR]

    async def page(_request: Request) -> Response:
        return FileResponse(_STATIC / "simulator.html", headers=HEADERS)

    async def send(request: Request) -> Response:
        return await receive(rt, throttle, channel, request)

    async def messages(request: Request) -> Response:
        after = request.query_params.get("after", "0")
        seen = int(after) if after.isdecimal() and len(after) < 18 else 0
        found = await box.since(request.query_params.get("address", ""), seen)
        return JSONResponse([{"id": n, "at": at.isoformat(), **message.model_dump()} for n, at, message in found])

    return [
        Route("/simulator/", page),
        Route("/simulator/send", send, methods=["POST"]),
        Route("/simulator/messages", messages),
        Mount("/simulator/static", StaticFiles(directory=_STATIC)),
    ]
