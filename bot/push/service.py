"""One alert to one phone: sealed for it (RFC 8291), signed by us (RFC 8292), handed to its browser's push service (RFC 8030).

A browser tells us where its service is, so an address is as trustworthy as whoever sends the form: it is https, of a service
we know, and never leads into our own network.
"""

import asyncio
import base64
import binascii
import ipaddress
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from functools import lru_cache
from typing import Any
from urllib.parse import SplitResult, urlsplit

import aiohttp
from aiohttp.abc import ResolveResult
from aiohttp.resolver import ThreadedResolver
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02
from pywebpush import WebPusher
from yarl import URL

from bot import log
from bot.settings import Settings

_log = log.get(__name__)

ENDPOINT_MOST = 1024
LASTS_SECONDS = 300
"""How long a service keeps an alert for a phone that it cannot reach. Later somebody else has been called."""
_SECONDS = 4.0
_TRIES = 2
_PAUSE_SECONDS = 1.0
_HOUR = 3600
_SIGNED_HOURS = 12
_AT_ONCE = 20
_GONE = frozenset({404, 410})


class Outcome(Enum):
    """What became of an alert: the service has it, does not know the phone any more, or could not take it."""

    TAKEN = auto()
    GONE = auto()
    FAILED = auto()


@dataclass(frozen=True, slots=True)
class Address:
    """Where a phone is reached, as its browser gave it: the URL at its push service, its public key, its secret."""

    endpoint: str
    p256dh: str
    auth: str


class BadAddress(Exception):
    """No phone can be reached there, or nobody may be."""


def check(address: Address, settings: Settings) -> None:
    """Raise `BadAddress` unless an alert can and may be sent there."""
    if not allowed(address.endpoint, settings):
        raise BadAddress
    try:
        point, secret = (_bytes(text) for text in (address.p256dh, address.auth))
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        raise BadAddress from None
    if len(point) != 65 or len(secret) != 16:
        raise BadAddress


def allowed(endpoint: str, settings: Settings) -> bool:
    """Whether a URL is of a push service that we know. Loopback only outside production: for tests."""
    if len(endpoint) > ENDPOINT_MOST or not all("!" <= letter <= "~" for letter in endpoint) or "\\" in endpoint:
        return False
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError:
        return False
    if "@" in parts.netloc or parts.fragment:
        return False
    if not settings.production and _is_loopback(parts):
        return True
    return parts.scheme == "https" and port in (None, 443) and _is_known(parts.hostname or "", settings)


def host(endpoint: str) -> str | None:
    """The host of a URL, if it has one."""
    try:
        return urlsplit(endpoint).hostname
    except ValueError:
        return None


def _is_known(name: str, settings: Settings) -> bool:
    return any(
        name.endswith(known[1:]) if known.startswith("*.") else name == known
        for known in (pattern.lower() for pattern in settings.push_hosts)
    )


def _is_loopback(parts: SplitResult) -> bool:
    return parts.hostname == "127.0.0.1" and parts.scheme in ("http", "https")


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("not base64url") from None


def public_key(settings: Settings) -> str | None:
    """The key by which browsers know us, base64url; None where this server has none."""
    scalar = settings.push_scalar()
    return _public(scalar) if scalar else None


@lru_cache(maxsize=4)
def _public(scalar: bytes) -> str:
    key = ec.derive_private_key(int.from_bytes(scalar), ec.SECP256R1()).public_key()
    raw = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def fresh_key() -> str:
    """A private key for `FARO_PUSH_KEY`."""
    scalar = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return base64.urlsafe_b64encode(scalar.to_bytes(32)).decode().rstrip("=")


@lru_cache(maxsize=64)
def _signature(scalar: bytes, audience: str, contact: str, hour: int) -> str:
    """Our signature for one service; the same for an hour, as Apple asks."""
    claims = {"aud": audience, "sub": contact, "exp": (hour + _SIGNED_HOURS) * _HOUR}
    key = Vapid02.from_raw(base64.urlsafe_b64encode(scalar).rstrip(b"="))
    return str(key.sign(claims)["Authorization"])


def _headers(settings: Settings, endpoint: str, now: datetime) -> dict[str, str]:
    parts = urlsplit(endpoint)
    scalar = settings.push_scalar()
    if scalar is None:
        raise RuntimeError("there is no key to sign with")
    ours = urlsplit(settings.public_url)
    contact = f"https://{ours.hostname if ours.scheme == 'https' else 'localhost'}"
    audience = f"{parts.scheme}://{parts.netloc}"
    return {
        "Authorization": _signature(scalar, audience, contact, int(now.timestamp()) // _HOUR),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(LASTS_SECONDS),
        "Urgency": "high",
        "Topic": "faro",  # of alerts that a phone has not got yet the newest is enough
    }


class _PublicOnly(ThreadedResolver):
    """Names that lead into a private network lead nowhere, whatever the list of services says."""

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET) -> list[ResolveResult]:
        found = [place for place in await super().resolve(host, port, family) if _is_public(place["host"])]
        if not found:
            raise OSError("no public address")
        return found


def _is_public(host: str) -> bool:
    place = ipaddress.ip_address(host)
    if isinstance(place, ipaddress.IPv6Address) and place.ipv4_mapped is not None:
        place = place.ipv4_mapped
    return place.is_global and not place.is_multicast


async def send_all(settings: Settings, alerts: Mapping[Address, bytes], now: datetime) -> dict[Address, Outcome]:
    """Send each phone its alert, at once. Never raises, and takes at most some ten seconds for all that are reached."""
    if not alerts:
        return {}
    at_once = asyncio.Semaphore(_AT_ONCE)
    connector = aiohttp.TCPConnector(resolver=_PublicOnly(), limit=_AT_ONCE)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=_SECONDS)) as http:

        async def one(address: Address, alert: bytes) -> Outcome:
            async with at_once:
                return await _send(http, settings, address, alert, now)

        outcomes = await asyncio.gather(*(one(address, alert) for address, alert in alerts.items()))
    return dict(zip(alerts, outcomes, strict=True))


async def _send(http: aiohttp.ClientSession, settings: Settings, address: Address, alert: bytes, now: datetime) -> Outcome:
    if not allowed(address.endpoint, settings):  # the list of services has become shorter
        _log.warning("push_failed", host=host(address.endpoint), reason="not_allowed")
        return Outcome.FAILED
    reason: Any = None
    for left in reversed(range(_TRIES)):
        try:
            reason = await _post(http, settings, address, alert, now)
        except Exception as error:  # whatever one phone's service does, the others are called
            reason = type(error).__name__
        if reason in _GONE:
            return Outcome.GONE
        if isinstance(reason, int) and reason < 300:
            return Outcome.TAKEN
        if left:
            await asyncio.sleep(_PAUSE_SECONDS)
    _log.warning("push_failed", host=host(address.endpoint), reason=reason)
    return Outcome.FAILED


async def _post(http: aiohttp.ClientSession, settings: Settings, address: Address, alert: bytes, now: datetime) -> int:
    """One request; its status. The answer's body is nobody's business, and where it points to is not followed."""
    sealed = WebPusher({"endpoint": address.endpoint, "keys": {"p256dh": address.p256dh, "auth": address.auth}}).encode(alert)
    headers = _headers(settings, address.endpoint, now)
    url = URL(address.endpoint, encoded=True)
    async with http.post(url, data=sealed["body"], headers=headers, allow_redirects=False) as answer:
        return answer.status
