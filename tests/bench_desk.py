"""How soon an imminent case stands on every open desk, on real parts: PostgreSQL, Redis, Rasa, a web and a worker process.

Part of `make bench`; alone: python -m tests.bench_desk [--cases 40] [--desks 10] [--backlog 1000]

Measured from the moment the provider begins its request to the moment the last desk holds the row, each with its share of
the way; beside it what each process took of the processors, and how long it stood in line for one.
"""

import argparse
import asyncio
import contextlib
import os
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
from sqlalchemy import func, select, text

from bot.app import runtime
from bot.console import account
from bot.runtime import Runtime
from bot.safety.risk import Risk
from bot.settings import Settings
from bot.storage import migrate
from bot.storage.tables import Case, Conversation, InboxEntry
from integrations.channel import ChannelName
from nlu import sidecar
from tests.bench import QUESTIONS, answers, child, environment
from tests.support.console import hire, spare_code
from tests.support.servers import create_database, database_url, drop_database, free_port, postgres, redis_server
from tests.support.twilio_emulator import ACCOUNT, PUBLIC_URL, SENDER, TwilioEmulator, signed, twilio

PER_SECOND = 20
WITHIN_MS = {"traffic": 500, "backlog": 2000}
IMMINENT = (
    "me tienen encerrada y no me dejan salir",
    "he is going to kill me tonight please help",
    "me quiero morir, ya tengo las pastillas en la mano",
    "me esta ahorcando mi pareja",
    "they have me locked in a room and took my phone",
)
_AGENT = "bench"
_FARO = [sys.executable, "-m", "bot.cli"]
_ROW = re.compile(r'data-case-id="([0-9a-f]{32})"')
_BEAT_SECONDS = 20.0
_PATIENCE_SECONDS = 60.0


class Provider:
    """Brings messages to the webhook over kept connections, as Twilio does."""

    def __init__(self, http: aiohttp.ClientSession, url: str, emulator: TwilioEmulator) -> None:
        self._http, self._url, self._emulator = http, url, emulator

    async def brings(self, number: str, words: str) -> float:
        """Bring one message; the time of the answer."""
        fields = {
            "AccountSid": ACCOUNT,
            "MessageSid": self._emulator.new_sid("SM"),
            "From": f"whatsapp:+{number}",
            "To": SENDER,
            "Body": words,
            "NumMedia": "0",
            "WaId": number,
        }
        path = "/webhooks/whatsapp"
        headers = {"X-Twilio-Signature": signed(PUBLIC_URL + path, fields)}
        while True:
            with contextlib.suppress(aiohttp.ClientConnectionError):  # a kept connection that just ended: again, as Twilio does
                async with self._http.post(self._url + path, data=fields, headers=headers) as answer:
                    if answer.status != 200:
                        raise SystemExit(f"the webhook answered {answer.status}")
                    return time.time()


@dataclass
class Desk:
    """One open queue page, doing what its script does: listens, swaps the list in when told, beats."""

    http: aiohttp.ClientSession
    url: str
    cookie: str
    told: dict[str, float] = field(default_factory=dict)
    shown: dict[str, float] = field(default_factory=dict)
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    _again: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def _headers(self) -> dict[str, str]:
        return {"Cookie": f"__Host-faro={self.cookie}", "User-Agent": _AGENT}

    async def listen(self) -> None:
        timeout = aiohttp.ClientTimeout(total=None)
        async with self.http.get(f"{self.url}/console/events", headers=self._headers, timeout=timeout) as stream:
            if stream.status != 200:
                raise SystemExit(f"a desk could not listen: {stream.status}")
            async for line in stream.content:
                if line.startswith(b"data:"):
                    self.ready.set()
                    for case in re.findall(rb"[0-9a-f]{32}", line):
                        self.told.setdefault(case.decode(), time.time())
                    self._again.set()

    async def refresh(self) -> None:
        while True:
            await self._again.wait()
            self._again.clear()
            async with self.http.get(f"{self.url}/console/queue", headers=self._headers) as answer:
                for case in _ROW.findall(await answer.text()):
                    self.shown.setdefault(case, time.time())

    async def beat(self) -> None:
        while True:
            await asyncio.sleep(_BEAT_SECONDS)
            self._again.set()


