"""Twilio's REST API for one account: one client, our deadlines, our errors.

The client is made inside the running loop, on first use. The library's own retries stay off: they would repeat a send.
"""

import asyncio
import json
from typing import Any

import aiohttp
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from integrations.errors import SendError, Uncertain
from integrations.whatsapp.codes import error_for

_SECONDS = 12.0
_TOO_MANY, _NOT_FOUND, _CONFLICT = 429, 404, 409


class Http(AsyncTwilioHttpClient):  # type: ignore[misc]  # the library has no types
    """The library's client with a deadline and with connection errors that say whether the request left."""

    def __init__(self, seconds: float) -> None:
        super().__init__(pool_connections=True)
        self._seconds = seconds

    async def request(self, method: str, url: str, *args: Any, **options: Any) -> Response:
        """Raises `SendError` when the request did not leave, `Uncertain` when it may have and no answer came."""
        if (options.get("headers") or {}).get("Content-Type") == "application/json":
            options["data"] = json.dumps(options["data"])  # the library's async client would send a form
        try:
            async with asyncio.timeout(self._seconds):  # the library hands no deadline on
                response = await super().request(method, url, *args, **options)
        except aiohttp.ClientConnectorError:
            raise SendError("unreachable", retry=True) from None
        except (aiohttp.ClientError, TimeoutError):
            if method.upper() == "GET":
                raise SendError("no_answer", retry=True) from None
            raise Uncertain from None
        if response.status_code == _TOO_MANY:
            raise error_for(20429, _TOO_MANY, _seconds(response.headers.get("Retry-After")))
        return response


def _refusal(error: TwilioException) -> SendError:
    """The library says what Twilio answered in three ways; of a page of a list it keeps the bare response."""
    if isinstance(error, TwilioRestException | TwilioServiceException):
        return error_for(error.code, error.status)
    response = error.args[-1] if error.args else None
    return error_for(None, response.status_code if isinstance(response, Response) else 0)


def _seconds(header: str | None) -> float | None:
    return float(header) if header and header.isdecimal() else None


class Provider:
    """Calls to Twilio. Every call goes to `api_url` if one is set, else to Twilio's own hosts."""

    def __init__(self, account_sid: str, auth_token: str, api_url: str | None = None, seconds: float = _SECONDS) -> None:
        self.account_sid, self.auth_token, self.api_url = account_sid, auth_token, api_url
        self._seconds = seconds
        self._http: Http | None = None
        self._client: Any = None

    @property
    def client(self) -> Any:
        """The library's client. Needs a running loop."""
        if self._client is None:
            self._http = Http(self._seconds)
            self._client = Client(self.account_sid, self.auth_token, http_client=self._http)
            if self.api_url:
                for domain in (self._client.api, self._client.content, self._client.messaging):
                    domain.base_url = self.api_url.rstrip("/")
        return self._client

    async def create_message(self, **fields: str) -> str:
        """Send; Twilio's id. Raises `SendError` or `Uncertain`."""
        try:
            made = await self.client.messages.create_async(**fields)
        except TwilioException as error:
            raise _refusal(error) from None
        except ValueError:
            raise Uncertain("unreadable_answer") from None
        if not made.sid:
            raise Uncertain("unreadable_answer")
        return str(made.sid)

    async def list_messages(self, **query: Any) -> list[Any]:
        """Messages of the account. Raises `SendError`."""
        try:
            found: list[Any] = await self.client.messages.list_async(**query)
        except TwilioException as error:
            raise _refusal(error) from None
        except ValueError:
            raise SendError("unreadable_answer", retry=True) from None
        return found

    async def delete_message(self, sid: str) -> None:
        """Delete a message with its files. One that Twilio no longer knows is deleted. Raises `SendError`, to be tried again
        while Twilio has not finished with the message.
        """
        try:
            await self.client.messages(sid).delete_async()
        except Uncertain as error:
            raise SendError(error.code, retry=True) from None
        except (TwilioRestException, TwilioServiceException) as error:
            if error.status == _NOT_FOUND:
                return
            if error.status == _CONFLICT:
                raise SendError("not_complete", retry=True) from None
            raise _refusal(error) from None
        except TwilioException as error:
            raise _refusal(error) from None

    async def list_files(self, message_sid: str) -> list[tuple[str, str]]:
        """(url, mime type) of the files of a message, as the webhook names them. Raises `SendError`."""
        try:
            found = await self.client.messages(message_sid).media.list_async()
        except TwilioException as error:
            raise _refusal(error) from None
        base = (self.api_url or "https://api.twilio.com").rstrip("/")
        where = f"{base}/2010-04-01/Accounts/{self.account_sid}/Messages/{message_sid}/Media"
        return [(f"{where}/{file.sid}", file.content_type or "") for file in found]

    async def close(self) -> None:
        if self._http is not None:
            await self._http.close()
