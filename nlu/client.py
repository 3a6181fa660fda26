"""Asks Rasa over HTTP: a deadline, one value back, never an exception for a dead sidecar."""

import asyncio
import re
from typing import Any, Protocol

import httpx

from nlu.understanding import Entity, NotUnderstood, Understanding

MAX_CHARACTERS = 1000
_COMMAND = re.compile(r"^[\s/\u200b\ufeff]+")


class Nlu(Protocol):
    async def understand(self, text: str) -> Understanding | NotUnderstood: ...

    async def healthy(self) -> bool: ...


class NoNlu:
    """In place of a sidecar that is switched off."""

    async def understand(self, text: str) -> Understanding | NotUnderstood:
        return NotUnderstood("down")

    async def healthy(self) -> bool:
        return False


def askable(text: str) -> str:
    """What Rasa may be asked: bounded, valid Unicode, never beginning with "/".

    Rasa takes a leading "/" for an intent written out, at confidence 1.0, and logs odd ones with their text.
    """
    valid = text[: 2 * MAX_CHARACTERS].encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    return _COMMAND.sub("", valid)[:MAX_CHARACTERS]


class RasaClient:
    """One Rasa server, on loopback or an internal network."""

    def __init__(self, base_url: str, deadline: float = 1.5) -> None:
        self._deadline = deadline
        self._http = httpx.AsyncClient(base_url=base_url, timeout=deadline, trust_env=False)

    async def understand(self, text: str) -> Understanding | NotUnderstood:
        """What the message says, or why that is not known. Takes at most the deadline, in seconds."""
        question = askable(text)
        if not question.strip():
            return NotUnderstood("empty")
        try:
            async with asyncio.timeout(self._deadline):
                response = await self._http.post("/model/parse", json={"text": question})
            response.raise_for_status()
            return _read(response.json())
        except (TimeoutError, httpx.TimeoutException):
            return NotUnderstood("timeout")
        except httpx.HTTPError:
            return NotUnderstood("down")
        except (ValueError, KeyError, TypeError):
            return NotUnderstood("bad_answer")

    async def healthy(self) -> bool:
        try:
            async with asyncio.timeout(self._deadline):
                response = await self._http.get("/status")
            return response.status_code == httpx.codes.OK and bool(response.json().get("model_file"))
        except (TimeoutError, httpx.HTTPError, ValueError):
            return False

    async def close(self) -> None:
        await self._http.aclose()


def _read(answer: dict[str, Any]) -> Understanding:
    intent = answer["intent"]
    return Understanding(
        topic=str(intent["name"]),
        confidence=float(intent["confidence"]),
        ranking=tuple((str(i["name"]), float(i["confidence"])) for i in answer.get("intent_ranking", [])),
        risk={str(k): float(v) for k, v in (answer.get("risk") or {}).items()},
        entities=tuple(
            Entity(str(e["entity"]), str(e["value"])) for e in answer.get("entities", []) if "entity" in e and "value" in e
        ),
    )
