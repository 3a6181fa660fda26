"""Telegram's verify, parse and codes: pure."""

import json
from typing import Any

import httpx
import pytest
from telegram import error as telegram_errors

from integrations.channel import (
    Body,
    Choice,
    ContactCard,
    Errand,
    Inbound,
    Location,
    Media,
    MediaKind,
    Text,
    Unsupported,
    WebRequest,
)
from integrations.errors import Rejected, Uncertain
from integrations.telegram.codes import error_for
from integrations.telegram.parse import Said, parse
from integrations.telegram.verify import verify
from tests.support.telegram_emulator import BOT_ID, HER, SECRET, TelegramEmulator

there = TelegramEmulator()
FILE = {"file_id": "f1", "file_unique_id": "u1", "file_size": 7}


def said(update: Any) -> Said:
    return parse(WebRequest("/webhooks/telegram", "", {}, json.dumps(update).encode()), BOT_ID)


def heard(**content: Any) -> Body:
    update = there.update(message=there.message(**content))
    (message,) = said(update)
    assert isinstance(message, Inbound)
    assert message.external_id == f"{BOT_ID}:{update['update_id']}"
    assert message.address == str(HER)
    assert message.sent_at is not None
    (body,) = message.bodies
    return body


@pytest.mark.parametrize("given", [None, "", "wrong", f"{SECRET} ", "ñ"])
def test_wrong_secret_is_refused(given: str | None) -> None:
    headers = {} if given is None else {"x-telegram-bot-api-secret-token": given}
    with pytest.raises(Rejected) as refused:
        verify(WebRequest("/", "", headers, b""), SECRET)
    assert refused.value.status == 403


def test_right_secret_is_let_in_but_never_an_empty_one() -> None:
    verify(WebRequest("/", "", {"x-telegram-bot-api-secret-token": SECRET}, b""), SECRET)
    with pytest.raises(Rejected):
        verify(WebRequest("/", "", {"x-telegram-bot-api-secret-token": ""}, b""), "")


def test_text_is_text_and_a_command_is_its_word() -> None:
    assert heard(text="hola *a*") == Text(text="hola *a*")
    assert heard(text="/ayuda@faro_bot") == Text(text="ayuda")
    assert heard(text="/start ref") == Text(text="hola")


def test_edit_is_marked_and_has_an_id_of_its_own() -> None:
    message = there.message(text="a")
    (first,) = said(there.update(message=message))
    (edit,) = said(there.update(edited_message={**message, "text": "b", "edit_date": message["date"]}))
    assert isinstance(first, Inbound)
    assert isinstance(edit, Inbound)
    assert edit.bodies == (Text(text="b", edited=True),)
    assert edit.external_id != first.external_id


def test_places_are_locations() -> None:
    place = {"latitude": 19.4, "longitude": -99.1}
    assert heard(location=place) == Location(latitude=19.4, longitude=-99.1)
    venue = {"location": place, "title": "COMAR", "address": "Versalles 49"}
    assert heard(venue=venue, location=place) == Location(latitude=19.4, longitude=-99.1, label="COMAR")


def test_live_location_counts_once() -> None:
    moved = there.message(location={"latitude": 1, "longitude": 2, "live_period": 900})
    assert said(there.update(edited_message=moved)) == ()


def test_contact_card_says_only_that_one_came() -> None:
    assert heard(contact={"phone_number": "1", "first_name": "Juana"}) == ContactCard()


@pytest.mark.parametrize(
    ("content", "media", "handle"),
    [
        (
            {"photo": [{**FILE, "width": 9, "height": 9}, {**FILE, "file_id": "big", "width": 90, "height": 90}]},
            MediaKind.IMAGE,
            "big",
        ),
        ({"voice": {**FILE, "duration": 3}}, MediaKind.VOICE, "f1"),
        ({"audio": {**FILE, "duration": 3}}, MediaKind.AUDIO, "f1"),
        ({"video": {**FILE, "duration": 3, "width": 9, "height": 9}}, MediaKind.VIDEO, "f1"),
        ({"video_note": {**FILE, "duration": 3, "length": 9}}, MediaKind.VIDEO, "f1"),
        (
            {"animation": {**FILE, "duration": 3, "width": 9, "height": 9}, "document": FILE},
            MediaKind.VIDEO,
            "f1",
        ),
        (
            {
                "sticker": {
                    **FILE, "width": 9, "height": 9, "is_animated": False, "is_video": False, "type": "regular",
                }
            },
            MediaKind.STICKER,
            "f1",
        ),
        ({"document": {**FILE, "mime_type": "application/pdf"}}, MediaKind.DOCUMENT, "f1"),
    ],
)  # fmt: skip
def test_file_is_media_with_its_caption(content: dict[str, Any], media: MediaKind, handle: str) -> None:
    body = heard(caption="/mira", **content)
    assert isinstance(body, Media)
    assert (body.media, body.handle, body.caption, body.size) == (media, handle, "mira", 7)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ({"dice": {"emoji": "🎲", "value": 3}}, "dice"),
        ({"something_new": {"a": 1}}, "something_new"),
        ({}, "unknown"),
    ],
)
def test_unknown_message_is_unsupported(content: dict[str, Any], what: str) -> None:
    assert heard(**content) == Unsupported(what=what)


