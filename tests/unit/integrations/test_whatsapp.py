"""WhatsApp's verify, parse and codes: pure."""

from urllib.parse import urlencode

import pytest
from twilio.request_validator import HMAC_SHA256

from integrations.channel import (
    Body,
    Choice,
    ContactCard,
    DeliveryReport,
    DeliveryState,
    Inbound,
    Location,
    Media,
    MediaKind,
    Text,
    Unsupported,
    WebRequest,
)
from integrations.errors import Rejected, SendError, Uncertain
from integrations.whatsapp.codes import CODES, CONTENT_REFUSED, error_for
from integrations.whatsapp.parse import bodies, parse
from integrations.whatsapp.verify import verify
from tests.support.twilio_emulator import HER, PUBLIC_URL, TOKEN, signed

PATH = "/webhooks/whatsapp"
STATUS = "/webhooks/whatsapp/status"


def request(fields: dict[str, str], path: str = PATH, query: str = "", **headers: str) -> WebRequest:
    return WebRequest(path, query, headers, urlencode(fields).encode())


def heard(**fields: str) -> tuple[Body, ...]:
    (said,) = parse(request({"MessageSid": "SM1", "From": HER, **fields}))
    assert isinstance(said, Inbound)
    assert (said.external_id, said.address) == ("SM1", HER)
    return said.bodies


def file(number: int, mime: str) -> dict[str, str]:
    return {f"MediaUrl{number}": f"https://api.twilio.com/{number}", f"MediaContentType{number}": mime}


def test_signature_covers_public_address_path_query_and_blank_fields() -> None:
    fields = {"MessageSid": "SM1", "Body": "", "Ñ": "é +"}
    good = signed(f"{PUBLIC_URL}{STATUS}?ref=abc", fields)
    verify(request(fields, STATUS, "ref=abc", **{"x-twilio-signature": good}), f"{PUBLIC_URL}/", TOKEN)
    for path, query, changed in (
        (PATH, "ref=abc", fields),
        (STATUS, "ref=abd", fields),
        (STATUS, "", fields),
        (STATUS, "ref=abc", {**fields, "Body": "x"}),
    ):
        with pytest.raises(Rejected, match="not signed") as refused:
            verify(request(changed, path, query, **{"x-twilio-signature": good}), PUBLIC_URL, TOKEN)
        assert refused.value.status == 403


def test_repeated_keys_are_signed_as_twilio_signs_them() -> None:
    from starlette.datastructures import QueryParams

    body = b"MessageSid=SM1&Tag=b&Tag=a"
    good = signed(PUBLIC_URL + PATH, QueryParams(body))
    verify(WebRequest(PATH, "", {"x-twilio-signature": good}, body), PUBLIC_URL, TOKEN)


def test_sha256_signature_is_accepted_where_it_is_announced() -> None:
    fields = {"MessageSid": "SM1"}
    good = signed(PUBLIC_URL + PATH, fields, algorithm=HMAC_SHA256)
    announced = {"x-twilio-webhooks-signature-settings": "key=k,algorithm=HMAC_SHA256"}
    verify(request(fields, **{"x-twilio-signature": good}, **announced), PUBLIC_URL, TOKEN)
    for settings in ({}, {"x-twilio-webhooks-signature-settings": "algorithm=HMAC_MD5"}):
        with pytest.raises(Rejected):
            verify(request(fields, **{"x-twilio-signature": good}, **settings), PUBLIC_URL, TOKEN)


@pytest.mark.parametrize(("url", "token"), [("", TOKEN), (PUBLIC_URL, "")])
def test_missing_settings_let_nothing_in(url: str, token: str) -> None:
    good = signed(url + PATH, {}, token)
    with pytest.raises(Rejected):
        verify(request({}, **{"x-twilio-signature": good}), url, token)


def test_text_is_text() -> None:
    assert heard(Body="¡hola!", NumMedia="0") == (Text(text="¡hola!"),)


def test_button_and_list_replies_bring_their_token() -> None:
    assert heard(Body="Sí", ButtonPayload="a1:yes", ButtonText="Sí") == (Choice(token="a1:yes", label="Sí"),)
    assert heard(Body="Asilo", ListId="a1:3", ListTitle="Asilo", ListDescription="") == (Choice(token="a1:3", label="Asilo"),)


def test_location_is_a_place_and_an_impossible_one_is_unsupported() -> None:
    assert heard(Latitude="19.4", Longitude="-99.1", Label="Casa") == (Location(latitude=19.4, longitude=-99.1, label="Casa"),)
    for latitude, longitude in (("x", "1"), ("91", "1"), ("nan", "1"), ("1", "")):
        assert heard(Latitude=latitude, Longitude=longitude) == (Unsupported(what="location"),)


