"""What an editor may get wrong: one line each with file, line and remedy; whoever serves keeps what it has."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from content.library import Library, load
from content.problems import BrokenContent
from tests.support.content import ALWAYS, DEADLINE, PHONE, SHELTER, Folder, answer, fact

LINE = re.compile(r"^[^:\n]+:\d+: .+: .+: .+$")


def broken(folder: Folder) -> tuple[str, ...]:
    with pytest.raises(BrokenContent) as caught:
        load(folder.root)
    assert all(LINE.match(line) for line in caught.value.lines), caught.value.lines
    return caught.value.lines


def test_broken_yaml_names_its_line(folder: Folder) -> None:
    folder.text("facts/all.yml", "- id: one\n  topic: [asylum\n- id: two\n")
    assert any(line.startswith("facts/all.yml:3: file: not YAML") for line in broken(folder))


def test_bytes_that_are_no_text_are_one_line(folder: Folder) -> None:
    (folder.root / "facts/more.yml").write_bytes(b"\xff\xfe\x00bad")
    assert any(line.startswith("facts/more.yml:1: file: not UTF-8") for line in broken(folder))


def test_id_that_stands_twice_is_named_where_it_stands_again(folder: Folder) -> None:
    folder.write("facts/more.yml", [fact(note="x"), fact(id="other"), fact()])
    lines = broken(folder)
    assert [line.split(":")[0:3] for line in lines] == [
        ["facts/more.yml", "1", " care-line"],
        ["facts/more.yml", lines[1].split(":")[1], " care-line"],
    ]


def test_key_that_stands_twice_is_named(folder: Folder) -> None:
    folder.text("es/texts/core.yml", "menu.person: Una\nmenu.person: Otra\n")
    assert broken(folder) == ("es/texts/core.yml:2: menu.person: stands twice: keep one of the two",)


def test_unknown_key_is_named_with_its_record(folder: Folder) -> None:
    folder.facts([PHONE, DEADLINE, *ALWAYS, fact(id="odd", colour="red")])
    (line,) = broken(folder)
    assert "odd.colour: unknown key" in line


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"phone": "800 911"}, "cannot be dialled"),
        ({"phone": "+52 00 0000 0000"}, "cannot be dialled"),
        ({"whatsapp": "call me"}, "cannot be dialled"),
        ({"short_code": "9"}, "not of the right form"),
        ({"deadline": 0, "unit": "days"}, "greater than 0"),
        ({"deadline": -3, "unit": "days"}, "greater than 0"),
        ({"deadline": 3, "unit": "moons"}, "not one of"),
        ({"amount": "nan", "unit": "MXN"}, "finite"),
        ({"amount": -1, "unit": "MXN"}, "greater than or equal to 0"),
        ({"url": "http://example.org"}, "not of the right form"),
        ({"url": "https://nowhere"}, "not of the right form"),
        ({"email": "me"}, "not of the right form"),
        ({"fax": "1"}, "no kind of value"),
        ("800", "no kind of value"),
    ],
)
def test_value_that_cannot_be_is_refused(folder: Folder, value: Any, said: str) -> None:
    folder.facts([PHONE, DEADLINE, *ALWAYS, fact(id="odd", values=[value])])
    assert any("odd.values" in line and said in line for line in broken(folder))


def test_contact_that_ages_like_law_is_refused(folder: Folder) -> None:
    folder.facts([fact(kind="law"), DEADLINE, *ALWAYS])
    assert any("ages like a contact" in line for line in broken(folder))


def test_secret_place_with_an_address_is_refused(folder: Folder) -> None:
    folder.services([{**SHELTER, "secret": True}])
    (line,) = broken(folder)
    assert "secret place has an address" in line


def test_quote_of_a_fact_that_is_not_there_is_refused(folder: Folder) -> None:
    folder.answers([answer(blocks=["Hola {fact:nowhere}."])])
    (line,) = broken(folder)
    assert line.startswith("es/answers/asylum.yml:11: asylum.blocks.0: no fact nowhere")


def test_quote_of_a_short_wording_that_is_not_there_is_refused(folder: Folder) -> None:
    folder.facts([PHONE, fact(DEADLINE, say=None), *ALWAYS])
    assert all("has no short wording" in line for line in broken(folder))


def test_choice_that_leads_nowhere_is_refused(folder: Folder) -> None:
    folder.both([answer(choices=[{"answer": "shelter", "label": "Dormir"}])])
    assert len(broken(folder)) == 2


def test_answers_that_lead_in_a_circle_are_refused(folder: Folder) -> None:
    there, back = {"answer": "asylum.more", "label": "Más"}, {"answer": "asylum", "label": "Volver"}
    folder.both([answer(choices=[there]), answer("asylum.more", choices=[back])])
    lines = broken(folder)
    assert len(lines) == 2
    assert all("leads in a circle back to asylum" in line for line in lines)


def test_facts_that_quote_each_other_in_a_circle_are_refused(folder: Folder) -> None:
    one = fact(id="one", statement={"es": "{fact:two.statement}", "en": "x"})
    two = fact(id="two", statement={"es": "{fact:one.statement}", "en": "x"})
    folder.facts([PHONE, DEADLINE, *ALWAYS, one, two])
    assert [line.split(": ")[1] for line in broken(folder)] == ["one", "two"]


def test_form_of_address_that_is_not_well_formed_is_refused(folder: Folder) -> None:
    folder.write("es/texts/core.yml", {"menu.person": "Una { $address -> nada }"})
    assert any("not well formed" in line for line in broken(folder))


def test_folder_without_a_language_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokenContent, match="no language pack"):
        load(tmp_path)


def test_mistake_leaves_the_library_that_serves_as_it_was(folder: Folder) -> None:
    serving = load(folder.root)
    said = serving.text("es", "menu.person")
    folder.text("es/texts/core.yml", "menu.person: [")
    broken(folder)
    assert serving.text("es", "menu.person") == said


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.dates() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
FILES = st.sampled_from(
    [
        "facts/junk.yml",
        "directory/services.yml",
        "directory/places.yml",
        "es/texts/core.yml",
        "en/answers/asylum.yml",
        "es/words.yml",
        "es/facts/x.yml",
    ]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(file=FILES, text=st.text(max_size=200))
def test_any_text_in_a_file_is_content_or_one_line_for_each_mistake(folder: Folder, file: str, text: str) -> None:
    _survives(folder, file, text)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(file=FILES, junk=JUNK)
def test_any_data_in_a_file_is_content_or_one_line_for_each_mistake(folder: Folder, file: str, junk: Any) -> None:
    _survives(folder, file, yaml.safe_dump(junk, allow_unicode=True))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    base=st.sampled_from([PHONE, DEADLINE]),
    key=st.sampled_from(sorted({*PHONE, *DEADLINE, "verified_on", "caution", "odd"})),
    junk=JUNK,
)
def test_any_value_of_a_key_is_content_or_one_line_for_each_mistake(
    folder: Folder, base: dict[str, Any], key: str, junk: Any
) -> None:
    _survives(folder, "facts/junk.yml", yaml.safe_dump([{**base, "id": "junk", key: junk}], allow_unicode=True))


def _survives(folder: Folder, file: str, text: str) -> None:
    kept = (folder.root / file).read_bytes() if (folder.root / file).exists() else None
    (folder.root / file).parent.mkdir(exist_ok=True)
    (folder.root / file).write_text(text, encoding="utf-8", errors="replace")
    try:
        assert isinstance(load(folder.root), Library)
        lines: tuple[str, ...] = ()
    except BrokenContent as error:
        lines = error.lines or ("a mistake without a line",)
    finally:
        if kept is None:
            (folder.root / file).unlink()
        else:
            (folder.root / file).write_bytes(kept)
    assert all(LINE.match(line) for line in lines), lines
