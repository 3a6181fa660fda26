"""The administrators' page: who may sign in. An administrator sees no case and no talk."""

from sqlalchemy import select
from starlette.responses import Response

from bot import access
from bot.cases.speciality import SPECIALITIES
from bot.console import account, words
from bot.console.account import Role
from bot.console.enrolling import WrongOperator, add_operator
from bot.console.guard import ADMINS, Page, Visit
from bot.storage.tables import Operator


async def people(visit: Visit) -> Response:
    return await _page(visit)


async def _page(visit: Visit, *, link: str = "", problem: str = "", status: int = 200) -> Response:
    async with visit.rt.database.read() as session:
        everybody = (await session.scalars(select(Operator).order_by(Operator.name))).all()
    return visit.show(
        "people.html",
        status,
        people=everybody,
        link=link,
        problem=problem,
        roles=[(role.value, visit.say(words.ROLES[role])) for role in Role],
        specialities=[(name, visit.say(words.SPECIALITIES[name])) for name in SPECIALITIES],
    )


async def invite(visit: Visit) -> Response:
    """A one-time enrolment link, shown once."""
    fields = [visit.field(name) for name in ("email", "name", "role", "languages")]
    if fields[2] not in set(Role):
        return await _page(visit, problem=visit.say("Choose a role"), status=422)
    try:
        link = await add_operator(visit.rt, *fields)
    except WrongOperator as error:
        return await _page(visit, problem=visit.say(str(error)), status=422)
    await access.record(visit.rt, visit.operator.id, "invited", "operator")
    return await _page(visit, link=link)


_CHANGES = ("dismiss", "return", "sign_out", "safeguarding", "no_safeguarding")


async def change(visit: Visit) -> Response:
    """Dismiss somebody at once, let her back, end her sessions, or name her for safeguarding."""
    what = visit.field("what")
    if what not in _CHANGES:
        return await _page(visit, problem=visit.say("That is not possible now."), status=422)
    async with visit.rt.database.write() as session:
        person = await session.get(Operator, visit.field("who"))
        if person is None or (person.id == visit.operator.id and what == "dismiss"):
            return await _page(visit, problem=visit.say("That is not possible now."), status=409)
        if what in ("dismiss", "return"):
            person.active = what == "return"
        if what in ("dismiss", "sign_out"):
            await account.end_sessions(session, person.id)
        if what in ("safeguarding", "no_safeguarding"):
            person.safeguarding = what == "safeguarding"
    await access.record(visit.rt, visit.operator.id, what, person.id)
    return visit.go("/console/people")


async def specialities(visit: Visit) -> Response:
    """What somebody knows best: what is hers comes first in her queue, and nothing is kept from her."""
    chosen = {value for value in visit.form.getlist("speciality") if isinstance(value, str)}
    async with visit.rt.database.write() as session:
        person = await session.get(Operator, visit.field("who"))
        if person is None:
            return await _page(visit, problem=visit.say("That is not possible now."), status=409)
        person.specialities = [name for name in SPECIALITIES if name in chosen]
    await access.record(visit.rt, visit.operator.id, "specialities", person.id)
    return visit.go("/console/people")


PAGES = (
    Page("GET", "/console/people", people, ADMINS),
    Page("POST", "/console/people/invite", invite, ADMINS),
    Page("POST", "/console/people/change", change, ADMINS),
    Page("POST", "/console/people/specialities", specialities, ADMINS),
)
