"""Every route against requests that schemathesis makes of its description and a fuzzer breaks: never an error of ours.

As each role that may open it, with its session and its form's token, and as nobody. Deterministic: a failure comes again.
"""

import random
import traceback
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.core.result import Ok

from bot.console import sign_in
from bot.console.guard import HEADERS
from bot.runtime import Runtime
from integrations.whatsapp.verify import form
from tests.support.asgi import Answer, Headers, ask
from tests.support.manned import NOBODY, Manned, manned
from tests.support.openapi import document, fields_of, routes_of
from tests.support.providers import nobody_listens
from tests.support.telegram_emulator import SECRET
from tests.support.twilio_emulator import PUBLIC_URL, signed
from tests.support.world import HandClock, KnowsOnly, fake_key, fake_settings, open_runtime

type Case = schemathesis.Case[Any]
MADE = 8  # for each route
FUZZED = 6  # for each route and visitor


@pytest.fixture
async def rt(tmp_path: Path, clock: HandClock, database_settings: dict[str, Any]) -> AsyncIterator[Runtime]:
    """All channels, with providers where nobody listens."""
    public_url = PUBLIC_URL.replace("https", "http")
    here = {"public_url": public_url, "push_key": fake_key("p"), "burst_wait": 0, **database_settings}
    settings = fake_settings(tmp_path, **nobody_listens(**here))
    async with open_runtime(settings, clock) as opened:
        opened.nlu = KnowsOnly()
        yield opened


@pytest.fixture
async def service(rt: Runtime, clock: HandClock) -> AsyncIterator[Manned]:
    async with manned(rt, clock) as opened:
        yield opened


class Trial:
    """Sends requests as each visitor and keeps what failed."""

    def __init__(self, service: Manned) -> None:
        self.service = service
        self.failed: list[str] = []
        self.statuses: dict[int, int] = {}

    async def send(self, who: str, method: str, target: str, headers: Headers, body: bytes) -> None:
        try:
            answer = await ask(self.service.app, method, target, [*self.service.headers(who), *headers], body)
        except Exception as error:
            ours = [f"{f.filename}:{f.lineno}" for f in traceback.extract_tb(error.__traceback__) if "/bot/" in f.filename]
            self.failed.append(f"{who} {method} {target[:200]} {body[:200]!r}: {type(error).__name__} at {ours[-1:]}")
            return
        self.statuses[answer.status] = self.statuses.get(answer.status, 0) + 1
        if answer.status >= 500 or not _safe(target, answer):
            self.failed.append(f"{who} {method} {target[:200]} {body[:200]!r}: {answer.status}")


def _safe(target: str, answer: Answer) -> bool:
    """A page of the console carries its headers, whatever was asked of it; what is no path of it carries no page."""
    console = target.startswith("/console/") and "/static/" not in target
    return not console or answer.status in (404, 405) or all(name.lower() in answer.headers for name in HEADERS)


