"""Ten thousand hostile requests at the webhooks, signed and unsigned: never a 500, never a row from what was not signed.

The generator is seeded: a failure names the request that can be sent again.
"""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from sqlalchemy import func, select

from bot.app import make_app
from bot.runtime import Runtime
from bot.storage.tables import Conversation, InboxEntry
from integrations.whatsapp.verify import form
from tests.support.providers import nobody_listens
from tests.support.telegram_emulator import SECRET
from tests.support.twilio_emulator import ACCOUNT, PUBLIC_URL, SENDER, signed
from tests.support.world import HandClock, fake_settings, open_runtime

EACH = 5_000  # on each kind of database
_DEEP = 3_000
_AT_ONCE = 8

ODD_TEXTS = (
    "", " ", "\x00", "a\x00b", "\ud800", "\udfff\ud800", "\u202e\u2066", "\ufeff", "'; DROP TABLE inbox; --", "{{7*7}}", "%s%n%x",
    "<script>alert(1)</script>", "../../etc/passwd", "A" * 5_000, "🤰🏽" * 500, "\r\nX-Injected: 1", "\\", '"', "null", "-1",
    "NaN", "1e999", "0x10", "٣", "١٢٣", "Ⅷ", "²", "whatsapp:+5255", "file:///etc/passwd", "http://169.254.169.254/", "MENU",
    "me pego",
)  # fmt: skip
ODD_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**53 + 1, 2**63, 2**64, 10**40, 10**200, -(10**40), 0.5, 1e308, [], {}, [[]], [None],
    {"id": None}, {"id": 1}, [{}] * 50,
)  # fmt: skip


@dataclass(frozen=True)
class Hostile:
    path: str
    body: bytes
    headers: dict[str, str]
    authentic: bool


