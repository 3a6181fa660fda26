"""What the pages of one case share: whose it is, and a form that does one thing and shows the case again."""

from collections.abc import Awaitable, Callable, Collection

from starlette.responses import Response

from bot.cases.work import Refused
from bot.console import words
from bot.console.guard import Visit

Deed = Callable[[Visit, str, str], Awaitable[None]]


def case_id(visit: Visit) -> str:
    return str(visit.request.path_params["case"])


def not_yours(visit: Visit) -> Response:
    return visit.show(
        "message.html",
        403,
        title=visit.say("This case is not yours"),
        text=visit.say("Its talk is shown only to who has it. It may have gone back to the queue."),
    )


def doing(deed: Deed, then: str = "/console/cases/{case}") -> Callable[[Visit], Awaitable[Response]]:
    """A form of a case: do it, then show `then`; a refusal is said, and what she typed is shown again."""

    async def endpoint(visit: Visit) -> Response:
        case = case_id(visit)
        try:
            await deed(visit, case, visit.operator.id)
        except Refused as refused:
            said = visit.say(words.REFUSALS[refused.reason])
            return visit.show("refused.html", 409, said=said, text=visit.field("text"), back=f"/console/cases/{case}")
        return visit.go(then.format(case=case))

    return endpoint


def one_of(visit: Visit, name: str, allowed: Collection[str]) -> str:
    """A field of the form that is one of these. Raises `Refused`."""
    value = visit.field(name)
    if value not in allowed:
        raise Refused("not_now")
    return value
