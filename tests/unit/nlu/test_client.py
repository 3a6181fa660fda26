"""The client asks Rasa safely and turns whatever comes back into a value."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import given
from hypothesis import strategies as st

from nlu.client import MAX_CHARACTERS, NoNlu, RasaClient, askable
from nlu.understanding import Entity, NotUnderstood, Understanding

ANSWER: dict[str, Any] = {
    "intent": {"name": "asylum", "confidence": 0.8},
    "intent_ranking": [{"name": "asylum", "confidence": 0.8}, {"name": "regularization", "confidence": 0.1}],
    "entities": [{"entity": "place", "value": "tapachula"}, {"value": "without a kind"}],
    "risk": {"none": 0.9, "concern": 0.05, "high": 0.04, "imminent": 0.01},
}

MakeClient = Callable[..., Awaitable[RasaClient]]


@pytest.fixture
async def rasa_that() -> AsyncIterator[MakeClient]:
    """A stand-in Rasa that gives the answer it is told to; yields a maker of clients."""
    opened: list[tuple[TestServer, RasaClient]] = []

    async def make(answer: object, status: int = 200, deadline: float = 1.5) -> RasaClient:
        async def parse(_: web.Request) -> web.Response:
            if isinstance(answer, bytes):
                return web.Response(body=answer, status=status)
            return web.json_response(answer, status=status)

        app = web.Application()
        app.router.add_post("/model/parse", parse)
        app.router.add_get("/status", parse)
        server = TestServer(app)
        await server.start_server()
        client = RasaClient(str(server.make_url("")), deadline)
        opened.append((server, client))
        return client

    yield make
    for server, client in opened:
        await client.close()
        await server.close()


async def test_good_answer_becomes_an_understanding(rasa_that: MakeClient) -> None:
    client = await rasa_that(ANSWER)
    assert await client.understand("hola") == Understanding(
        topic="asylum",
        confidence=0.8,
        ranking=(("asylum", 0.8), ("regularization", 0.1)),
        risk=ANSWER["risk"],
        entities=(Entity("place", "tapachula"),),
    )


@pytest.mark.parametrize(
    "answer",
    [{}, {"intent": None}, {"intent": {"name": "x"}}, [], "text", b"not json", {"intent": {"name": "x", "confidence": "y"}}],
)
async def test_odd_answer_is_a_bad_answer(rasa_that: MakeClient, answer: object) -> None:
    client = await rasa_that(answer)
    assert await client.understand("hola") == NotUnderstood("bad_answer")


async def test_server_error_is_down(rasa_that: MakeClient) -> None:
    client = await rasa_that({}, status=500)
    assert await client.understand("hola") == NotUnderstood("down")
    assert not await client.healthy()


async def test_nobody_there_is_down() -> None:
    client = RasaClient("http://127.0.0.1:9")
    assert await client.understand("hola") == NotUnderstood("down")
    assert not await client.healthy()
    await client.close()


async def test_deadline_passed_is_a_timeout(rasa_that: MakeClient) -> None:
    client = await rasa_that(ANSWER, deadline=0.0)
    assert await client.understand("hola") == NotUnderstood("timeout")


@pytest.mark.parametrize("text", ["", "   ", "/", "// /", "\u200b", "\ufeff/ ", "\ud800"])
async def test_nothing_to_ask_is_not_asked(text: str) -> None:
    client = RasaClient("http://127.0.0.1:9")
    assert await client.understand(text) == NotUnderstood("empty")
    await client.close()


async def test_without_a_sidecar_everything_is_down() -> None:
    assert await NoNlu().understand("hola") == NotUnderstood("down")
    assert not await NoNlu().healthy()


@pytest.mark.parametrize("text", ["/delete_data{", "\xa0/x", "\u3000 //x", "\x1c/x", "\ufeff\u200b/ /x"])
def test_no_text_is_taken_for_a_command_of_rasa(text: str) -> None:
    assert not askable(text).strip().startswith("/")


@given(st.text(st.characters(codec=None), max_size=3 * MAX_CHARACTERS))
def test_whatever_she_types_is_bounded_valid_and_no_command(text: str) -> None:
    asked = askable(text)
    assert len(asked) <= MAX_CHARACTERS
    assert not asked.strip().startswith("/")
    asked.encode("utf-8")
