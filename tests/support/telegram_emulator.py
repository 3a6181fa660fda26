"""Telegram's Bot API on loopback: long polling with offset, webhook with secret, messages, taps, files, and its limits."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from aiohttp import web

from tests.support.loopback import Faults, no_answer, serving

BOT_ID = "4600"
TOKEN = f"{BOT_ID}:telegram-token-for-tests"
SECRET = "telegram-secret-for-tests"
PUBLIC_URL = "https://faro.example"
HER = 525_000_001
_SENT_AT = 1_795_453_200  # 2026-11-23 17:00 UTC


@dataclass
class TelegramEmulator:
    faults: Faults = field(default_factory=Faults)
    sent: list[dict[str, Any]] = field(default_factory=list)
    typing: list[str] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    deleted: list[tuple[str, str]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    offsets: list[int] = field(default_factory=list)
    blocked: set[int] = field(default_factory=set)
    webhook: dict[str, str] = field(default_factory=dict)
    url: str = ""
    server_url: str = ""  # where the service under test listens, in place of PUBLIC_URL
    sent_at: Callable[[], int] = lambda: _SENT_AT
    _updates: list[dict[str, Any]] = field(default_factory=list)
    _ids: Any = field(default_factory=lambda: itertools.count(1))
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def texts(self) -> list[str]:
        return [message["text"] for message in self.sent]

    def buttons(self) -> list[tuple[str, str]]:
        """(label, token) of the last message that has any."""
        last = next(m for m in reversed(self.sent) if "reply_markup" in m)
        return [(button["text"], button["callback_data"]) for row in last["reply_markup"]["inline_keyboard"] for button in row]

    # What people do

    def message(self, chat: int = HER, kind: str = "private", **content: Any) -> dict[str, Any]:
        """A message as Telegram writes it."""
        return {
            "message_id": next(self._ids),
            "date": self.sent_at(),
            "chat": {"id": chat, "type": kind, **({"title": "g"} if kind != "private" else {})},
            "from": {"id": HER, "is_bot": False, "first_name": "M"},
            **content,
        }

    def tap(self, token: str, shown: dict[str, Any] | None = None) -> dict[str, Any]:
        """A tapped button beneath a message of ours."""
        return {
            "callback_query": {
                "id": f"tap{next(self._ids)}",
                "from": {"id": HER, "is_bot": False, "first_name": "M"},
                "chat_instance": "1",
                "data": token,
                "message": shown or self.message(text="…"),
            }
        }

    def update(self, **content: Any) -> dict[str, Any]:
        """An update with a fresh id."""
        return {"update_id": 1000 + next(self._ids), **content}

    async def waits(self, *updates: dict[str, Any]) -> None:
        """Updates wait to be polled."""
        self._updates.extend(updates)
        self._changed.set()

    async def brings(self, update: Any, secret: str | None = SECRET) -> httpx.Response:
        """Bring an update to the webhook; the service's answer."""
        headers = {} if secret is None else {b"X-Telegram-Bot-Api-Secret-Token": secret.encode()}
        async with httpx.AsyncClient(trust_env=False) as http:
            return await http.post(f"{self.server_url}/webhooks/telegram", json=update, headers=headers)

    # What it answers

    def application(self) -> web.Application:
        app = web.Application()
        app.add_routes(
            [
                web.post(f"/bot{TOKEN}/{{method}}", self._call),
                web.get(f"/file/bot{TOKEN}/{{path}}", self._file),
                web.post("/{anything:.*}", self._unknown),
            ]
        )
        return app

    async def _unknown(self, _request: web.Request) -> web.StreamResponse:
        return _refused(401, "Unauthorized")

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        form = {key: str(value) for key, value in (await request.post()).items()}
        fault = self.faults.take(method)
        if fault is None:
            return await self._answer(method, form)
        if fault.taken:
            await self._answer(method, form)
        if fault.status == 0:
            return await no_answer()
        return _refused(fault.status, fault.says, fault.retry_after)

    async def _answer(self, method: str, form: dict[str, str]) -> web.StreamResponse:
        answers: dict[str, Any] = {
            "getMe": self._get_me,
            "sendMessage": self._send_message,
            "sendChatAction": self._chat_action,
            "answerCallbackQuery": self._answer_tap,
            "leaveChat": self._leave,
            "deleteMessage": self._delete,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "getFile": self._get_file,
        }
        if method == "getUpdates":
            return await self._get_updates(form)
        if method not in answers:
            return _refused(404, "Not Found")
        result: web.StreamResponse = answers[method](form)
        return result

    def _get_me(self, _form: dict[str, str]) -> web.Response:
        return _ok({"id": int(BOT_ID), "is_bot": True, "first_name": "Faro", "username": "faro_test_bot"})

    def _send_message(self, form: dict[str, str]) -> web.Response:
        text = form.get("text", "")
        if int(form["chat_id"]) in self.blocked:
            return _refused(403, "Forbidden: bot was blocked by the user")
        if not text.strip():
            return _refused(400, "Bad Request: message text is empty")
        if len(text.encode("utf-16-le")) // 2 > 4096:
            return _refused(400, "Bad Request: message is too long")
        sent = self.message(int(form["chat_id"]), text=text)
        sent["raw"] = form
        if "reply_markup" in form:
            sent["reply_markup"] = json.loads(form["reply_markup"])
            for row in sent["reply_markup"]["inline_keyboard"]:
                for button in row:
                    if not 0 < len(button["callback_data"].encode()) <= 64:
                        return _refused(400, "Bad Request: BUTTON_DATA_INVALID")
        self.sent.append(sent)
        return _ok({key: value for key, value in sent.items() if key != "raw"})

    def _chat_action(self, form: dict[str, str]) -> web.Response:
        self.typing.append(form["chat_id"])
        return _ok(True)

    def _answer_tap(self, form: dict[str, str]) -> web.Response:
        self.answered.append(form["callback_query_id"])
        return _ok(True)

    def _leave(self, form: dict[str, str]) -> web.Response:
        self.left.append(form["chat_id"])
        return _ok(True)

    def _delete(self, form: dict[str, str]) -> web.Response:
        self.deleted.append((form["chat_id"], form["message_id"]))
        return _ok(True)

    def _set_webhook(self, form: dict[str, str]) -> web.Response:
        self.webhook = form
        return _ok(True)

    def _delete_webhook(self, _form: dict[str, str]) -> web.Response:
        self.webhook = {}
        return _ok(True)

    def _get_file(self, form: dict[str, str]) -> web.Response:
        name = form["file_id"]
        if name not in self.files:
            return _refused(400, "Bad Request: invalid file_id")
        size = len(self.files[name])
        return _ok({"file_id": name, "file_unique_id": name, "file_size": size, "file_path": name})

    async def _file(self, request: web.Request) -> web.StreamResponse:
        return web.Response(body=self.files[request.match_info["path"]])

    async def _get_updates(self, form: dict[str, str]) -> web.StreamResponse:
        if self.webhook:
            return _refused(409, "Conflict: can't use getUpdates method while webhook is active")
        offset = int(form.get("offset") or 0)
        if offset:
            self.offsets.append(offset)
        self._updates = [update for update in self._updates if update["update_id"] >= offset]
        if not self._updates and int(form.get("timeout") or 0):
            self._changed.clear()
            try:
                async with asyncio.timeout(int(form["timeout"])):
                    await self._changed.wait()
            except TimeoutError:
                return _ok([])
        return _ok(list(self._updates))


@asynccontextmanager
async def telegram() -> AsyncIterator[TelegramEmulator]:
    emulator = TelegramEmulator()
    async with serving(emulator.application()) as emulator.url:
        yield emulator


def telegram_settings(api_url: str, mode: str = "webhook") -> dict[str, Any]:
    """Settings of a service whose Telegram is at this address."""
    return {
        "public_url": PUBLIC_URL,
        "telegram_token": TOKEN,
        "telegram_webhook_secret": SECRET,
        "telegram_mode": mode,
        "telegram_api_url": api_url,
    }


def _ok(result: Any) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def _refused(status: int, says: str, retry_after: int | None = None) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": says}
    if retry_after is not None:
        body["parameters"] = {"retry_after": retry_after}
    return web.json_response(body, status=status)
