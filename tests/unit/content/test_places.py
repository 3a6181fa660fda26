"""Names of places in messages: every listed way of writing, what it is mistaken for, and what it costs."""

import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest
from faro_text.normalise import normalise

from content.directory import Directory
from content.library import load
from content.places import PlaceFinder

OURS = Path("content")


@pytest.fixture(scope="module")
def directory() -> Directory:
    return load(OURS).directory


@pytest.fixture(scope="module")
def finder(directory: Directory) -> PlaceFinder:
    return directory.finder


def named(finder: PlaceFinder, text: str) -> list[tuple[str, ...]]:
    return [name.places for name in finder.find(normalise(text).split())]


def test_every_listed_way_of_writing_finds_its_place(directory: Directory, finder: PlaceFinder) -> None:
    for place in directory.places.values():
        for form in place.aliases or (place.name,):
            assert any(place.id in found for found in named(finder, form)), form


def test_every_state_of_the_republic_has_a_name_that_is_found(directory: Directory, finder: PlaceFinder) -> None:
    states = [place.id for place in directory.places.values() if place.kind == "state"]
    assert len(states) == 32
    assert set(states) <= {place for found in finder._named.values() for place in found}


@pytest.mark.parametrize(
    ("wrote", "place"),
    [
        ("estoy en monterey", "ci-monterrey"),
        ("ando en reinosa con mis hijos", "ci-reynosa"),
        ("we are in tjuana", "ci-tijuana"),
        ("piedras negras coauila", "ci-piedras-negras"),
        ("ahorita en nuebo laredo", "ci-nuevo-laredo"),
        ("stuck in saltiyo", "ci-saltillo"),
    ],
)
def test_common_misspelling_is_found_anywhere_in_a_message(finder: PlaceFinder, wrote: str, place: str) -> None:
    assert named(finder, wrote)[0] == (place,)


@pytest.mark.parametrize("wrote", ["tapachulla", "tapaxhula", "ando en tapachulla"])
def test_letter_away_counts_only_where_a_place_was_asked_for(directory: Directory, finder: PlaceFinder, wrote: str) -> None:
    assert named(finder, wrote) == []
    assert [place.id for place in directory.find(wrote)] == ["ci-tapachula"]


def test_longest_name_wins_and_names_never_reach_across_a_mark(finder: PlaceFinder) -> None:
    assert named(finder, "vivo en nuevo leon") == [("st-nuevo-leon",)]
    assert named(finder, "un carro nuevo, leon es mi ciudad") == [("ci-leon",)]


@pytest.mark.parametrize("wrote", ["extraño mi pueblo", "la victima", "tiene fiebre", "estoy perdida", "me da pena", ""])
def test_ordinary_words_are_no_place(finder: PlaceFinder, wrote: str) -> None:
    assert named(finder, wrote) == []


def test_nothing_that_she_writes_stays_in_memory(finder: PlaceFinder) -> None:
    strings = finder._pipeline.vocab.strings
    before = len(strings)
    named(finder, "mi nombre secreto es xilonenquetzal y estoy en tapachula")
    finder.guess(["xilonenquetzal"])
    assert "xilonenquetzal" not in strings
    assert len(strings) == before


def test_message_is_read_within_two_milliseconds(finder: PlaceFinder) -> None:
    words = normalise("hola buenas estoy en tapachula con mis dos hijos y quiero llegar a monterey donde esta mi hermana").split()
    took = []
    for _ in range(200):
        start = time.process_time()
        finder.find(words)
        took.append(time.process_time() - start)
    assert statistics.median(took) <= 0.002


def test_places_and_the_safety_lexicon_of_both_languages_fit_into_150_megabytes() -> None:
    script = (
        "import resource\n"
        "from pathlib import Path\n"
        "import yaml\n"
        "from bot.safety import lexicon\n"
        "from content.places import PlaceFinder\n"
        "words = lexicon.load(Path('content'))\n"
        "rows = yaml.safe_load(Path('content/directory/places.yml').read_text())\n"
        "names = PlaceFinder({row['id']: row.get('aliases') or [row['name']] for row in rows})\n"
        "pages = int(Path('/proc/self/statm').read_text().split()[1])\n"
        "print(pages * resource.getpagesize() / 1e6)\n"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert float(run.stdout) <= 150