@pytest.mark.parametrize(
    ("mime", "kind", "media"),
    [
        ("image/jpeg", "image", MediaKind.IMAGE),
        ("image/webp", "sticker", MediaKind.STICKER),
        ("audio/ogg; codecs=opus", "audio", MediaKind.VOICE),
        ("audio/mpeg", "audio", MediaKind.AUDIO),
        ("video/mp4", "video", MediaKind.VIDEO),
        ("application/pdf", "document", MediaKind.DOCUMENT),
        ("", "", MediaKind.DOCUMENT),
    ],
)
def test_file_alone_is_media(mime: str, kind: str, media: MediaKind) -> None:
    (body,) = heard(NumMedia="1", MessageType=kind, **file(0, mime))
    assert isinstance(body, Media)
    assert (body.media, body.handle) == (media, "https://api.twilio.com/0")


def test_contact_card_says_only_that_one_came() -> None:
    assert heard(NumMedia="1", MessageType="contacts", Body="Juana", **file(0, "text/vcard")) == (ContactCard(),)


def test_several_files_are_several_bodies_and_the_text_stands_beneath_the_first() -> None:
    first, second = heard(NumMedia="2", Body="/mira", **file(0, "image/jpeg"), **file(1, "application/pdf"))
    assert isinstance(first, Media)
    assert isinstance(second, Media)
    assert (first.caption, second.caption) == ("mira", "")


def test_text_beside_a_card_that_is_no_contact_message_is_kept() -> None:
    assert bodies("ayuda", [("u", "text/vcard")]) == (Text(text="ayuda"), ContactCard())


@pytest.mark.parametrize(("kind", "what"), [("reaction", "reaction"), ("", "unknown"), ("x" * 99, "x" * 32)])
def test_unknown_message_is_unsupported(kind: str, what: str) -> None:
    assert heard(MessageType=kind, NumMedia="many") == (Unsupported(what=what),)


@pytest.mark.parametrize(
    "fields",
    [{}, {"MessageSid": ""}, {"MessageSid": "SM1"}, {"MessageSid": "SM1", "From": "+525555550001"}],
)
def test_what_is_no_whatsapp_message_is_rejected(fields: dict[str, str]) -> None:
    with pytest.raises(Rejected) as refused:
        parse(request(fields))
    assert refused.value.status == 400


def report(**fields: str) -> DeliveryReport:
    (said,) = parse(request({"MessageSid": "SM1", **fields}, STATUS, "ref=abc"))
    assert isinstance(said, DeliveryReport)
    return said


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("queued", DeliveryState.SENT),
        ("sent", DeliveryState.SENT),
        ("delivered", DeliveryState.DELIVERED),
        ("read", DeliveryState.READ),
        ("undelivered", DeliveryState.FAILED),
        ("failed", DeliveryState.FAILED),
    ],
)
def test_report_says_how_far_it_got_and_whose_it_is(status: str, state: DeliveryState) -> None:
    said = report(MessageStatus=status)
    assert (said.state, said.provider_id, said.ref, said.code) == (state, "SM1", "abc", None)


def test_report_keeps_a_code_and_nothing_else() -> None:
    assert report(MessageStatus="failed", ErrorCode="63016").code == "63016"
    assert report(MessageStatus="failed", ErrorCode="her words").code is None


def test_report_of_a_state_without_meaning_for_us_is_empty() -> None:
    assert parse(request({"MessageSid": "SM1", "MessageStatus": "canceled"}, STATUS)) == ()
    with pytest.raises(Rejected):
        parse(request({"MessageSid": "SM1"}, STATUS))


@pytest.mark.parametrize("code", sorted(CODES))
def test_known_code_carries_its_decision(code: int) -> None:
    error = error_for(code, 400)
    assert (error.code, error.retry, error.our_fault) == (str(code), *CODES[code])


@pytest.mark.parametrize(
    ("status", "retry", "our_fault"),
    [(401, True, True), (404, False, True), (429, True, False), (500, True, False), (418, False, True)],
)
def test_unknown_code_is_decided_by_its_status(status: int, retry: bool, our_fault: bool) -> None:
    error = error_for(99999, status)
    assert (error.retry, error.our_fault) == (retry, our_fault)
    assert isinstance(error, SendError)
    assert not isinstance(error, Uncertain)


def test_gateway_timeout_is_uncertain() -> None:
    assert isinstance(error_for(20500, 504), Uncertain)


def test_refused_content_is_never_a_decision_about_her() -> None:
    for code in CONTENT_REFUSED:
        assert CODES.get(int(code)) is None or CODES[int(code)].our_fault
