"""What may be said on a day, and what comes instead."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from content.facts import ALWAYS, Fact, Facts, Refusal, Standing
from content.library import load
from tests.support.content import ALWAYS as LINES
from tests.support.content import DEADLINE, PHONE, THROUGH, Folder, answer, fact

READ = date(2026, 11, 21)
VERIFIED: dict[str, Any] = {"verified_by": "an editor", "verified_on": "2026-12-01"}


def standing(record: dict[str, Any], today: date = READ, *, production: bool = False) -> Standing:
    made = Fact.model_validate(record)
    return Facts({made.id: made}).standing(made.id, today, production=production)


def test_fact_that_is_internal_is_never_said() -> None:
    assert standing(fact(show="internal", **VERIFIED)).refused is Refusal.INTERNAL


def test_fact_to_be_checked_is_said_only_once_verified() -> None:
    assert standing(fact(show="after_check")).refused is Refusal.NOT_CHECKED
    assert standing(fact(show="after_check", **VERIFIED)) == Standing()


def test_fact_that_may_be_shown_asks_to_confirm_until_verified() -> None:
    assert standing(fact()) == Standing(confirm=True)
    assert standing(fact(**VERIFIED)) == Standing(confirm=False)


@pytest.mark.parametrize(
    ("kind", "last", "after"),
    [("law", date(2027, 5, 20), date(2027, 5, 21)), ("general", date(2027, 11, 21), date(2027, 11, 22))],
)
def test_fact_expires_by_its_kind_counted_from_the_day_it_was_read(kind: str, last: date, after: date) -> None:
    record = fact(DEADLINE, kind=kind)
    assert standing(record, last).refused is None
    assert standing(record, after).refused is Refusal.EXPIRED


def test_contact_expires_ninety_days_after_it_was_verified() -> None:
    assert standing(fact(**VERIFIED), date(2027, 3, 1)).refused is None
    assert standing(fact(**VERIFIED), date(2027, 3, 2)).refused is Refusal.EXPIRED


def test_fact_that_names_a_year_ends_with_it_even_when_its_kind_lasts_longer() -> None:
    record = fact(DEADLINE, review_by="2026-12-31")
    assert standing(record, date(2026, 12, 31)).refused is None
    assert standing(record, date(2027, 1, 1)).refused is Refusal.EXPIRED


def test_verification_does_not_carry_a_fact_past_the_year_it_names() -> None:
    record = fact(DEADLINE, review_by="2026-12-31", **VERIFIED)
    assert standing(record, date(2027, 1, 1)).refused is Refusal.EXPIRED


@pytest.mark.parametrize("source", [{"title": "Undated"}, {"title": "Old", "date": "2024-10"}, {"title": "Old", "date": "2022"}])
def test_contact_from_an_undated_or_old_source_waits_for_a_check(source: dict[str, Any]) -> None:
    assert standing(fact(source=source)).refused is Refusal.NOT_CHECKED
    assert standing(fact(DEADLINE, source=source)).refused is None, "law ages otherwise"


def test_contact_that_nobody_verified_is_not_sent_in_production() -> None:
    assert standing(fact(), production=True).refused is Refusal.CONTACT_NOT_VERIFIED
    assert standing(fact(**VERIFIED), production=True).refused is None
    assert standing(fact(DEADLINE), production=True) == Standing(confirm=True)


@pytest.mark.parametrize("name", sorted(ALWAYS))
def test_the_three_lines_are_sent_whatever_their_dates_say(name: str) -> None:
    record = fact(id=name, source={"title": "Undated"}, show="internal", review_by="2020-01-01")
    assert standing(record, date(2040, 1, 1), production=True) == Standing()


@pytest.mark.parametrize("half", [{"verified_by": "an editor"}, {"verified_on": "2026-12-01"}])
def test_half_a_verification_is_refused(half: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="belong together"):
        Fact.model_validate(fact(**half))


def test_answer_leaves_out_a_block_whose_fact_expired(folder: Folder) -> None:
    folder.both([answer(blocks=["Aquí estamos.", "Plazo: {fact:time-limit}."])])
    library = load(folder.root)
    assert library.answer("es", "asylum", date(2027, 5, 20)).blocks[1].startswith("Plazo: 30 días.")
    assert library.answer("es", "asylum", date(2027, 5, 21)).blocks == ("Aquí estamos.",)


def test_answer_says_whom_to_ask_when_the_editor_wrote_it_for_that_case(folder: Folder) -> None:
    folder.both([answer(blocks=[{"text": "Llama: {fact:care-line}.", "else": "Pregunta al {fact:women-line-079}."}])])
    assert load(folder.root, production=True).answer("es", "asylum", READ).blocks == ("Pregunta al 079, opción 1.",)
    assert load(folder.root, production=False).answer("en", "asylum", READ).blocks[0].startswith("Llama: 800 911 7877.")


def test_answer_with_nothing_left_to_say_names_a_person_and_the_lines_that_are_always_sent(folder: Folder) -> None:
    folder.both([answer(blocks=["Llama: {fact:care-line}."])])
    (block,) = load(folder.root).answer("en", "asylum", READ, production=True).blocks
    assert "079, option 1" in block
    assert "911" in block
    assert "800 911 7877" not in block


def test_fact_that_quotes_a_refused_fact_is_refused_with_it(folder: Folder) -> None:
    folder.facts([PHONE, THROUGH, DEADLINE, *LINES])
    folder.both([answer(blocks=["Hola.", "{fact:through.statement}"])])
    assert load(folder.root).answer("es", "asylum", READ, production=True).blocks == ("Hola.",)
    assert "800 911 7877" in load(folder.root).answer("es", "asylum", READ, production=False).blocks[1]


def test_text_that_quotes_a_refused_fact_says_whom_to_ask_instead(folder: Folder) -> None:
    for language in ("es", "en"):
        folder.write(f"{language}/texts/core.yml", {"menu.person": "Una persona", "line": "Llama: {fact:care-line}"})
    assert "800 911 7877" in load(folder.root, production=False, clock=lambda: READ).text("es", "line")
    refused = load(folder.root, production=True, clock=lambda: READ).text("es", "line")
    assert "800 911 7877" not in refused
    assert "079, opción 1" in refused


def test_safety_answer_asks_to_confirm_a_contact_and_never_a_rule_that_saves_time(folder: Folder) -> None:
    folder.both([answer(blocks=["Plazo: {fact:time-limit}."])], tone="safety")
    assert load(folder.root).answer("es", "asylum", READ).blocks == ("Plazo: 30 días.",)
    folder.both([answer(blocks=["Llama: {fact:care-line}."])], tone="safety")
    assert "Confirma antes de ir" in load(folder.root, production=False).answer("es", "asylum", READ).blocks[0]
    folder.both([answer(blocks=["Llama: {fact:emergency-911}."])], tone="safety")
    assert load(folder.root).answer("es", "asylum", READ).blocks == ("Llama: 911.",)


def test_caution_of_a_fact_follows_every_answer_that_tells_it(folder: Folder) -> None:
    folder.facts([PHONE, fact(DEADLINE, caution=["us_lawyer"]), *LINES])
    view = load(folder.root).answer("en", "asylum", READ)
    assert "a US lawyer must look at your case" in view.blocks[-1]
    assert "Check before you go" in view.blocks[-1]


def test_library_counts_what_waits_for_verification(folder: Folder) -> None:
    folder.facts([PHONE, DEADLINE, fact(id="hidden", show="internal"), fact(id="waits", show="after_check"), *LINES])
    assert load(folder.root).waiting(READ) == (2, 1)
