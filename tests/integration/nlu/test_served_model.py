"""The trained model as it is served: every text gets an answer, none is written down, and it is quick and small enough."""

import json
import statistics
import time
from typing import Any

import httpx
import pytest

from nlu.client import RasaClient, askable
from nlu.understanding import NotUnderstood, Understanding
from tests.support.rasa_server import RasaServer

pytestmark = pytest.mark.rasa

CANARY = "kanarienvogel"
HOSTILE = {
    "empty": "",
    "whitespace": " \t\n\u3000",
    "ten_thousand_characters": "ya no aguanto " * 714,
    "one_endless_word": "a" * 10_000,
    "only_emoji": "😭😭🙏🏽👩‍👧",
    "control_characters": "\x00\x07\x1b[2J ayuda \x9f",
    "right_to_left_marks": "\u202eayuda\u202c \u200fmi\u2066 hija\u2069",
    "lone_surrogates": "\ud83d ayuda \udc00",
    "one_link": "https://example.org/a?b=c#d",
    "a_command": "/x",
    "a_broken_command": "/delete_data{",
    "a_full_command": '/greet@1.0{"place": "x"}',
    "slashes": "//",
    "json": '{"text": "x", "intent": {"name": "greet"}}',
    "quotes": "\"'\\`${x}{{y}}",
    "another_script": "私は助けが必要です",
    "many_accents": "a" + "\u0301" * 500,
}
LEVELS = {"none", "concern", "high", "imminent"}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
async def test_hostile_text_gets_an_answer(rasa: RasaServer, text: str) -> None:
    client = RasaClient(rasa.url, deadline=10.0)
    answer = await client.understand(text)
    await client.close()
    if isinstance(answer, NotUnderstood):
        assert answer.reason == "empty"
        assert not askable(text).strip()
    else:
        assert 0 < answer.confidence <= 1
        assert set(answer.risk) == LEVELS


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_sent_past_the_client_is_no_server_error(rasa: RasaServer, text: str) -> None:
    body = json.dumps({"text": text}).encode()
    assert httpx.post(f"{rasa.url}/model/parse", content=body, trust_env=False, timeout=10).status_code == httpx.codes.OK


async def test_what_looks_like_a_command_is_judged_by_its_words(rasa: RasaServer) -> None:
    client = RasaClient(rasa.url, deadline=10.0)
    answer = await client.understand("/delete_data")
    plain = await client.understand("delete_data")
    await client.close()
    assert answer == plain


def test_risk_and_topics_are_probabilities(rasa: RasaServer) -> None:
    answer = _parse(rasa, "mi marido me pega y no me deja salir")
    assert sum(answer["risk"].values()) == pytest.approx(1, abs=1e-4)
    assert set(answer["risk"]) == LEVELS
    ranked = [topic["confidence"] for topic in answer["intent_ranking"]]
    assert ranked == sorted(ranked, reverse=True)
    assert answer["intent"] == answer["intent_ranking"][0]


def test_same_message_gets_the_same_answer(rasa: RasaServer) -> None:
    asked = ["necesito un lugar para dormir", "they took my passport"] * 3
    answers = [json.dumps(_parse(rasa, text)) for text in asked]
    assert len(set(answers)) == 2


async def test_no_message_text_is_ever_written_down(rasa: RasaServer) -> None:
    client = RasaClient(rasa.url, deadline=10.0)
    for text in HOSTILE.values():
        await client.understand(f"{text} {CANARY}")
        await client.understand(f"/{CANARY}{{{text}")
    await client.close()
    assert CANARY not in rasa.output()


def test_one_message_at_a_time_is_quick(rasa: RasaServer) -> None:
    """The bound is loose, for busy machines; `make bench` prints the figure itself."""
    with httpx.Client(base_url=rasa.url, trust_env=False) as client:
        times = [_timed(client, f"hola soy de honduras y necesito saber de mi cita numero {n}") for n in range(200)]
    assert statistics.median(times) < 0.025


def test_memory_stays_below_nine_hundred_megabytes(rasa: RasaServer) -> None:
    _parse(rasa, "hola")
    assert rasa.resident_mb() < 900


async def test_served_model_is_healthy(rasa: RasaServer) -> None:
    client = RasaClient(rasa.url)
    assert await client.healthy()
    assert isinstance(await client.understand("hola"), Understanding)
    await client.close()


def _parse(rasa: RasaServer, text: str) -> dict[str, Any]:
    response = httpx.post(f"{rasa.url}/model/parse", json={"text": text}, trust_env=False, timeout=10)
    answer: dict[str, Any] = response.raise_for_status().json()
    return answer


def _timed(client: httpx.Client, text: str) -> float:
    began = time.perf_counter()
    client.post("/model/parse", json={"text": text}).raise_for_status()
    return time.perf_counter() - began
