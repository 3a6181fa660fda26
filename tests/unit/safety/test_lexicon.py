"""The lexicon on the content that ships: its own examples, and what context does to a pattern."""

import statistics
import time
from pathlib import Path

import pytest

from bot.safety import lexicon
from bot.safety.lexicon import Lexicon
from bot.safety.risk import Risk

CONTENT = Path(__file__).resolve().parents[3] / "content"


@pytest.fixture(scope="module")
def words() -> Lexicon:
    return lexicon.load(CONTENT)


def test_every_entry_finds_its_examples_and_none_of_its_counter_examples() -> None:
    assert lexicon.check(CONTENT) == []


@pytest.mark.parametrize(
    "text",
    [
        "no deja de pegarme",
        "nunca me habia pegado hasta ayer",
        "si no me acuesto con el me deja en el camino",
        "hola\nmi marido\nme pega",
        "mi husband me pegó otra vez and i dont know what to do",
        "a mi hermana la golpea su esposo y no tiene a donde ir",
        "me dijo que me va a quemar como a la mujer de la noticia",
        "quiero saber los requisitos de la tarjeta, llegue en marzo con mi hija, tambien digo que su papa con quien vivo me "
        "golpea, y cuanto cuesta el tramite",
        "he wont stop hitting me even when the kids beg him",
        "my cousin got kidnapped on the way to mexicali",
    ],
)
def test_disclosure_is_urgent_whatever_stands_around_it(words: Lexicon, text: str) -> None:
    assert words.look(text).level >= Risk.HIGH


@pytest.mark.parametrize(
    "text",
    [
        "no me pego, solo platicamos",
        "no me pega",
        "he didnt hit me, we just talked",
        "me mata de risa ese video",
        "me pego el sol",
        "le pegue al gordo, gane la rifa",
        "en la novela el marido la ahorca y nadie hace nada",
        "jajaja me quiero morir de la pena",
        "que horario de visita tiene la estacion migratoria",
    ],
)
def test_everyday_talk_is_none_or_less_than_urgent(words: Lexicon, text: str) -> None:
    assert words.look(text).level < Risk.HIGH


@pytest.mark.parametrize("text", ["no me pega", "no quiero matarme", "nunca me ha pegado"])
def test_plain_denial_is_none(words: Lexicon, text: str) -> None:
    assert words.look(text).level is Risk.NONE


def test_denial_beside_another_sign_stays_a_concern(words: Lexicon) -> None:
    found = words.look("no me pego pero me encerro con llave")
    assert found.level is Risk.IMMINENT
    assert any(hit.code == "lex:es-phys-hit-me" and hit.level is Risk.CONCERN for hit in found.hits)


@pytest.mark.parametrize("text", ["hace 9 años mi primer esposo me golpeaba", "ya no me pega desde hace mucho"])
def test_what_is_past_is_a_concern(words: Lexicon, text: str) -> None:
    assert words.look(text).level is Risk.CONCERN


def test_rape_of_yesterday_is_imminent_and_of_last_month_is_high(words: Lexicon) -> None:
    assert words.look("me violaron ayer en el camino").level is Risk.IMMINENT
    assert words.look("me violaron hace un mes cruzando el rio").level is Risk.HIGH


@pytest.mark.parametrize("text", ["salir ya llego", "borra todo ahi viene", "he is here delete everything", "SALIR"])
def test_leaving_is_heard(words: Lexicon, text: str) -> None:
    assert words.look(text).leaving


def test_somebody_at_the_phone_is_heard(words: Lexicon) -> None:
    assert words.look("me tiene encerrada con llave y no puedo salir").phone_held
    assert not words.look("secuestraron a mi prima y su esposo anda buscandola").leaving


@pytest.mark.parametrize("text", ["quiero saber si mi esposa escribio a este numero", "how do i keep my wife from reporting me"])
def test_aggressor_is_recognised(words: Lexicon, text: str) -> None:
    assert words.look(text).aggressor


def test_says_safe_only_when_it_is_not_denied(words: Lexicon) -> None:
    assert words.look("ya estoy a salvo").says_safe
    assert not words.look("no estoy a salvo").says_safe


@pytest.mark.parametrize("text", ["", "🙂", "....", "a" * 30_000, "me pega " * 3_000, "\ud83d\ude00\x00"])
def test_any_string_is_read_without_an_error(words: Lexicon, text: str) -> None:
    words.look(text)


def test_median_message_takes_less_than_two_milliseconds(words: Lexicon) -> None:
    texts = [
        "hola buenas como pido refugio en mexico llegue hace 3 semanas",
        "anoche mi esposo me golpeo otra vez y hoy me escondio el cel",
    ]
    times = []
    for text in texts * 30:
        start = time.perf_counter()
        words.look(text)
        times.append(time.perf_counter() - start)
    assert statistics.median(times) < 0.002


def test_mistakes_in_an_entry_are_told_with_file_line_key_and_remedy(tmp_path: Path) -> None:
    (tmp_path / "es").mkdir()
    (tmp_path / "es" / "safety.yml").write_text(
        "entries:\n"
        "  - id: bad\n    kind: unknown\n    level: high\n"
        "    patterns: [me pega]\n    examples: [me pega]\n    counter: [hola]\n",
        encoding="utf-8",
    )
    assert lexicon.check(tmp_path)[0].startswith("es/safety.yml:2: bad: kind unknown is unknown: use one of")


def test_example_that_is_not_found_is_told(tmp_path: Path) -> None:
    (tmp_path / "es").mkdir()
    (tmp_path / "es" / "safety.yml").write_text(
        "entries:\n  - id: loose\n    kind: physical\n    level: high\n"
        "    patterns: [pega]\n    examples: [nada]\n    counter: [ella pega]\n",
        encoding="utf-8",
    )
    problems = lexicon.check(tmp_path)
    assert [p.split(": ")[2] for p in problems] == ["example is not found", "counter-example is found"]
