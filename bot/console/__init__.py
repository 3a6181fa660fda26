"""What people of the organisation see. Denied by default: a page that is not in `pages()` does not exist."""

from pathlib import Path

from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.cases.watch import Watch
from bot.console import desk, facts, handover, identity, linking, opening, people, phone, referral, services, sign_in, talk, team
from bot.console.events import events
from bot.console.guard import DESK, EVERYBODY, Page, Visit, route
from bot.console.render import Pages
from bot.runtime import Runtime

_STATIC = Path(__file__).parent / "static"


async def _nothing_here(visit: Visit) -> Response:
    return visit.show("message.html", 404, title=visit.say("There is no such page"), text="")


def pages(watch: Watch) -> tuple[Page, ...]:
    """Every page with who may open it."""

    async def stream(visit: Visit) -> Response:
        return await events(visit, watch)

    return (
        *sign_in.PAGES,
        *desk.PAGES,
        *phone.PAGES,
        *handover.PAGES,
        *talk.PAGES,
        *identity.PAGES,
        *linking.PAGES,
        *opening.PAGES,
        *referral.PAGES,
        *services.PAGES,
        *facts.PAGES,
        *team.PAGES,
        *people.PAGES,
        Page("GET", "/console/events", stream, DESK, by_itself=True),
        Page("GET", "/console/{rest:path}", _nothing_here, EVERYBODY),
    )


def routes(rt: Runtime, watch: Watch) -> list[Route | Mount]:
    texts = Pages()
    static = Mount("/console/static", StaticFiles(directory=_STATIC))
    return [static, *(route(rt, texts, page) for page in pages(watch))]
