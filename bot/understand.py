"""`faro understand`: JSON lines in, JSON lines out, each line alone: no history, no database, no message text in the output."""

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path
from typing import Any

import click

from bot.safety import lexicon
from bot.safety.understand import judge
from nlu import sidecar
from nlu.client import Nlu, NoNlu, RasaClient
from nlu.understanding import NotUnderstood, Understanding

_START_SECONDS = 90.0


@contextlib.asynccontextmanager
async def _nlu(rasa_url: str | None, deadline: float) -> AsyncIterator[Nlu]:
    """The Rasa that was named, or one of our own; `NoNlu` when it does not answer."""
    async with contextlib.AsyncExitStack() as stack:
        url = rasa_url
        if url is None:
            try:
                url = await stack.enter_async_context(sidecar.supervised(sidecar.free_port()))
            except sidecar.SidecarError as error:
                click.echo(f"faro: {error}; going on without the NLU", err=True)
                yield NoNlu()
                return
            await sidecar.ready(url, _START_SECONDS)
        client = RasaClient(url, deadline)
        stack.push_async_callback(client.close)
        yield client if await client.healthy() else NoNlu()


def parse_line(line: bytes) -> tuple[Any, str] | str:
    """(id, text) of a line, or what is wrong with it."""
    try:
        item = json.loads(line)
    except (ValueError, RecursionError):
        return "not a JSON object"
    if not isinstance(item, dict) or not isinstance(item.get("text"), str) or "id" not in item:
        return 'needs "id" and a string "text"'
    return item["id"], item["text"]


async def understand(
    lines: Iterable[bytes], content_dir: Path, rasa_url: str | None, deadline: float, *, use_nlu: bool
) -> AsyncIterator[dict[str, Any]]:
    """One answer a line, in order."""
    words = lexicon.load(content_dir)
    async with _nlu(rasa_url, deadline) if use_nlu else contextlib.nullcontext(NoNlu()) as opened:
        nlu: Nlu = opened
        for line in lines:
            match parse_line(line):
                case str(problem):
                    yield {"id": None, "error": problem}
                case (line_id, text):
                    understood = await nlu.understand(text)
                    if _gone(understood) and not await nlu.healthy():
                        nlu = NoNlu()  # no deadline is waited out again
                    yield {"id": line_id, **judge(words, text, understood)}


def _gone(understood: Understanding | NotUnderstood) -> bool:
    return isinstance(understood, NotUnderstood) and understood.reason in ("timeout", "bad_answer")


def run(content_dir: Path, rasa_url: str | None, deadline: float, *, use_nlu: bool) -> bool:
    """Read standard input to its end; whether every line could be read."""

    def lines() -> Iterator[bytes]:
        return (line for line in sys.stdin.buffer if line.strip())

    async def work() -> bool:
        good = True
        async for answer in understand(lines(), content_dir, rasa_url, deadline, use_nlu=use_nlu):
            good = good and "error" not in answer
            click.echo(json.dumps(answer))
            sys.stdout.flush()
        return good

    return asyncio.run(work())
