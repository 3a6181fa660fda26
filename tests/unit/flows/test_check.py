"""The check: each mistake that loading cannot see is found, where it stands; the scripts that ship have none."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest

from bot import flow_cli
from flows import check
from flows.check import ENGINE_TEXTS
from flows.load import Scripts
from tests.support.flows import scripts_of

ROOT = Path(__file__).parents[3]

GOOD = """\
flow: guide
topics: [work]
steps:
  answer:
    do: answer
    answer: work
    choices:
      - {value: one, label: guide.one, to: ask}
  ask:
    do: ask
    text: guide.ask
    choices:
      - {value: two, label: guide.two, to: done}
  done:
    do: close
"""
MENU = """\
flow: menu
steps:
  only:
    do: ask
    text: menu.only
    choices:
      - {value: work, label: menu.one, topic: work}
"""


class Written:
    """Content of a test: each text says what it is told to, else its key."""

    def __init__(self, said: Mapping[tuple[str, str], str], missing: Iterable[tuple[str, str]] = ()) -> None:
        self.languages: Sequence[str] = ("es", "en")
        self._said, self._missing = said, frozenset(missing)
        self.known: set[str] = set()

    def keys(self, language: str) -> Iterable[str]:
        return [*sorted(self.known), *(key for other, key in self._said if other == language and key not in self.known)]

    def text_source(self, language: str, key: str) -> str:
        return self._said.get((language, key), key[-18:])

    def text(self, language: str, key: str) -> str:
        return self.text_source(language, key)

    def where(self, language: str, key: str) -> tuple[str, int]:
        return f"{language}/texts/t.yml", 7

    def has_text(self, language: str, key: str) -> bool:
        return (language, key) not in self._missing

    def has_answer(self, answer: str) -> bool:
        return answer == "work"

    def answers(self) -> Iterable[str]:
        return ["work"]

    def onward(self, answer: str) -> Sequence[tuple[str, str]]:
        return ()


def found(
    folder: Path, script: str, said: Mapping[tuple[str, str], str] | None = None, missing: Iterable[tuple[str, str]] = ()
) -> list[str]:
    scripts = scripts_of(folder / "scripts", guide=script, menu=MENU)
    texts = Written(said or {}, missing)
    texts.known = set(_used(scripts))
    return [str(problem) for problem in check.check(scripts, texts, {"work"})]


def _used(scripts: Scripts) -> Iterable[str]:
    yield from ENGINE_TEXTS
    yield "topic.work"
    for flow in scripts.flows.values():
        for step in flow.steps.values():
            yield from (*step.texts().said, *step.texts().labels)


def test_good_scripts_have_no_problem(tmp_path: Path) -> None:
    assert found(tmp_path, GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("to: ask}", "to: done}", "guide.yml:9: steps.ask: is never reached"),
        (
            "  done:\n    do: close\n",
            "  done:\n    do: say\n    text: guide.two\n",
            "guide.yml:14: steps.done: is a dead end",
        ),
        (
            "  ask:\n    do: ask\n",
            "  ask:\n    do: ask\n    person: false\n",
            "guide.yml:9: steps.ask: has no way to a person",
        ),
        ("answer: work\n", "answer: other\n", "guide.yml:4: steps.answer: answer other does not exist"),
        ("to: done}", "topic: gone}", "guide.yml:9: steps.ask: topic gone has no flow"),
        ("topics: [work]", "topics: [wrok]", "guide.yml:2: topics: no topic wrok"),
        ("topics: [work]", "topics: []", "scripts:1: work: topic without a flow"),
        (
            "  done:\n    do: close\n",
            "  done:\n    do: say\n    text: guide.ask\n  on:\n    do: say\n    text: guide.ask\n    to: done\n",
            "guide.yml:14: steps.done: comes back to itself without a question",
        ),
    ],
)
def test_mistake_in_a_script_is_found(tmp_path: Path, old: str, new: str, expected: str) -> None:
    lines = found(tmp_path, GOOD.replace(old, new, 1))
    assert any(line.removeprefix("scripts/").startswith(expected) for line in lines), lines


@pytest.mark.parametrize(
    ("key", "text", "expected"),
    [
        (
            "guide.one",
            "Un botón que es largo",
            'guide.yml:4: steps.answer: "Un botón que es largo" has 21 characters in es',
        ),
        ("guide.one", "¡Menú!", 'guide.yml:4: steps.answer: "¡Menú!" is a word that she can always type'),
        ("guide.ask", "Hola {name}", "en/texts/t.yml:7: guide.ask: has other {places} than in es"),
        ("guide.ask", "a\nb\nc\nd", "es/texts/t.yml:7: guide.ask: has more than 3 paragraphs"),
        ("guide.ask", "sí " * 201, "es/texts/t.yml:7: guide.ask: has 603 characters"),
        ("guide.old", "Nadie lo dice", "es/texts/t.yml:7: guide.old: is said nowhere"),
        (
            "guide.ask",
            "Indubitablemente la administración correspondiente determinará oportunamente la improcedencia extraordinaria de "
            "las solicitudes presentadas extemporáneamente.",
            "es/texts/t.yml:7: guide.ask: reads hard",
        ),
    ],
)
def test_mistake_in_a_text_is_found(tmp_path: Path, key: str, text: str, expected: str) -> None:
    lines = found(tmp_path, GOOD, {("es", key): text})
    assert any(line.removeprefix("scripts/").startswith(expected) for line in lines), lines


def test_two_choices_that_read_the_same_are_found(tmp_path: Path) -> None:
    script = GOOD.replace("      - {value: two,", "      - {value: three, label: guide.three, to: done}\n      - {value: two,")
    lines = found(tmp_path, script, {("es", "guide.two"): "Igual", ("es", "guide.three"): "Igual"})
    assert any('"Igual" stands on two choices' in line for line in lines), lines


def test_missing_text_is_found_in_its_language(tmp_path: Path) -> None:
    lines = found(tmp_path, GOOD, missing=[("en", "guide.ask")])
    assert any("text guide.ask is missing in en" in line for line in lines), lines


def test_answer_that_the_menu_does_not_lead_to_is_found(tmp_path: Path) -> None:
    scripts = scripts_of(tmp_path / "scripts", guide=GOOD)
    texts = Written({})
    texts.known = set(_used(scripts))
    lines = [str(problem) for problem in check.check(scripts, texts, {"work"})]
    assert any("answer work is not within 3 taps" in line for line in lines), lines


def test_scripts_that_ship_are_sound() -> None:
    assert flow_cli.flow_problems(ROOT / "content", ROOT / "flows" / "scripts", date(2026, 11, 21)) == []


def test_reference_and_schema_are_of_this_code() -> None:
    from flows import reference

    assert (ROOT / "flows" / "schema.json").read_text(encoding="utf-8") == reference.schema(), "run `faro flow reference`"
    assert (ROOT / "docs" / "flows.md").read_text(encoding="utf-8") == reference.page(), "run `faro flow reference`"
