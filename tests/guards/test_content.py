"""The content that ships: sound, complete, quick to load, and in step with what stands in code."""

import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.parking import LAST_WORDS
from content import report
from content.check import check
from content.facts import ALWAYS, Refusal, standing
from content.library import Library, load
from content.topics import ALL

OURS = Path("content")
READ = date(2026, 11, 21)


@pytest.fixture(scope="module")
def library() -> Library:
    return load(OURS, production=True, clock=lambda: READ)


def test_content_has_no_error() -> None:
    errors = [str(problem) for problem in check(OURS, datetime.now(UTC).date()) if not problem.warning]
    assert errors == []


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_topic_has_an_answer_and_there_are_enough_to_follow(library: Library, language: str) -> None:
    assert set(ALL) <= library.answers[language].keys()
    assert len(library.answers[language]) >= 120


@pytest.mark.parametrize("language", sorted(LAST_WORDS))
@pytest.mark.parametrize("fact", ["emergency-911", "women-line-079"])
def test_last_words_of_a_parked_turn_hold_the_numbers_of_the_facts(library: Library, language: str, fact: str) -> None:
    assert library.fill(language, f"{{fact:{fact}}}").text in LAST_WORDS[language]


def test_three_lines_that_are_always_sent_have_the_values_everybody_knows(library: Library) -> None:
    said = {name: library.fill("es", f"{{fact:{name}}}").text for name in ALWAYS}
    assert said == {"emergency-911": "911", "women-line-079": "079, opción 1", "linea-de-la-vida": "800 911 2000"}


def test_no_contact_that_nobody_verified_leaves_in_production(library: Library) -> None:
    for language in library.languages:
        for name in library.answers[language]:
            for fact in library.answer(language, name, READ, production=True).facts:
                record = library.facts[fact]
                assert fact in ALWAYS or record.kind != "contact" or record.verified, (language, name, fact)


def test_no_answer_is_without_something_to_say_in_production(library: Library) -> None:
    for language in library.languages:
        gone = library.fill(language, library.words[language].gone).text
        for name in library.answers[language]:
            assert gone not in library.answer(language, name, READ, production=True).blocks[0], (language, name)


def test_answer_on_a_us_visa_always_says_that_a_us_lawyer_must_look(library: Library) -> None:
    visas = {f for f in library.facts if f.startswith(("vawa-", "visa-", "visas-"))}
    assert all("us_lawyer" in library.facts[fact].caution for fact in visas)
    told = [name for name in library.answers["es"] if visas & set(library.answer("es", name, READ).facts)]
    for name in told:
        assert "abogada de Estados Unidos" in library.answer("es", name, READ).blocks[-1], name


def test_secret_service_has_no_address(library: Library) -> None:
    secret = [service for service in library.directory.services.values() if service.secret]
    assert secret
    assert not any(service.address or service.lat for service in secret)


def test_imported_services_and_places_are_all_there(library: Library) -> None:
    assert len(library.directory.services) >= 375
    assert len(library.directory.places) >= 121
    assert len(library.facts) >= 489
    states = {place.state for place in library.directory.places.values() if place.kind == "state"}
    assert len(states) == 32


def test_nothing_unverified_of_the_directory_is_sent_in_production(library: Library) -> None:
    for service in library.directory.services.values():
        allowed = standing(service, "contact", READ, production=True)
        assert service.verified or allowed.refused in set(Refusal), service.id


def test_content_loads_within_its_time_and_memory() -> None:
    script = (
        "import resource, time\n"
        "from pathlib import Path\n"
        "from content import library\n"
        "before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()\n"
        "library.load(Path('content'))\n"
        "print(time.process_time() - start, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)\n"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    seconds, megabytes = (float(word) for word in run.stdout.split())
    assert seconds < 1.5
    assert megabytes < 60


def test_report_of_our_content_reads_every_record() -> None:
    horizon = report.falling_due(OURS, date(2027, 2, 19))
    assert len([row for row in horizon if row.what == "service"]) >= 375