@dataclass
class Sent:
    """One imminent message. `began`: its request; `kept`: the 200."""

    number: str
    began: float
    kept: float


@dataclass
class Way:
    """One case's way in milliseconds from the beginning of the request."""

    kept: float
    opened: float
    told: float
    shown: float


class Stage:
    """The service as it runs, with desks open."""

    def __init__(self, rt: Runtime, provider: Provider, desks: list[Desk]) -> None:
        self.rt, self.provider, self.desks = rt, provider, desks
        self._numbers = (f"5215550{n:06d}" for n in range(1_000_000))

    def number(self) -> str:
        return next(self._numbers)

    async def imminent(self, words: str) -> Sent:
        number, began = self.number(), time.time()
        return Sent(number, began, await self.provider.brings(number, words))

    async def ways(self, sent: list[Sent]) -> list[Way]:
        """Wait until every desk shows every case."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            cases = await self._cases(sent)
            if len(cases) == len(sent) and all(case in desk.shown for case, _ in cases.values() for desk in self.desks):
                return [self._way(item, *cases[item.number]) for item in sent]
            await asyncio.sleep(0.2)
        raise SystemExit("not every imminent case came onto every desk")

    async def _cases(self, sent: list[Sent]) -> dict[str, tuple[str, datetime]]:
        by_lookup = {self.rt.keys.vault.lookup(ChannelName.WHATSAPP, f"whatsapp:+{s.number}"): s.number for s in sent}
        query = select(Conversation.lookup, Case.id, Case.opened_at).join(Case, Case.conversation_id == Conversation.id)
        async with self.rt.database.read() as session:
            rows = await session.execute(query.where(Case.risk == Risk.IMMINENT, Conversation.lookup.in_(by_lookup)))
            return {by_lookup[lookup]: (case, opened) for lookup, case, opened in rows}

    def _way(self, sent: Sent, case: str, opened: datetime) -> Way:
        told = max(desk.told[case] for desk in self.desks)
        shown = max(desk.shown[case] for desk in self.desks)
        return Way(*((at - sent.began) * 1000 for at in (sent.kept, opened.timestamp(), told, shown)))

    async def waiting(self) -> int:
        """How many messages wait in the inbox."""
        async with self.rt.database.read() as session:
            return await session.scalar(select(func.count()).select_from(InboxEntry).where(InboxEntry.state == "waiting")) or 0

    async def settled(self) -> None:
        deadline = time.monotonic() + 3 * _PATIENCE_SECONDS
        while await self.waiting():
            if time.monotonic() > deadline:
                raise SystemExit("the inbox did not empty")
            await asyncio.sleep(0.5)


@dataclass(frozen=True)
class Spent:
    """Seconds on a processor, and seconds in line for one."""

    on: float
    in_line: float


def spent(pids: list[int]) -> Spent:
    """What these processes and everything below them have taken so far; of the bench itself nothing below."""
    family, grew = set(pids), pids != [os.getpid()]
    parents = dict(_parents())
    while grew:
        more = {pid for pid, parent in parents.items() if parent in family} - family
        family |= more
        grew = bool(more)
    on = in_line = 0
    for pid in family:
        for file in Path(f"/proc/{pid}/task").glob("*/schedstat"):
            with contextlib.suppress(OSError):
                ran, stood, _ = file.read_text().split()
                on, in_line = on + int(ran), in_line + int(stood)
    return Spent(on / 1e9, in_line / 1e9)


def _parents() -> Iterator[tuple[int, int]]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                yield int(folder.name), int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])


def busy() -> float:
    """Seconds of processor time that the whole machine has spent so far, whoever spent them."""
    user, nice, system, idle, waiting, *rest = (int(n) for n in Path("/proc/stat").read_text().split("\n")[0].split()[1:])
    del idle, waiting
    return (user + nice + system + sum(rest[:3])) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def shares(parts: Mapping[str, list[int]]) -> Iterator[None]:
    """Print what each part took of the processors during the block."""
    before, began, all_before = {name: spent(pids) for name, pids in parts.items()}, time.monotonic(), busy()
    yield
    seconds, whole, ours = time.monotonic() - began, busy() - all_before, 0.0
    said = []
    for name, pids in parts.items():
        now = spent(pids)
        on, in_line = now.on - before[name].on, now.in_line - before[name].in_line
        ours += on
        said.append(f"{name} {on / seconds:.2f} (+{in_line / seconds:.2f} in line)")
    print(f"  processors used: {', '.join(said)}; others {max(0.0, whole - ours) / seconds:.2f} of {os.cpu_count()}")


def say(what: str, ways: list[Way], most: float) -> None:
    def line(pick: Callable[[Way], float]) -> str:
        values = [pick(way) for way in ways]
        return f"{statistics.median(values):.0f}/{_p95(values):.0f}"

    verdict = "within" if _p95([w.shown for w in ways]) <= most else "ABOVE"
    print(f"{what}: on every desk, median/p95 of {len(ways)} cases, ms: {line(lambda w: w.shown)} ({verdict} {most:.0f})")
    print(
        f"  answered 200 {line(lambda w: w.kept)}, turn decided {line(lambda w: w.opened)}, desks told {line(lambda w: w.told)}"
    )
    print(f"  load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


async def traffic(stage: Stage, contacts: list[str]) -> None:
    """Ordinary messages without end, at random moments, whatever the service does with them."""
    async with asyncio.TaskGroup() as under_way:
        while True:
            await asyncio.sleep(random.expovariate(PER_SECOND))
            message = stage.provider.brings(random.choice(contacts), random.choice(QUESTIONS))
            under_way.create_task(message)


async def in_traffic(stage: Stage, cases: int) -> list[Way]:
    sent = []
    async with asyncio.TaskGroup() as group:
        others = group.create_task(traffic(stage, [stage.number() for _ in range(300)]))
        await asyncio.sleep(5)
        for n in range(cases):
            await asyncio.sleep(random.uniform(0.5, 1.5))
            sent.append(await stage.imminent(IMMINENT[n % len(IMMINENT)]))
        ways = await stage.ways(sent)
        others.cancel()
    return ways


async def fill(stage: Stage, count: int) -> None:
    """Ordinary messages, each of another contact, while nobody takes turns."""
    for first in range(0, count, 20):
        batch = range(first, min(first + 20, count))
        await asyncio.gather(*(stage.provider.brings(stage.number(), QUESTIONS[n % len(QUESTIONS)]) for n in batch))


async def behind_backlog(stage: Stage, cases: int) -> list[Way]:
    began = await stage.waiting()
    sent = []
    for n in range(cases):
        sent.append(await stage.imminent(IMMINENT[n % len(IMMINENT)]))
        await asyncio.sleep(0.3)
    left = await stage.waiting()
    print(f"  ({began} messages waited at the first case, {left} at the last)")
    return await stage.ways(sent)


@contextlib.asynccontextmanager
async def desks_open(rt: Runtime, http: aiohttp.ClientSession, url: str, count: int) -> AsyncIterator[list[Desk]]:
    desks = []
    for n in range(count):
        person = await hire(rt, f"Desk{n}")
        token = await account.sign_in(rt, person.email, "a password for tests", await spare_code(rt, person), _AGENT)
        desks.append(Desk(http, url, token or ""))
    tasks = [asyncio.create_task(job) for desk in desks for job in (desk.listen(), desk.refresh(), desk.beat())]
    try:
        await asyncio.gather(*(desk.ready.wait() for desk in desks))
        yield desks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@contextlib.asynccontextmanager
async def databases(server: str) -> AsyncIterator[dict[str, str]]:
    names = [await create_database(server) for _ in range(2)]
    try:
        yield dict(zip(("FARO_DATABASE_URL", "FARO_KEYSTORE_URL"), (database_url(server, name) for name in names), strict=True))
    finally:
        for name in names:
            await drop_database(server, name)


def settings_of(variables: Mapping[str, str]) -> Settings:
    values = {name.removeprefix("FARO_").lower(): value for name, value in variables.items() if name.startswith("FARO_")}
    return Settings.model_validate(values)


async def postmaster(rt: Runtime) -> int:
    """The process above every backend of this PostgreSQL."""
    async with rt.database.read() as session:
        backend = (await session.execute(text("SELECT pg_backend_pid()"))).scalar_one()
    return dict(_parents())[backend]


@contextlib.asynccontextmanager
async def whole_service(emulator: TwilioEmulator) -> AsyncIterator[tuple[Runtime, str, dict[str, str], dict[str, list[int]]]]:
    """Everything but the worker: a runtime on its databases, the web's address, its settings, and the processes by name."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="faro-bench-"))
        server, redis = stack.enter_context(postgres()), stack.enter_context(redis_server())
        rasa_port, port = free_port(), free_port()
        rasa_url, url = f"http://127.0.0.1:{rasa_port}", f"http://127.0.0.1:{port}"
        async with databases(server) as urls:
            base = environment(Path(folder), rasa_url, emulator)
            variables = {**base, **urls, "FARO_REDIS_URL": redis.url, "FARO_LOG_LEVEL": "WARNING"}
            async with runtime(settings_of(variables)) as rt:
                await migrate.upgrade(rt.database)
                rasa = stack.enter_context(child(sidecar.serve_command(rasa_port), sidecar.environment(), sidecar.ROOT))
                web = stack.enter_context(child([*_FARO, "web", "--port", str(port)], variables))
                await answers(f"{url}/readyz")
                if not await sidecar.ready(rasa_url, 90):
                    raise SystemExit("Rasa did not come up")
                pids = {"bench": [os.getpid()], "web": [web.pid], "Rasa": [rasa.pid], "Redis": [redis.pid]}
                yield rt, url, variables, {**pids, "PostgreSQL": [await postmaster(rt)]}


