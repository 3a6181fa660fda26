"""A push service and the browsers of phones, on loopback: it takes alerts as a real one does, and a phone opens what it got."""

import base64
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import http_ece
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

from bot.push.service import Address
from tests.support.loopback import Faults, no_answer, serving


def text64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def raw64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass(frozen=True)
class Sent:
    """One request as the service saw it: for which phone, its headers, its sealed body."""

    phone: str
    headers: dict[str, str]
    body: bytes

    def claims(self) -> dict[str, Any]:
        """What the sender signed. Fails unless the signature is its own."""
        assert Vapid02.verify(self.headers["authorization"])
        token = self.headers["authorization"].removeprefix("vapid t=").split(",")[0]
        found: dict[str, Any] = json.loads(raw64(token.split(".")[1]))
        return found

    def key(self) -> str:
        """The public key that the sender says it has."""
        return self.headers["authorization"].split("k=")[1]


@dataclass
class BrowserOnPhone:
    """The half of a subscription that never leaves the phone."""

    name: str
    service: str
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = field(default_factory=lambda: os.urandom(16))

    @property
    def address(self) -> Address:
        point = self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return Address(f"{self.service}/push/{self.name}", text64(point), text64(self.secret))

    @property
    def fields(self) -> dict[str, str]:
        """As the page's form sends it."""
        return {"endpoint": self.address.endpoint, "p256dh": self.address.p256dh, "auth": self.address.auth}

    def opens(self, sent: Sent) -> bytes:
        """What an alert says."""
        assert sent.headers["content-encoding"] == "aes128gcm"
        opened: bytes = http_ece.decrypt(sent.body, private_key=self.private, auth_secret=self.secret, version="aes128gcm")
        return opened

    def reads(self, sent: Sent) -> dict[str, str]:
        found: dict[str, str] = json.loads(self.opens(sent))
        return found


@dataclass
class PushEmulator:
    """Answers 201; for a phone that has a fault waiting (by the phone's name), what the fault says."""

    url: str = ""
    sent: list[Sent] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)

    def phone(self, name: str) -> BrowserOnPhone:
        return BrowserOnPhone(name, self.url)

    def to(self, phone: BrowserOnPhone) -> list[Sent]:
        return [sent for sent in self.sent if sent.phone == phone.name]

    async def take(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["phone"]
        self.sent.append(Sent(name, {k.lower(): v for k, v in request.headers.items()}, await request.read()))
        fault = self.faults.take(name)
        if fault is None:
            return web.Response(status=201)
        if fault.status == 0:
            return await no_answer()
        return web.Response(status=fault.status, headers={"Location": f"{self.url}/elsewhere"}, text=fault.says)

    async def follow(self, request: web.Request) -> web.StreamResponse:
        self.elsewhere.append(request.path)
        return web.Response(status=201)


@asynccontextmanager
async def push_service() -> AsyncIterator[PushEmulator]:
    emulator = PushEmulator()
    app = web.Application()
    app.add_routes([web.post("/push/{phone}", emulator.take), web.post("/elsewhere", emulator.follow)])
    async with serving(app) as url:
        emulator.url = url
        yield emulator
