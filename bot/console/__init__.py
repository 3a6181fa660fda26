"""What people of the organisation see. Denied by default."""

from starlette.routing import Mount, Route

from bot.runtime import Runtime


def routes(rt: Runtime) -> list[Route | Mount]:
    return []
