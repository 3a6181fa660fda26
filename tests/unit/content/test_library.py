"""What the library says: one value for all, languages as folders, forms of address."""

from datetime import date
from pathlib import Path

import pytest

from content.check import check
from content.library import load
from tests.support.content import ALWAYS, DEADLINE, PHONE, READ_ON, Folder, answer, fact

READ = date(2026, 11, 21)


def test_value_changed_once_changes_every_answer_in_every_language(folder: Folder) -> None:
    folder.both(
        [
            answer(choices=[{"answer": "asylum.more", "label": "Más"}]),
            answer("asylum.more", blocks=["{fact:time-limit.statement}"]),
        ]
    )
    before = load(folder.root)
    assert "30 días" in before.answer("es", "asylum", READ).blocks[0]
    folder.facts([PHONE, fact(DEADLINE, values=[{"deadline": 45, "unit": "working_days"}]), *ALWAYS])
    after = load(folder.root)
    assert "45 días" in after.answer("es", "asylum", READ).blocks[0]
    assert "45 days" in after.answer("en", "asylum", READ).blocks[0]
    assert "45 days" in after.answer("en", "asylum.more", READ).blocks[0]


def test_answer_leads_to_answers_people_and_places_by_token(folder: Folder) -> None:
    steps = [{"lane": "legal", "label": "Una abogada"}, {"places": ["shelter", "un"], "label": "Cerca"}]
    folder.both([answer(choices=[{"answer": "asylum.more", "label": "Más"}], next=steps), answer("asylum.more")])
    view = load(folder.root).answer("es", "asylum", READ)
    assert view.choices == (("asylum.more", "Más"),)
    assert view.next == (("legal", "Una abogada"), ("places:shelter+un", "Cerca"))
    assert load(folder.root).follow_ups("es", "asylum") == (("answer:asylum.more", "Más"), *view.next)


def test_answer_that_nobody_wrote_is_no_answer(folder: Folder) -> None:
    library = load(folder.root)
    assert not library.has_answer("shelter")
    with pytest.raises(KeyError):
        library.answer("es", "shelter", READ)


def test_text_fills_its_arguments_and_leaves_unknown_ones_visible(folder: Folder) -> None:
    folder.write("es/texts/core.yml", {"greeting": "Hola {name}, {other}"})
    assert load(folder.root).text("es", "greeting", {"name": "Ana"}) == "Hola Ana, {other}"


def test_text_is_feminine_unless_she_asks_for_neutral_forms(folder: Folder) -> None:
    choice = "Quedas { $address ->\n    [neutral] en buenas manos\n   *[feminine] acompañada\n}. Línea: {fact:women-line-079}."
    folder.write("es/texts/core.yml", {"stay": choice})
    library = load(folder.root)
    assert library.text("es", "stay") == "Quedas acompañada. Línea: 079, opción 1."
    assert library.text("es", "stay", {"address": "neutral"}) == "Quedas en buenas manos. Línea: 079, opción 1."


@pytest.mark.parametrize(("count", "said"), [("1", "1 persona espera"), ("3", "3 personas esperan")])
def test_text_takes_the_plural_of_its_number(folder: Folder, count: str, said: str) -> None:
    choice = "{ $count ->\n    [one] { $count } persona espera\n   *[other] { $count } personas esperan\n}"
    folder.write("es/texts/core.yml", {"wait": choice})
    assert load(folder.root).text("es", "wait", {"count": count}) == said


def test_text_whose_number_was_not_given_still_speaks(folder: Folder) -> None:
    folder.write("es/texts/core.yml", {"wait": "{ $count ->\n    [one] una espera\n   *[other] varias esperan\n}"})
    assert load(folder.root).text("es", "wait") == "varias esperan"


def test_third_language_is_mounted_by_adding_a_folder(folder: Folder) -> None:
    mount_french(folder)
    library = load(folder.root)
    assert library.languages == ("es", "en", "fr")
    assert library.text("fr", "menu.person") == "Une personne"
    (block,) = library.answer("fr", "asylum", READ).blocks
    assert block.startswith("À temps : 30 jours.")
    assert "Vérifie avant d'y aller" in block
    assert library.places_near("fr", ["shelter"], "tapachula", today=READ, production=False)[0].lines[0].startswith("Refuge")
    assert not [
        problem for problem in check(folder.root, READ) if problem.file.startswith("fr/") and "no answer for" not in problem.what
    ]


def test_language_without_a_text_speaks_spanish_rather_than_nothing(folder: Folder) -> None:
    folder.write("es/texts/core.yml", {"menu.person": "Una persona", "only.es": "Hola"})
    assert load(folder.root).text("en", "only.es") == "Hola"


def mount_french(folder: Folder) -> None:
    for file in sorted((Path(__file__).parent / "fr").rglob("*.yml")):
        folder.copy(file, f"fr/{file.relative_to(Path(__file__).parent / 'fr')}")
    assert READ_ON in (folder.root / "fr/answers/asylum.yml").read_text()