class Generator:
    """Makes requests from valid ones by breaking them in one to four places."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def requests(self, count: int) -> Iterator[Hostile]:
        kinds: tuple[Callable[[], Hostile], ...] = (
            self.telegram,
            self.telegram,
            self.whatsapp,
            self.whatsapp,
            self.report,
            self.noise,
        )
        for _ in range(count):
            yield self._random.choice(kinds)()

    def telegram(self) -> Hostile:
        update = self._broken(self._update())
        body = json.dumps(update).encode()
        if self._random.random() < 0.1:
            body = self._cut(body)
        return self._to_telegram(body)

    def _to_telegram(self, body: bytes) -> Hostile:
        authentic = self._random.random() < 0.8
        secret = SECRET if authentic else self._random.choice(("", "wrong", SECRET[:-1], SECRET + "x", "é"))
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
        return Hostile("/webhooks/telegram", body, headers, authentic)

    def _update(self) -> Any:
        number = self._random.randrange(10**9)
        person = {"id": self._random.randrange(1, 40), "is_bot": False, "first_name": "M"}
        chat = {"id": person["id"], "type": "private"}
        message: dict[str, Any] = {"message_id": number, "date": 1_795_453_200, "chat": chat, "from": person, "text": "hola"}
        file = {"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1, "duration": 1}
        extra: dict[str, Any] = self._random.choice(
            (
                {},
                {"photo": [file], "caption": "c"},
                {"voice": file},
                {"location": {"latitude": 19.4, "longitude": -99.1}},
                {"contact": {"phone_number": "1", "first_name": "M"}},
                {"sticker": {**file, "type": "regular", "is_animated": False, "is_video": False}},
                {"entities": [{"type": "bold", "offset": 0, "length": 2}]},
            )
        )
        if self._random.random() < 0.2:
            tap = {"id": "1", "from": person, "chat_instance": "1", "data": "a:b", "message": message}
            return {"update_id": number, "callback_query": tap}
        kind = self._random.choice(("message", "edited_message", "my_chat_member", "poll"))
        return {"update_id": number, kind: {**message, **extra}}

    def _broken(self, value: Any) -> Any:
        for _ in range(self._random.randrange(1, 5)):
            value = self._break_one(value)
        return value

    def _break_one(self, value: Any) -> Any:
        if isinstance(value, dict) and value and self._random.random() < 0.85:
            name = self._random.choice(list(value))
            if self._random.random() < 0.1:
                return {key: inner for key, inner in value.items() if key != name}
            return {**value, name: self._break_one(value[name])}
        if isinstance(value, list) and value and self._random.random() < 0.5:
            return [self._break_one(inner) for inner in value]
        return self._random.choice((self._random.choice(ODD_VALUES), self._random.choice(ODD_TEXTS)))

    def whatsapp(self) -> Hostile:
        sender = f"whatsapp:+52555555{self._random.randrange(40):04}"
        fields: dict[str, Any] = {
            "AccountSid": ACCOUNT,
            "MessageSid": f"SM{self._random.randrange(10**9):032}",
            "From": sender,
            "To": SENDER,
            "Body": "hola",
            "NumMedia": self._random.choice(("0", "1", "3")),
            "MediaUrl0": "https://api.twilio.com/x",
            "MediaContentType0": "image/jpeg",
        }
        fields |= self._random.choice(({}, {"Latitude": "19", "Longitude": "-99"}, {"ButtonPayload": "a:b"}, {"ListId": "a:b"}))
        return self._to_twilio("/webhooks/whatsapp", fields)

    def report(self) -> Hostile:
        fields = {
            "MessageSid": "SM" + "1" * 32,
            "MessageStatus": self._random.choice(("sent", "read", "failed")),
            "ErrorCode": "63016",
        }
        query = self._random.choice(("", "?ref=1", "?ref=" + "x" * 3000, "?ref=%00", "?ref=%ff&ref=2", "?"))
        return self._to_twilio("/webhooks/whatsapp/status", fields, query)

    def _to_twilio(self, path: str, fields: dict[str, Any], query: str = "") -> Hostile:
        for _ in range(self._random.randrange(1, 4)):
            fields[self._random.choice([*fields, "MessageType", "Label", "ErrorCode"])] = self._random.choice(ODD_TEXTS)
        body = urlencode(fields, errors="surrogatepass").encode()
        if self._random.random() < 0.2:
            body += self._random.choice((b"&Body=2", b"&&&", b"&=", b"&Body=%zz", b"&Body=%ff%fe", b"&%00=%00", b"&a" * 500))
        if self._random.random() < 0.75:
            signature = signed(PUBLIC_URL + path + (query if query != "?" else ""), form(body))
            return Hostile(path + query, body, {"X-Twilio-Signature": signature}, authentic=True)
        signature = self._random.choice(("", "wrong", "é", "A" * 10_000))
        return Hostile(path + query, body, {"X-Twilio-Signature": signature} if signature else {}, authentic=False)

    def noise(self) -> Hostile:
        bodies = (
            self._random.randbytes(self._random.randrange(2_000)),
            b"[" * _DEEP,
            b'{"a":' * _DEEP + b"1" + b"}" * _DEEP,
            b'{"update_id":1e999}',
            b'{"update_id":NaN}',
            b'{"update_id":' + b"9" * 5_000 + b"}",
            b'\xef\xbb\xbf{"update_id":1}',
            b'{"update_id":1,"update_id":2}',
            b'"\\ud800"',
            b"[]",
            b"null",
            b"",
        )
        return self._to_telegram(self._random.choice(bodies))

    def _cut(self, body: bytes) -> bytes:
        return body[: self._random.randrange(len(body) + 1)]


@pytest.fixture
async def rt(tmp_path: Path, clock: HandClock, database_settings: dict[str, Any]) -> AsyncIterator[Runtime]:
    """Providers where nobody listens: what the service tells them after its answer comes to nothing."""
    settings = fake_settings(tmp_path, **nobody_listens(**database_settings))
    async with open_runtime(settings, clock) as opened:
        yield opened


async def count(rt: Runtime, table: type[InboxEntry] | type[Conversation]) -> int:
    async with rt.database.read() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def send(http: httpx.AsyncClient, hostile: Hostile) -> int:
    headers = {name.encode(): value.encode() for name, value in hostile.headers.items()}
    answered = await http.post(hostile.path, content=hostile.body, headers=headers)
    assert answered.status_code in (200, 400, 403, 413), f"{answered.status_code} for {hostile}"
    if not hostile.authentic:
        assert answered.status_code == 403, f"{answered.status_code} for {hostile}"
    return answered.status_code


async def test_ten_thousand_hostile_requests_never_break_the_doors(rt: Runtime, database_settings: dict[str, Any]) -> None:
    transport = httpx.ASGITransport(make_app(rt), raise_app_exceptions=True)
    requests = iter(Generator(seed=4600 + bool(database_settings)).requests(EACH))
    seen: dict[int, int] = {}
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC_URL) as http:

        async def sender() -> None:
            for hostile in requests:
                status = await send(http, hostile)
                seen[status] = seen.get(status, 0) + 1

        await asyncio.gather(*(sender() for _ in range(_AT_ONCE)))
    assert sum(seen.values()) == EACH
    assert seen[200] > EACH / 10, "many were taken in"
    assert seen[400] > 0
    assert seen[403] > 0
    assert 0 < await count(rt, InboxEntry) <= seen[200] * 10


async def test_no_row_comes_of_what_is_not_signed(rt: Runtime) -> None:
    unsigned = [hostile for hostile in Generator(seed=1).requests(600) if not hostile.authentic]
    transport = httpx.ASGITransport(make_app(rt))
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC_URL) as http:
        for hostile in unsigned:
            assert await send(http, hostile) == 403
    assert len(unsigned) > 50
    assert (await count(rt, InboxEntry), await count(rt, Conversation)) == (0, 0)