def _made(operation: schemathesis.APIOperation[Any, Any, Any, Any], mode: GenerationMode, most: int) -> Sequence[Case]:
    """Requests that schemathesis makes for one operation, the same each time."""
    found: list[Case] = []

    @settings(max_examples=most, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def collect(case: Case) -> None:
        found.append(case)

    collect()
    return found[:most]


def _sent(case: Case) -> tuple[str, Headers, bytes]:
    """A case as it goes over the wire; to a provider's door as that provider would sign it."""
    made = case.as_transport_kwargs(base_url="http://faro.test")
    known = ("method", "url", "headers", "params", "data", "json", "files")
    prepared: Any = requests.Request(**{name: value for name, value in made.items() if name in known}).prepare()
    body = prepared.body.encode() if isinstance(prepared.body, str) else prepared.body or b""
    headers = [(b"content-type", str(prepared.headers.get("Content-Type", "text/plain")).encode("latin-1", "replace"))]
    target = prepared.path_url
    return target, [*headers, *_signed(target, body)], body


def _signed(target: str, body: bytes) -> Headers:
    if target.startswith("/webhooks/whatsapp"):
        return [(b"x-twilio-signature", signed(PUBLIC_URL.replace("https", "http") + target, form(body)).encode())]
    if target.startswith("/webhooks/telegram"):
        return [(b"x-telegram-bot-api-secret-token", SECRET.encode())]
    return []


@pytest.mark.parametrize("database_settings", [{}], ids=["sqlite"])
async def test_no_described_request_breaks_a_route(service: Manned) -> None:
    description = schemathesis.openapi.from_dict(document(service.app, service.known, service.forms))
    trial = Trial(service)
    tried = 0
    for found in description.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        cases = [*_made(operation, GenerationMode.POSITIVE, MADE)]
        if operation.path.startswith(("/webhooks/", "/simulator/send")):  # a form of ours holds any text: nothing is against it
            cases += _made(operation, GenerationMode.NEGATIVE, MADE)
        for who in service.visitors(operation.method.upper(), operation.path):
            await _anew(service)
            for case in cases:
                await trial.send(who, operation.method.upper(), *_sent(case))
        other = "PUT" if operation.method.upper() == "POST" else "DELETE"
        assert (await ask(service.app, other, operation.path.replace("{", "%7B"), [])).status in (404, 405)
        tried += 1
    assert trial.failed == [], "\n".join(trial.failed)
    assert tried == len(routes_of(service.app)), "every route"
    assert trial.statuses[200] > 100
    assert trial.statuses[303] > 50, "forms did what they are for"


async def _anew(service: Manned) -> None:
    await service.restore()
    await sign_in.forget_tries()


ODD = (
    "", "\x00", "a\x00b", "\ud800", "²", "٣", "-1", "9" * 30, "1e999", "9999-12-31T23:59", "0001-01-01T00:00", "A" * 4_100,
    "'; DROP TABLE cases; --", "{{7*7}}", "%s%n", "<script>alert(1)</script>", "../../etc/passwd", "\r\nX-Injected: 1",
    "//evil.example", "\u202e", "🤰🏽" * 50, "null", "true", "yes", "on",
)  # fmt: skip
BODIES = (
    b"", b"\xff\xfe", b"&&&==", b"a=%zz&%00=%00", b"[" * 3_000, b"--x\r\nContent-Disposition: form-data", b"=" * 2_000,
    b"a&" * 200,
    b'--x\r\nContent-Disposition: form-data; name="text"; filename="f"\r\n\r\nhi\r\n--x--\r\n',
)  # fmt: skip
TYPES = (
    b"application/x-www-form-urlencoded", b"multipart/form-data; boundary=x", b"multipart/form-data", b"application/json",
    b"application/x-www-form-urlencoded; charset=utf-7", b"", b"\xff",
)  # fmt: skip


class Fuzzer:
    """Breaks requests for a route: its path, its query, its fields, its body, its headers."""

    def __init__(self, service: Manned, seed: int) -> None:
        self._service = service
        self._random = random.Random(seed)

    def request(self, method: str, route: str) -> tuple[str, Headers, bytes]:
        path = route
        for name, values in self._service.known.items():
            for piece in (f"{{{name}}}", f"{{{name}:path}}"):
                value = self._pick(values if self._random.random() < 0.6 else ODD)
                path = path.replace(piece, quote(value.encode("utf-8", "surrogatepass"), safe="") or "%20")
        query = urlencode({n: self._pick(ODD) for n in self._some(("next", "part", "show", "after"))}, errors="surrogatepass")
        target = f"{path}?{query}" if query else path
        body, kind = (b"", b"") if method == "GET" else self._body(route)
        return target, [(b"content-type", kind), *self._headers(), *_signed(target, body)], body

    def _body(self, route: str) -> tuple[bytes, bytes]:
        if self._random.random() < 0.3:
            return self._pick(BODIES), self._pick(TYPES)
        shown = fields_of(route, "post", self._service.forms)
        fields = {name: self._pick(sorted(values) or ODD) for name, values in shown.items()}
        fields |= {name: self._pick(ODD) for name in self._some(sorted(fields), 3)}
        return urlencode(fields, errors="surrogatepass").encode(), TYPES[0]

    def _headers(self) -> Headers:
        odd = (
            (b"accept-language", b"\xff,;q=" + b"x" * 500), (b"sec-fetch-site", b"cross-site"),
            (b"content-length", b"-5"), (b"content-length", b"\xb2"),
            (b"cookie", b"faro_language=\xff; faro_form=" + b"x" * 3_000), (b"x-faro-active", b"\x00"), (b"range", b"bytes=9-1"),
        )  # fmt: skip
        return [self._pick(odd)] if self._random.random() < 0.3 else []

    def _some(self, among: Sequence[Any], most: int = 2) -> list[Any]:
        return self._random.sample(list(among), min(len(among), self._random.randrange(most + 1)))

    def _pick(self, among: Sequence[Any]) -> Any:
        return self._random.choice(among)


async def test_no_broken_request_breaks_a_route(service: Manned, database_settings: dict[str, Any]) -> None:
    fuzzer, trial = Fuzzer(service, seed=4600 + bool(database_settings)), Trial(service)
    await _anew(service)
    for method, path in routes_of(service.app):
        visitors = service.visitors(method, path.replace(":path", ""))
        for who in visitors:
            for _ in range(FUZZED):
                await trial.send(who, method, *fuzzer.request(method, path))
        if method == "POST" and visitors != [NOBODY]:
            await _anew(service)
    assert trial.failed == [], "\n".join(trial.failed)
