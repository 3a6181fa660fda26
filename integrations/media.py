"""Fetch a file a contact sent, for an operator's eyes: only from the provider's own hosts, bounded, over a few redirects.

A handle comes from outside: it must never make this server ask an address of the sender's choosing.
"""

from collections.abc import Callable

import httpx

from integrations.errors import MediaUnavailable

MAX_BYTES = 20_000_000
_REDIRECTS = 3
_SECONDS = 20.0

Allowed = Callable[[httpx.URL], bool]


async def download(
    url: str,
    first: Allowed,
    onward: Allowed,
    auth: tuple[str, str] | None = None,
    most: int = MAX_BYTES,
) -> bytes:
    """The file at `url`, at most `most` bytes. Raises `MediaUnavailable`.

    Args:
        first: whether `url` may be asked.
        onward: whether an address it redirects to may be asked.
        auth: credentials for `url` alone.
    """
    allowed = first
    async with httpx.AsyncClient(timeout=_SECONDS, trust_env=False) as http:
        for _ in range(_REDIRECTS + 1):
            target = _checked(url, allowed)
            try:
                async with http.stream("GET", target, auth=auth) as response:
                    if not response.is_redirect:
                        return await _read(response, most)
                    url = str(target.join(response.headers["location"]))
            except (httpx.HTTPError, httpx.InvalidURL):
                raise MediaUnavailable("unreachable") from None
            allowed, auth = onward, None
    raise MediaUnavailable("unreachable")


def _checked(url: str, allowed: Allowed) -> httpx.URL:
    try:
        target = httpx.URL(url)
    except httpx.InvalidURL:
        raise MediaUnavailable("foreign") from None
    if target.userinfo or not allowed(target):
        raise MediaUnavailable("foreign")
    return target


async def _read(response: httpx.Response, most: int) -> bytes:
    if response.status_code != httpx.codes.OK:
        raise MediaUnavailable("not_found")
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > most:
            raise MediaUnavailable("too_large")
    return bytes(body)
