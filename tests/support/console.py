"""An operator at a browser without scripts: signs in, opens pages, sends forms, over the application itself."""

import re
from dataclasses import dataclass

import httpx
import pyotp

from bot.app import make_app
from bot.console import account
from bot.console.account import Role
from bot.runtime import Runtime
from bot.storage.tables import Operator
from tests.support.world import HandClock

PASSWORD = "a password for tests"


@dataclass
class Person:
    """Somebody of the organisation, enrolled."""

    operator: Operator
    secret: str

    @property
    def id(self) -> str:
        return self.operator.id

    @property
    def email(self) -> str:
        return self.operator.email


async def hire(rt: Runtime, name: str = "Ana", role: Role = Role.OPERATOR, languages: tuple[str, ...] = ("es",)) -> Person:
    """Invite and enrol somebody, and put her at her desk."""
    token = await account.invite(rt, f"{name.lower()}@faro.example", name, role, list(languages))
    found = await account.open_enrolment(rt, token)
    assert found is not None
    await account.enrol(rt, token, PASSWORD, code(found.secret, rt))
    async with rt.database.write() as session:
        operator = await session.get_one(Operator, found.operator.id)
        operator.seen_at, operator.on_shift = rt.clock(), True
    return Person(operator, found.secret)


def code(secret: str, rt: Runtime) -> str:
    return pyotp.TOTP(secret).at(rt.clock())


def form_token(html: str) -> str:
    found = re.search(r'name="token" value="([0-9a-f]+)"', html)
    assert found is not None, "a page without a form"
    return found.group(1)


class Browser:
    """One browser. Keeps cookies, follows nothing by itself."""

    def __init__(self, rt: Runtime, agent: str = "test browser") -> None:
        self.rt = rt
        self._client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=make_app(rt)), base_url="http://faro.test", headers={"User-Agent": agent}
        )

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self._client.get(path, headers=headers)

    async def post(self, path: str, *, page: str = "/console/sign-in", **fields: str) -> httpx.Response:
        """Send a form as it stands on `page`."""
        token = form_token((await self._client.get(page)).text)
        return await self._client.post(path, data={"token": token, **fields})

    async def post_bare(self, path: str, **fields: str) -> httpx.Response:
        """Send a form without its token."""
        return await self._client.post(path, data=fields or {"x": "y"})

    async def sign_in(self, person: Person, clock: HandClock | None = None, **instead: str) -> httpx.Response:
        """Sign in with the code of now; a minute later if a clock is given, so that the code is fresh."""
        if clock is not None:
            clock.forward(seconds=60)
        fields = {"email": person.email, "password": PASSWORD, "code": code(person.secret, self.rt), **instead}
        return await self.post("/console/sign-in", **fields)

    def cookies(self) -> str:
        """What it sends as its Cookie header."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._client.cookies.jar)

    def copy_session_to(self, other: "Browser") -> None:
        other._client.cookies.update(self._client.cookies)

    async def close(self) -> None:
        await self._client.aclose()


async def spare_code(rt: Runtime, person: Person) -> str:
    """A code that opens now, with the real clock: her last one is forgotten instead of waiting half a minute for the next."""
    async with rt.database.write() as session:
        (await session.get_one(Operator, person.id)).totp_step = None
    return code(person.secret, rt)
