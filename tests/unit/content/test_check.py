"""What the check finds, and what only a date brings."""

from datetime import date
from typing import Any

import pytest

from content.check import check
from tests.support.content import ALWAYS, DEADLINE, PHONE, Folder, answer, fact

READ = date(2026, 11, 21)


def found(folder: Folder, today: date = READ) -> list[str]:
    """What is wrong, apart from the topics that so small a folder lacks."""
    return [str(problem) for problem in check(folder.root, today) if "no answer for this topic" not in problem.what]


def test_sound_folder_has_no_problem_but_its_missing_topics(folder: Folder) -> None:
    assert found(folder) == []
    missing = [problem.key for problem in check(folder.root, READ)]
    assert len(missing) == 2 * 28, "each of the 29 topics but one, in both languages"


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ("¿Por qué llegaste tarde?", "asks her to justify herself"),
        ("Debes ir hoy.", "tells her that she must"),
        ("Tú provocaste eso.", "may sound like blame"),
        ("Tu esposo te amenaza.", "a word of violence in the first 40 characters (amenaza)"),
        ("Tienes 30 días.", "a number in prose (30)"),
        ("Tienes treinta días.", "a number in prose (treinta días)"),
        ("Mira http://example.org hoy.", "a link in prose (http://)"),
        ("Mira www.example.org hoy.", "a link in prose (www.)"),
        ("Mira example.org hoy.", "a link in prose (example.org)"),
        ("Hola. " * 101, "once sent"),
        (
            "La determinación administrativa correspondiente imposibilita provisionalmente cualquier reconsideración.",
            "reading ease",
        ),
    ],
)
def test_block_that_does_not_speak_as_we_do_is_named_with_its_line(folder: Folder, block: str, said: str) -> None:
    folder.answers([answer(blocks=["{fact:time-limit}.", block])])
    assert any(line.startswith("es/answers/asylum.yml:") and said in line for line in found(folder)), found(folder)


@pytest.mark.parametrize(
    "block", ["No es tu culpa.", "No tienes que contar todo.", "No necesitas denunciar para que te atiendan."]
)
def test_words_that_comfort_are_not_taken_for_blame_or_command(folder: Folder, block: str) -> None:
    folder.both([answer(blocks=["{fact:time-limit}.", "Con calma, aquí hay tiempo para ti, a tu paso. " + block])])
    assert found(folder) == []


def test_word_of_violence_that_a_fact_brings_into_the_preview_is_found(folder: Folder) -> None:
    folder.facts(
        [PHONE, fact(DEADLINE, say={"es": "violencia", "en": "violence"}, values=None, statement={"es": "x", "en": "x"}), *ALWAYS]
    )
    assert sum("a word of violence" in line for line in found(folder)) == 2


def test_safety_answer_has_no_exclamation_mark_and_no_emoji(folder: Folder) -> None:
    folder.both([answer(blocks=["Estamos aquí! 🙂 {fact:time-limit}"])], tone="safety")
    assert sum("exclamation" in line for line in found(folder)) == 2
    assert sum("emoji" in line for line in found(folder)) == 2


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (["Una etiqueta de veintidós"], "at most 20 where there are 1 options"),
        (["a", "b", "c", "Una etiqueta demasiado larga"], "at most 24 where there are 4 options"),
        (["Salir"], "a word she can type in any state"),
        (["Igual", "Igual"], "two options bear the same label"),
        ([f"n{letter}" for letter in "abcdefghij"], "10 options"),
    ],
)
def test_label_that_does_not_fit_or_confuses_is_found(folder: Folder, labels: list[str], said: str) -> None:
    folder.answers([answer(next=[{"lane": "person", "label": label} for label in labels])])
    assert any(said in line for line in found(folder)), found(folder)


@pytest.mark.parametrize(
    "changed",
    [
        answer(blocks=["Hola."]),
        answer(next=[{"lane": "legal", "label": "A lawyer"}]),
        answer(tone="safety"),
        answer("asylum.other"),
    ],
)
def test_language_that_says_otherwise_than_spanish_is_found(folder: Folder, changed: dict[str, Any]) -> None:
    folder.answers([changed], language="en")
    assert any(line.startswith("en/answers/asylum.yml") for line in found(folder))


def test_text_missing_in_a_language_is_found(folder: Folder) -> None:
    folder.write("es/texts/core.yml", {"menu.person": "Una persona", "menu.new": "Nuevo"})
    assert found(folder) == ["es/texts/core.yml:2: menu.new: is missing in en: write it in en, or remove it here"]


def test_fact_missing_a_language_is_found(folder: Folder) -> None:
    folder.facts([fact(statement={"es": "Llama al {value}."}), DEADLINE, *ALWAYS])
    assert any("care-line.statement.en: is missing" in line for line in found(folder))


def test_answer_that_no_choice_reaches_is_found(folder: Folder) -> None:
    folder.both([answer(), answer("asylum.lost")])
    assert sum("asylum.lost: no answer leads here" in line for line in found(folder)) == 2


@pytest.mark.parametrize(
    ("changes", "said"), [({"show": "internal"}, "which is internal"), ({"confidence": "low"}, "of low confidence")]
)
def test_quote_of_a_fact_that_may_not_be_said_is_found(folder: Folder, changes: dict[str, str], said: str) -> None:
    folder.facts([PHONE, fact(DEADLINE, **changes), *ALWAYS])
    assert sum(said in line for line in found(folder)) == 2


def test_number_typed_into_a_text_is_found_and_a_short_reply_is_not(folder: Folder) -> None:
    for language in ("es", "en"):
        folder.write(f"{language}/texts/core.yml", {"a": "1 sí, 2 no", "b": "Llama al 911."})
    assert [line.split(": ")[1] for line in found(folder)] == ["b", "b"]


def test_caution_without_wording_is_found(folder: Folder) -> None:
    folder.facts([PHONE, fact(DEADLINE, caution=["nobody_wrote_it"]), *ALWAYS])
    assert sum("no caution nobody_wrote_it" in line for line in found(folder)) == 2


@pytest.mark.parametrize("date_passed", [date(2027, 5, 21), date(2040, 1, 1)])
def test_date_that_passes_warns_and_never_fails(folder: Folder, date_passed: date) -> None:
    before = {str(problem) for problem in check(folder.root, READ)}
    new = [problem for problem in check(folder.root, date_passed) if str(problem) not in before]
    assert any("expired on 2027-05-20" in problem.what for problem in new)
    assert all(problem.warning for problem in new)


def test_missing_words_of_a_language_are_one_line(folder: Folder) -> None:
    (folder.root / "en/words.yml").unlink()
    (folder.root / "en/lint.yml").unlink()
    assert [line.split(":")[0] for line in found(folder)] == ["en/lint.yml", "en/words.yml"]
