"""Where an alert may be sent: services that we know, over https, never into a private network."""

import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.push.service import Address, BadAddress, Outcome, _PublicOnly, allowed, check, fresh_key, public_key, send_all
from bot.settings import SettingsError
from tests.support.push_emulator import BrowserOnPhone
from tests.support.world import fake_settings

REAL = [
    "https://fcm.googleapis.com/fcm/send/abc:DEF-123",
    "https://jmt17.google.com/fcm/send/abc",
    "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
    "https://web.push.apple.com/QAbc",
    "https://wns2-by3p.notify.windows.com/w/?token=BQYA%2f",
    "https://FCM.googleapis.com:443/fcm/send/x",
]
REFUSED = [
    "",
    "http://fcm.googleapis.com/fcm/send/abc",
    "https://fcm.googleapis.com:8443/fcm/send/abc",
    "https://fcm.googleapis.com.evil.example/x",
    "https://evil.example/fcm.googleapis.com",
    "https://evil.example#fcm.googleapis.com",
    "https://fcm.googleapis.com@evil.example/x",
    "https://user:word@fcm.googleapis.com/x",
    "https://fcm.googleapis.com./x",
    "https://xpush.apple.com/x",
    "https://push.apple.com/x",
    "https://evil.example\\.push.apple.com/x",
    "https://web.push.apple.com/x\r\nHost: evil.example",
    "https://web.push.apple.com/with space",
    "https://wéb.push.apple.com/x",
    "https://10.0.0.1/x",
    "https://169.254.169.254/latest/meta-data",
    "https://[::1]/x",
    "https://[::ffff:10.0.0.1]/x",
    "https://[broken/x",
    "https://web.push.apple.com:99999/x",
    "https://0x7f000001/x",
    "https://localhost/x",
    "file:///etc/passwd",
    "gopher://fcm.googleapis.com/x",
    "//fcm.googleapis.com/x",
    "https://fcm.googleapis.com/" + "x" * 1024,
]
LOOPBACK = ["http://127.0.0.1:9/x", "https://127.0.0.1:9/x"]


@pytest.mark.parametrize("endpoint", REAL)
def test_services_of_browsers_may_be_called(tmp_path: Path, endpoint: str) -> None:
    assert allowed(endpoint, fake_settings(tmp_path, env="production"))


@pytest.mark.parametrize("env", ["production", "development"])
@pytest.mark.parametrize("endpoint", REFUSED)
def test_everything_else_is_refused(tmp_path: Path, endpoint: str, env: str) -> None:
    assert not allowed(endpoint, fake_settings(tmp_path, env=env))


@pytest.mark.parametrize("endpoint", LOOPBACK)
def test_loopback_is_for_development_alone(tmp_path: Path, endpoint: str) -> None:
    assert allowed(endpoint, fake_settings(tmp_path))
    assert not allowed(endpoint, fake_settings(tmp_path, env="production"))


def test_list_of_services_is_a_setting(tmp_path: Path) -> None:
    settings = fake_settings(tmp_path, env="production", push_hosts="push.faro.example, *.Other.example")
    assert allowed("https://push.faro.example/x", settings)
    assert allowed("https://a.other.example/x", settings)
    assert not allowed(REAL[0], settings)


@pytest.mark.parametrize(
    "address",
    ["10.0.0.5", "127.0.0.1", "169.254.169.254", "192.168.1.1", "100.64.0.1", "0.0.0.0", "224.0.0.1",  # noqa: S104 - refused, not listened on
     "::1", "fd00::1", "fe80::1", "::ffff:10.0.0.5", "::ffff:127.0.0.1"],
)  # fmt: skip
async def test_known_name_that_leads_into_a_private_network_leads_nowhere(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """A name server that lies, or a list of services that names one of our own machines."""
    kind = socket.AF_INET6 if ":" in address else socket.AF_INET

    def lies(*_asked: object, **_more: object) -> list[object]:
        return [(kind, socket.SOCK_STREAM, 6, "", (address, 443, 0, 0)[: 4 if kind == socket.AF_INET6 else 2])]

    monkeypatch.setattr(socket, "getaddrinfo", lies)
    with pytest.raises(OSError, match="no public address"):
        await _PublicOnly().resolve("fcm.googleapis.com", 443, socket.AF_UNSPEC)


async def test_public_address_of_a_name_is_taken_and_a_private_one_beside_it_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    def both(*_asked: object, **_more: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, 443)) for host in ("10.0.0.5", "142.250.1.95")]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    found = await _PublicOnly().resolve("fcm.googleapis.com", 443, socket.AF_INET)
    assert [place["host"] for place in found] == ["142.250.1.95"]


GOOD = BrowserOnPhone("a", "http://127.0.0.1:9").address


@pytest.mark.parametrize(
    "address",
    [
        Address(GOOD.endpoint, "", GOOD.auth),
        Address(GOOD.endpoint, GOOD.p256dh, ""),
        Address(GOOD.endpoint, GOOD.p256dh[:-4], GOOD.auth),
        Address(GOOD.endpoint, GOOD.p256dh[:-4] + "AAAA", GOOD.auth),
        Address(GOOD.endpoint, GOOD.p256dh, GOOD.auth + "AAAA"),
        Address(GOOD.endpoint, "é" * 87, GOOD.auth),
        Address(GOOD.endpoint, GOOD.p256dh, "$" * 22),
        Address("https://evil.example/x", GOOD.p256dh, GOOD.auth),
    ],
)
def test_address_whose_keys_no_browser_made_is_refused(tmp_path: Path, address: Address) -> None:
    check(GOOD, fake_settings(tmp_path))
    with pytest.raises(BadAddress):
        check(address, fake_settings(tmp_path))


def test_one_setting_is_the_whole_pair(tmp_path: Path) -> None:
    key = fresh_key()
    settings = fake_settings(tmp_path, push_key=key)
    settings.refuse_if_unsafe()
    public = public_key(settings)
    assert public is not None
    assert len(public) == 87, "65 bytes: an uncompressed point"
    assert public == public_key(fake_settings(tmp_path, push_key=key))
    assert public != public_key(fake_settings(tmp_path, push_key=fresh_key()))
    assert public_key(fake_settings(tmp_path)) is None


@pytest.mark.parametrize("key", ["short", "A" * 43, "_" * 43, "ñ" * 43])
def test_key_that_is_none_is_named_at_the_start_and_not_shown(tmp_path: Path, key: str) -> None:
    with pytest.raises(SettingsError, match="FARO_PUSH_KEY") as refused:
        fake_settings(tmp_path, push_key=key).refuse_if_unsafe()
    assert key not in str(refused.value)


async def test_alert_to_a_known_name_that_leads_into_our_network_is_never_connected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked: list[object] = []

    def lies(host: object, *_asked: object, **_more: object) -> list[object]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 443))]

    monkeypatch.setattr(socket, "getaddrinfo", lies)
    phone = Address(REAL[0], GOOD.p256dh, GOOD.auth)
    settings = fake_settings(tmp_path, env="production", push_key=fresh_key())
    outcomes = await send_all(settings, {phone: b"alert"}, datetime(2026, 11, 23, tzinfo=UTC))
    assert outcomes == {phone: Outcome.FAILED}
    assert set(asked) == {"fcm.googleapis.com"}
    told: Any = caplog.records[-1].msg
    assert (told["event"], told["host"], told["reason"]) == ("push_failed", "fcm.googleapis.com", "ClientConnectorDNSError")
    assert "fcm/send" not in caplog.text, "an address is as good as a key"
