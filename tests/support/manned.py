"""A helpline in full swing, for tests that try every route: people of every role signed in, and something of everything there."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, insert, select
from starlette.applications import Starlette

from bot.app import make_app
from bot.cases import queue, referral, transfer, work
from bot.cases.watch import Watch
from bot.console import account, pages, sign_in
from bot.console.account import Role
from bot.console.guard import ANYONE, Page
from bot.privacy import identity
from bot.privacy.identity import Reason
from bot.runtime import Runtime
from bot.storage.tables import FactDecision, Operator, Referral, Shift, Table
from integrations.channel import Media, MediaKind
from tests.support.console import Browser, hire
from tests.support.openapi import Form, forms_in, pattern
from tests.support.world import HandClock, Phone

NOBODY = "nobody"


@dataclass
class Manned:
    """The running service.

    Attributes:
        cookies: of a browser of each role, signed in; of one that is not.
        tokens: the token of each one's forms.
        known: values for path parameters that name something that is there.
        forms: every form that anybody is shown.
    """

    rt: Runtime
    app: Starlette
    cookies: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    known: dict[str, list[str]] = field(default_factory=dict)
    forms: list[Form] = field(default_factory=list)
    _rows: dict[Any, list[Any]] = field(default_factory=dict)

    def pages(self) -> tuple[Page, ...]:
        return pages(Watch(self.rt))

    def page(self, method: str, path: str) -> Page | None:
        """The console's page behind a route of the document."""
        found = (page for page in self.pages() if page.method == method and page.path.replace(":path", "") == path)
        return next(found, None)

    def visitors(self, method: str, path: str) -> list[str]:
        """Who may open a page: the doors beside the console know nobody."""
        page = self.page(method, path)
        return [NOBODY] if page is None else [NOBODY, *Role] if page.roles is ANYONE else sorted(page.roles or ())

    def headers(self, who: str) -> list[tuple[bytes, bytes]]:
        return [(b"cookie", self.cookies[who].encode()), (b"x-faro-form", self.tokens[who].encode()), (b"user-agent", b"t")]

    async def remember(self) -> None:
        async with self.rt.database.read() as session:
            self._rows = {table: [dict(row) for row in (await session.execute(select(table))).mappings()] for table in _TABLES}

    async def restore(self) -> None:
        """Everything as it was remembered: what one request closed, erased or signed out is there again for the next."""
        async with self.rt.database.write() as session:
            for table in reversed(_TABLES):
                await session.execute(delete(table))
            for table in _TABLES:
                if self._rows[table]:
                    await session.execute(insert(table), self._rows[table])


_TABLES = Table.metadata.sorted_tables


@asynccontextmanager
async def manned(rt: Runtime, clock: HandClock) -> AsyncIterator[Manned]:
    service = Manned(rt, make_app(rt))
    await sign_in.forget_tries()
    people = {role: await hire(rt, f"{role}-person", role) for role in Role}
    other = await hire(rt, "Olga")
    link = await account.invite(rt, "soon@faro.example", "Soon", Role.OPERATOR, ["es"])
    ids = await _talks(rt, people[Role.OPERATOR].id, people[Role.SUPERVISOR].id, other.id)
    service.known = {
        "case": ids,
        "rest": ["nowhere"],
        "file": ["console.css", "simulator.js"],
        "token": [link],
        "entry": ["1", "2"],
        "earlier": ids,
    }
    fact = next(iter(rt.bundle.library.facts))
    place = next(iter(rt.bundle.library.directory.services))
    service.known |= {"fact": [fact], "service": [place], "decision": [await _decision(rt, fact, other.id)]}
    browsers = {NOBODY: Browser(rt, "t")}
    for role, person in people.items():
        browsers[role] = Browser(rt, "t")
        await browsers[role].sign_in(person, clock)
        await sign_in.forget_tries()
    for who, browser in browsers.items():
        await _look_around(service, who, browser)
    await service.remember()
    try:
        yield service
    finally:
        for browser in browsers.values():
            await browser.close()
        await sign_in.forget_tries()


async def _talks(rt: Runtime, ana: str, bea: str, olga: str) -> list[str]:
    """Cases in every state: one of the operator's with all that can hang on it, one each of others, one that nobody has."""
    ids = []
    for number, owner in enumerate((ana, ana, bea, olga, None)):
        phone = Phone(rt, f"phone-{number}")
        await phone.says("anoche mi marido me pego")
        await phone.sends_body(Media(media=MediaKind.IMAGE, handle="image", mime="image/jpeg"))
        await phone.answers()
        case = await phone.case()
        assert case is not None
        ids.append(case.id)
        if owner is not None:
            await queue.claim(rt, case.id, owner)
    await work.add_note(rt, ids[0], ana, "a note for tests")
    service = next(s for s in rt.bundle.library.directory.services.values() if s.kind == "legal_aid" and s.show != "internal")
    await referral.ask(rt, ids[0], ana, service.id, ("language",))
    await transfer.offer(rt, ids[3], olga, ana)
    async with rt.database.write() as session:
        session.add(Shift(operator_id=ana, starts_at=rt.clock(), ends_at=rt.clock().replace(hour=23)))
        asker = await session.get_one(Operator, olga)
        assert (await session.scalars(select(Referral.id))).one()
    await identity.ask(rt, ids[3], asker, Reason.LIFE_AT_STAKE)
    return ids


async def _decision(rt: Runtime, fact: str, by: str) -> str:
    async with rt.database.write() as session:
        decided = FactDecision(fact=fact, action="correct", made_by=by, made_by_name="Olga", made_at=rt.clock())
        session.add(decided)
        await session.flush()
        return decided.id


async def _look_around(service: Manned, who: str, browser: Browser) -> None:
    """Open every page there is for her: her form's token, and the forms on it."""
    for page in service.pages():
        allowed = page.roles is ANYONE or (who != NOBODY and Role(who) in (page.roles or ()))
        if page.method != "GET" or page.path == "/console/events" or not allowed:
            continue
        for path in _real(page.path, service.known):
            answer = await browser.get(path)
            token = re.search(r'name="token" value="([0-9a-f]+)"', answer.text)
            service.tokens.setdefault(who, token.group(1) if token else "")
            service.forms += forms_in(path, answer.text)
    service.tokens.setdefault(who, "")
    service.cookies[who] = browser.cookies()


def _real(path: str, known: dict[str, list[str]]) -> list[str]:
    names = re.findall(r"{(\w+)(?::\w+)?}", path)
    if not names:
        return [path]
    pieces = [path]
    for name in names:
        pieces = [re.sub(rf"{{{name}(:\w+)?}}", value, piece) for piece in pieces for value in known[name]]
    assert all(pattern(path).match(piece) for piece in pieces)
    return pieces
