"""Step 1 of the walk: a verified request becomes rows, then 200. Nothing else happens before the answer."""

from collections.abc import Awaitable, Callable

from starlette.background import BackgroundTask
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot import door, log
from bot.limits import Throttle
from bot.runtime import Runtime
from integrations.channel import Channel, ChannelName, WebRequest
from integrations.errors import Rejected

_log = log.get(__name__)


class TooLarge(Exception):
    """The body is above the set size."""


async def read_request(request: Request, most: int) -> WebRequest:
    """The request as it arrived, read up to `most` bytes. Raises `TooLarge`."""
    declared = request.headers.get("content-length", "0")
    if declared.isdecimal() and int(declared) > most:
        raise TooLarge
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise TooLarge
    return WebRequest(
        path=request.url.path,
        query=request.url.query,
        headers={k.lower(): v for k, v in request.headers.items()},
        body=bytes(body),
    )


async def receive(rt: Runtime, throttle: Throttle, channel: Channel, request: Request) -> Response:
    """Verify, parse, accept. 403 not authentic, 400 not readable, 413 too large; 200 once everything is on disk."""
    try:
        raw = await read_request(request, rt.settings.max_body_bytes)
        channel.verify(raw)
        said = channel.parse(raw)
    except TooLarge:
        return PlainTextResponse("too large\n", 413)
    except ClientDisconnect:
        return Response(status_code=400)
    except Rejected as error:
        _log.warning("webhook_rejected", channel=channel.name, status=error.status)
        return PlainTextResponse(f"{error}\n", error.status)
    errands = await door.admit(rt, throttle, said)
    return Response(status_code=200, background=BackgroundTask(door.run_errands, rt, errands))


Endpoint = Callable[[Request], Awaitable[Response]]


def routes(rt: Runtime, throttle: Throttle) -> list[Route]:
    """One route for each configured provider channel. Each verifies before anything else: a guard test holds that."""

    def endpoint(channel: Channel) -> Endpoint:
        async def handle(request: Request) -> Response:
            return await receive(rt, throttle, channel, request)

        return handle

    paths = {
        ChannelName.WHATSAPP: ("/webhooks/whatsapp", "/webhooks/whatsapp/status"),
        ChannelName.TELEGRAM: ("/webhooks/telegram",),
    }
    return [
        Route(path, endpoint(channel), methods=["POST"])
        for name, channel in rt.channels.items()
        for path in paths.get(ChannelName(name), ())
    ]