async def the_desk(cases: int, desks: int, backlog: int) -> None:
    connector = aiohttp.TCPConnector(limit=0)
    async with (
        twilio() as emulator,
        whole_service(emulator) as (rt, url, variables, pids),
        aiohttp.ClientSession(connector=connector) as http,
        desks_open(rt, http, url, desks) as opened,
    ):
        stage = Stage(rt, Provider(http, url, emulator), opened)
        print(f"{desks} desks open; PostgreSQL, Redis, Rasa, one web and one worker process")
        with child([*_FARO, "worker"], variables) as worker:
            await stage.ways([await stage.imminent(IMMINENT[0])])  # it loads the content first
            with shares({**pids, "worker": [worker.pid]}):
                ways = await in_traffic(stage, cases)
            say(f"at {PER_SECOND} other messages/s", ways, WITHIN_MS["traffic"])
            await stage.settled()
        await fill(stage, backlog)
        with child([*_FARO, "worker"], variables) as worker:
            while await stage.waiting() == backlog:
                await asyncio.sleep(0.02)
            with shares({**pids, "worker": [worker.pid]}):
                ways = await behind_backlog(stage, max(10, cases // 4))
            say(f"behind {backlog} waiting messages", ways, WITHIN_MS["backlog"])


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cases", type=int, default=40)
    options.add_argument("--desks", type=int, default=10)
    options.add_argument("--backlog", type=int, default=1000)
    chosen = options.parse_args()
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC")
    asyncio.run(the_desk(chosen.cases, chosen.desks, chosen.backlog))
