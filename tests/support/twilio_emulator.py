"""Twilio on loopback: Messages, Content, media, typing, signed webhooks and status callbacks, and its limits.

As strict as Twilio and WhatsApp are: what they would refuse is refused here.
"""

import base64
import json
import re
import ssl
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import httpx
from aiohttp import web
from twilio.request_validator import RequestValidator

from tests.support.loopback import Fault, Faults, no_answer, serving

ACCOUNT = "AC" + "0" * 32
TOKEN = "twilio-token-for-tests"
SENDER = "whatsapp:+15550000000"
PUBLIC_URL = "https://faro.example"
HER = "whatsapp:+525555550001"

_VARIABLE = re.compile(r"\{\{(\d+)\}\}")


_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Loopback has no TLS. Left to itself, each client reads all authorities first: 20 ms that no bench should count as ours."""


@dataclass
class Sent:
    """One message that Twilio took: what she sees of it."""

    sid: str
    to: str
    text: str
    options: tuple[tuple[str, str], ...]  # (label, token)
    kind: str  # text, twilio/quick-reply, twilio/list-picker, template
    callback: str
    at: datetime
    status: str = "queued"


@dataclass
class TwilioEmulator:
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    faults: Faults = field(default_factory=Faults)
    sent: list[Sent] = field(default_factory=list)
    content: dict[str, dict[str, Any]] = field(default_factory=dict)
    inbound: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    typing: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    approved: set[str] = field(default_factory=set)
    media_redirect: str | None = None
    deleted: list[str] = field(default_factory=list)
    url: str = ""
    server_url: str = ""  # where the service under test listens, in place of PUBLIC_URL
    _count: int = 0

    def texts(self) -> list[str]:
        return [message.text for message in self.sent]

    def new_sid(self, prefix: str) -> str:
        self._count += 1
        return f"{prefix}{self._count:032x}"

    # What the world does to it

    async def brings(self, signature: str | None = None, **fields: str) -> httpx.Response:
        """Bring a message of hers to the webhook, signed; the service's answer. Without `MessageSid` it gets a fresh one."""
        full = {
            "AccountSid": ACCOUNT,
            "MessageSid": self.new_sid("SM"),
            "From": HER,
            "To": SENDER,
            "Body": "",
            "NumMedia": "0",
            "ProfileName": "M",
            "WaId": HER.removeprefix("whatsapp:+"),
            **fields,
        }
        return await self.post("/webhooks/whatsapp", full, signature)

    async def reports(self, message: Sent, status: str, code: str = "", query: str | None = None) -> httpx.Response:
        """Report what became of a message to the callback given with it."""
        message.status = status
        path = message.callback.removeprefix(PUBLIC_URL) if query is None else query
        fields = {"MessageSid": message.sid, "MessageStatus": status, "To": message.to, "AccountSid": ACCOUNT}
        return await self.post(path, {**fields, "ErrorCode": code} if code else fields)

    async def post(self, path: str, fields: Mapping[str, str], signature: str | None = None) -> httpx.Response:
        headers = {"X-Twilio-Signature": signed(PUBLIC_URL + path, fields) if signature is None else signature}
        async with httpx.AsyncClient(trust_env=False, verify=_NO_TLS) as http:
            return await http.post(f"{self.server_url}{path}", data=dict(fields), headers={k: v for k, v in headers.items() if v})

    def missed(self, body: str, *, at: datetime, sid: str = "", files: Sequence[tuple[str, bytes]] = ()) -> str:
        """She wrote, and the webhook never reached the service. The message's id."""
        sid = sid or self.new_sid("SM")
        media = []
        for mime, data in files:
            file = self.new_sid("ME")
            self.files[file] = (mime, data)
            media.append({"sid": file, "content_type": mime})
        self.inbound.append({"sid": sid, "body": body, "from": HER, "to": SENDER, "at": at, "media": media})
        return sid

    # What it answers

    def application(self) -> web.Application:
        app = web.Application(middlewares=[self._guard])
        account = f"/2010-04-01/Accounts/{ACCOUNT}"
        app.add_routes(
            [
                web.post(f"{account}/Messages.json", self._create),
                web.get(f"{account}/Messages.json", self._list),
                web.delete(account + "/Messages/{sid}.json", self._delete),
                web.get(account + "/Messages/{sid}/Media.json", self._list_media),
                web.get(account + "/Messages/{sid}/Media/{file}", self._file),
                web.post("/v1/Content", self._create_content),
                web.post("/v2/Indicators/Typing.json", self._typing),
                web.get("/cdn/{file}", self._cdn),
            ]
        )
        return app

    @web.middleware
    async def _guard(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if request.path.startswith("/cdn/"):
            assert "Authorization" not in request.headers, "credentials must not follow a redirect"
        elif request.headers.get("Authorization") != _basic(ACCOUNT, TOKEN):
            return _refused(401, 20003, "Authenticate")
        call = "Content" if "Content" in request.path else "Messages"
        self.calls.append(f"{request.method} {call}")
        fault = self.faults.take(f"{request.method} {call}")
        if fault is None:
            response: web.StreamResponse = await handler(request)
            return response
        if fault.taken:
            await handler(request)
        return await self._meet(fault)

    async def _meet(self, fault: Fault) -> web.StreamResponse:
        if fault.status == 0:
            return await no_answer()
        response = _refused(fault.status, fault.code, fault.says)
        if fault.retry_after is not None:
            response.headers["Retry-After"] = str(fault.retry_after)
        return response

    async def _create(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        fields = {key: str(value) for key, value in form.items()}
        if fields.get("From") != SENDER:
            return _refused(400, 21212, "Invalid From")
        if not re.fullmatch(r"whatsapp:\+\d{8,15}", fields.get("To", "")):
            return _refused(400, 21211, "Invalid To")
        shown = self._shown(fields)
        if isinstance(shown, web.Response):
            return shown
        kind, text, options = shown
        message = Sent(
            self.new_sid("SM"),
            fields["To"],
            text,
            options,
            kind,
            fields.get("StatusCallback", ""),
            self.clock(),
        )
        self.sent.append(message)
        return web.json_response(_resource(message), status=201)

    def _shown(self, fields: Mapping[str, str]) -> web.Response | tuple[str, str, tuple[tuple[str, str], ...]]:
        if sid := fields.get("ContentSid"):
            if sid in self.approved:
                return "template", "(approved template)", ()
            if sid not in self.content:
                return _refused(400, 21655, "The ContentSid is invalid")
            return self._rendered(self.content[sid], json.loads(fields.get("ContentVariables", "{}")))
        body = fields.get("Body", "")
        if not body:
            return _refused(400, 21619, "A text message body or media urls must be specified")
        if _units(body) > 1600:
            return _refused(400, 21617, "The concatenated message body exceeds the 1600 character limit")
        return "text", body, ()

    def _rendered(
        self, types: Mapping[str, Any], values: Mapping[str, str]
    ) -> web.Response | tuple[str, str, tuple[tuple[str, str], ...]]:
        kind, template = next(iter(types.items()))

        def fill(text: str) -> str:
            return _VARIABLE.sub(lambda found: values[found[1]], text)

        rows = template.get("actions") or template.get("items")
        options = tuple((fill(row.get("title") or row["item"]), fill(row["id"])) for row in rows)
        text = fill(template["body"])
        most = 20 if kind == "twilio/quick-reply" else 24
        labels = [label for label, _ in options]
        fits = (
            0 < _units(text) <= 1024
            and all(0 < _units(label) <= most for label in labels)
            and all(0 < len(token) <= 200 for _, token in options)
        )
        if not fits or len(set(labels)) != len(labels):
            return _refused(400, 63005, "Channel did not accept given content")
        return kind, text, options

    async def _create_content(self, request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        types = asked["types"]
        if not asked.get("language") or len(types) != 1 or not _is_shape(types):
            return _refused(400, 20001, "Invalid content")
        sid = self.new_sid("HX")
        self.content[sid] = types
        return web.json_response({"sid": sid, "types": types, "account_sid": ACCOUNT}, status=201)

    async def _list(self, request: web.Request) -> web.StreamResponse:
        query = request.query
        after = query.get("DateSent>")
        since = datetime.fromisoformat(after) if after else datetime.min.replace(tzinfo=UTC)
        rows = [_resource(m) | {"_at": m.at} for m in self.sent] + [
            _received(item) | {"_at": item["at"]} for item in self.inbound
        ]
        found = [
            row
            for row in sorted(rows, key=lambda row: row["_at"], reverse=True)
            if query.get("To") in (None, row["to"]) and query.get("From") in (None, row["from"]) and row["_at"] >= since
        ][: int(query.get("PageSize", "50"))]
        for row in found:
            del row["_at"]
        return web.json_response({"messages": found, "page": 0, "next_page_uri": None})

    async def _delete(self, request: web.Request) -> web.StreamResponse:
        """Messages go with their files; one that is not finished with is refused."""
        sid = request.match_info["sid"]
        if sid in self.deleted:
            return _refused(404, 20404, "Not found")
        if any(message.sid == sid and message.status in ("queued", "sending", "sent") for message in self.sent):
            return _refused(409, 20009, "Message delivery not complete")
        self.deleted.append(sid)
        self.sent = [message for message in self.sent if message.sid != sid]
        self.inbound = [item for item in self.inbound if item["sid"] != sid]
        return web.Response(status=204)

    async def _list_media(self, request: web.Request) -> web.StreamResponse:
        item = next(i for i in self.inbound if i["sid"] == request.match_info["sid"])
        return web.json_response({"media_list": item["media"], "page": 0, "next_page_uri": None})

    async def _file(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["file"] not in self.files:
            return _refused(404, 20404, "Not found")
        raise web.HTTPTemporaryRedirect(self.media_redirect or f"/cdn/{request.match_info['file']}")

    async def _cdn(self, request: web.Request) -> web.StreamResponse:
        mime, data = self.files[request.match_info["file"]]
        return web.Response(body=data, content_type=mime)

    async def _typing(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        self.typing.append(str(form["messageId"]))
        return web.json_response({"success": True}, status=201)


def signed(url: str, fields: Mapping[str, str], token: str = TOKEN, algorithm: str | None = None) -> str:
    """The signature Twilio gives this request."""
    return str(RequestValidator(token).compute_signature(url, fields, algorithm))


@asynccontextmanager
async def twilio(clock: Callable[[], datetime] | None = None) -> AsyncIterator[TwilioEmulator]:
    emulator = TwilioEmulator(clock) if clock else TwilioEmulator()
    async with serving(emulator.application()) as emulator.url:
        yield emulator


def twilio_settings(api_url: str) -> dict[str, Any]:
    """Settings of a service whose Twilio is at this address."""
    return {
        "public_url": PUBLIC_URL,
        "twilio_account_sid": ACCOUNT,
        "twilio_auth_token": TOKEN,
        "twilio_sender": SENDER,
        "twilio_api_url": api_url,
    }


def _is_shape(types: Mapping[str, Any]) -> bool:
    kind, template = next(iter(types.items()))
    if kind == "twilio/quick-reply":
        actions = template["actions"]
        return 1 <= len(actions) <= 3 and all(a.get("title") and a.get("id") for a in actions)
    if kind == "twilio/list-picker":
        items = template["items"]
        return 1 <= len(items) <= 10 and 0 < len(template["button"]) <= 20 and all(i.get("item") and i.get("id") for i in items)
    return False


def _resource(message: Sent) -> dict[str, Any]:
    return {
        "sid": message.sid,
        "account_sid": ACCOUNT,
        "body": message.text,
        "from": SENDER,
        "to": message.to,
        "status": message.status,
        "direction": "outbound-api",
        "num_media": "0",
        "date_created": format_datetime(message.at),
        "date_sent": format_datetime(message.at),
        "error_code": None,
    }


def _received(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "sid": item["sid"],
        "account_sid": ACCOUNT,
        "body": item["body"],
        "from": item["from"],
        "to": item["to"],
        "status": "received",
        "direction": "inbound",
        "num_media": str(len(item["media"])),
        "date_created": format_datetime(item["at"]),
        "date_sent": format_datetime(item["at"]),
        "error_code": None,
    }


def _refused(status: int, code: int, message: str) -> web.Response:
    return web.json_response({"code": code, "message": message, "status": status}, status=status)


def _basic(name: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
