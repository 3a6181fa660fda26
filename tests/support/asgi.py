"""One request to the application as its server hands it over: any bytes in path, headers and body, no client that tidies them."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from starlette.applications import Starlette

Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


async def ask(app: Starlette, method: str, target: str, headers: Headers, body: bytes = b"", scheme: str = "http") -> Answer:
    """What the application answers. The client is gone after its request, so that streams end. Errors are raised."""
    path, _, query = target.partition("?")
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": scheme,
        "path": unquote(path),
        "raw_path": path.encode("ascii"),
        "query_string": query.encode("ascii"),
        "root_path": "",
        "headers": [(b"host", b"faro.test"), (b"content-length", b"%d" % len(body)), *headers],
        "client": ("127.0.0.1", 40_000),
        "server": ("faro.test", 80),
    }
    coming = [{"type": "http.request", "body": body, "more_body": False}]
    status, answered, parts = 0, {}, []

    async def receive() -> dict[str, Any]:
        return coming.pop(0) if coming else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        nonlocal status, answered
        if message["type"] == "http.response.start":
            status = message["status"]
            answered = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in message["headers"]}
        elif message["type"] == "http.response.body":
            parts.append(message.get("body", b""))

    await app(scope, receive, send)
    return Answer(status, answered, b"".join(parts))
