"""Alive, ready, and figures. Ready means: a message can be accepted; a dead Rasa or Redis is degraded, not unready."""

import asyncio
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.cases import clock
from bot.runtime import Runtime

_DATABASE_SECONDS = 2.0


async def readiness(rt: Runtime) -> dict[str, Any]:
    """The state of each part, as the contract writes it."""
    database = await _database(rt)
    parts: dict[str, Any] = {
        "database": database,
        "redis": {"state": "ok" if await rt.hub.healthy() else "degraded"},
        "rasa": {"state": "ok" if await rt.nlu.healthy() else "degraded"},
        "content": {
            "state": "degraded" if rt.content_error else "ok",
            "version": rt.bundle.version,
            "waiting": sum(rt.bundle.library.waiting(rt.clock().date())),
        },
        "providers": {name: {"state": "ok"} for name in sorted(rt.channels)},
    }
    if rt.content_error:
        parts["content"]["error"] = rt.content_error
    return {"ready": database["state"] == "ok", "parts": parts}


async def _database(rt: Runtime) -> dict[str, str]:
    try:
        async with asyncio.timeout(_DATABASE_SECONDS), rt.database.read() as session:
            await session.execute(text("SELECT 1 FROM conversations LIMIT 1"))
        return {"state": "ok"}
    except Exception:  # any failure of the database means that nothing can be accepted
        return {"state": "down"}


def routes(rt: Runtime) -> list[Route]:
    async def alive(_request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def ready(_request: Request) -> Response:
        state = await readiness(rt)
        return JSONResponse(state, 200 if state["ready"] else 503)

    async def metrics(_request: Request) -> Response:
        await clock.measure(rt)
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return [Route("/healthz", alive), Route("/readyz", ready), Route("/metrics", metrics)]