def test_tap_brings_its_token_and_label_and_stops_the_spinner() -> None:
    shown = there.message(text="¿?")
    shown["reply_markup"] = {"inline_keyboard": [[{"text": "Sí", "callback_data": "a1:yes"}]]}
    message, errand = said(there.update(**there.tap("a1:yes", shown)))
    assert isinstance(message, Inbound)
    assert message.bodies == (Choice(token="a1:yes", label="Sí"),)
    assert message.address == str(HER)
    assert isinstance(errand, Errand)
    assert errand.what == "stop_spinner"


def test_tap_on_a_message_that_is_gone_is_still_a_choice() -> None:
    tap = there.tap("a1:yes")
    tap["callback_query"]["message"] = {"message_id": 1, "date": 0, "chat": {"id": HER, "type": "private"}}
    message, _ = said(there.update(**tap))
    assert isinstance(message, Inbound)
    assert message.bodies == (Choice(token="a1:yes"),)


@pytest.mark.parametrize(
    "content",
    [
        {"message": there.message(-1, "group", text="a")},
        {"message": there.message(-1, "supergroup", text="a")},
        {"edited_message": there.message(-1, "group", text="a")},
        {"channel_post": {"message_id": 1, "date": 1, "chat": {"id": -1, "type": "channel", "title": "c"}}},
        there.tap("a1:yes", there.message(-1, "group", text="a")),
    ],
)
def test_group_or_channel_is_left_and_nothing_is_heard(content: dict[str, Any]) -> None:
    (errand,) = said(there.update(**content))
    assert isinstance(errand, Errand)
    assert (errand.what, errand.target) == ("leave_group", "-1")


def member(status: str, chat: dict[str, Any]) -> dict[str, Any]:
    bot = {"id": int(BOT_ID), "is_bot": True, "first_name": "Faro"}
    kicked = {"until_date": 0} if status == "kicked" else {}
    return {
        "my_chat_member": {
            "chat": chat,
            "from": {"id": HER, "is_bot": False, "first_name": "M"},
            "date": 1,
            "old_chat_member": {"status": "left", "user": bot},
            "new_chat_member": {"status": status, "user": bot, **kicked},
        }
    }


def test_bot_put_into_a_group_leaves_and_one_that_was_put_out_does_nothing() -> None:
    group = {"id": -1, "type": "group", "title": "g"}
    (errand,) = said(there.update(**member("member", group)))
    assert isinstance(errand, Errand)
    for status in ("left", "kicked"):
        assert said(there.update(**member(status, group))) == ()


def test_blocked_bot_and_service_notes_need_no_answer() -> None:
    assert said(there.update(**member("kicked", {"id": HER, "type": "private"}))) == ()
    note = there.message(message_auto_delete_timer_changed={"message_auto_delete_time": 60})
    assert said(there.update(message=note)) == ()
    assert said({"update_id": 7}) == ()


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"5", b"{}", b'{"update_id":1,"message":5}', b"\xff", b"[" * 5000])
def test_what_is_no_update_is_rejected(body: bytes) -> None:
    with pytest.raises(Rejected) as refused:
        parse(WebRequest("/", "", {}, body), BOT_ID)
    assert refused.value.status == 400


def caused(error: telegram_errors.NetworkError, cause: Exception) -> telegram_errors.NetworkError:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "code", "retry", "our_fault"),
    [
        (telegram_errors.RetryAfter(9), "too_many_requests", True, False),
        (telegram_errors.Forbidden("bot was blocked by the user"), "blocked", False, False),
        (telegram_errors.InvalidToken(), "invalid_token", True, True),
        (telegram_errors.BadRequest("Chat not found"), "chat_not_found", False, False),
        (telegram_errors.BadRequest("Message is too long"), "bad_request", False, True),
        (telegram_errors.Conflict("x"), "conflict", True, True),
        (telegram_errors.NetworkError("Bad Gateway"), "server_error", True, False),
        (caused(telegram_errors.NetworkError("x"), httpx.ConnectError("x")), "unreachable", True, False),
        (caused(telegram_errors.TimedOut(), httpx.PoolTimeout("x")), "unreachable", True, False),
    ],
)
def test_error_carries_its_decision(error: telegram_errors.TelegramError, code: str, retry: bool, our_fault: bool) -> None:
    mapped = error_for(error)
    assert (mapped.code, mapped.retry, mapped.our_fault) == (code, retry, our_fault)
    assert not isinstance(mapped, Uncertain)


def test_pause_that_telegram_asks_for_is_kept() -> None:
    assert error_for(telegram_errors.RetryAfter(9)).retry_after == 9


@pytest.mark.parametrize("cause", [httpx.ReadTimeout("x"), httpx.ReadError("x"), httpx.RemoteProtocolError("x")])
def test_request_that_left_without_answer_is_uncertain(cause: httpx.HTTPError) -> None:
    assert isinstance(error_for(caused(telegram_errors.NetworkError("x"), cause)), Uncertain)
