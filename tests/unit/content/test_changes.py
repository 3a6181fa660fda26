"""Editors' changes laid over the facts, and written back so that a reviewer sees only what changed."""

import difflib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from content.changes import Change, amended, export, rewritten
from content.facts import Fact
from content.library import load
from tests.support.content import ALWAYS, DEADLINE, PHONE, SHELTER, Folder, fact

READ = date(2026, 11, 21)


def change(action: str, name: str = "care-line", **more: Any) -> Change:
    return Change.model_validate({"id": name, "action": action, "by": "Eva", "on": "2026-12-01", **more})


def test_changes_are_laid_over_in_order_and_leave_what_was_read_alone() -> None:
    read = {"care-line": Fact.model_validate(PHONE)}
    after = amended("fact", read, [change("correct", values=[{"phone": "800 623 2323"}]), change("withdraw")])
    assert (after["care-line"].show, after["care-line"].values[0].model_dump()["phone"]) == ("internal", "800 623 2323")
    assert read["care-line"].show == "yes"


@pytest.mark.parametrize(
    "unsound",
    [change("correct", values=[{"phone": "12"}]), change("correct", values=[]), change("verify", name="nowhere")],
)
def test_change_that_fits_no_record_changes_nothing(unsound: Change) -> None:
    read = {"care-line": Fact.model_validate(PHONE)}
    assert amended("fact", read, [unsound]) == read


def test_verifying_an_expired_fact_lets_it_serve_again(folder: Folder) -> None:
    decided = [change("verify", name="time-limit")]
    folder.facts([PHONE, fact(DEADLINE, review_by=date(2026, 11, 30)), *ALWAYS])
    assert load(folder.root).amended(decided).facts["time-limit"].due("law") == date(2027, 5, 30)
    export(folder.root, decided)
    assert load(folder.root).facts["time-limit"].due("law") == date(2027, 5, 30)


def test_amended_library_forgets_changes_that_no_longer_hold(folder: Folder) -> None:
    library = load(folder.root, clock=lambda: READ)
    assert library.amended([change("withdraw")]).amended(()).facts == library.facts


def test_export_touches_only_the_keys_that_changed(tmp_path: Path) -> None:
    before = Path("content/facts/safety.yml").read_text(encoding="utf-8")
    after = rewritten(before, {"trafficking-line-mx": [change("verify", name="trafficking-line-mx")]})
    moved = [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[:1] in "+-"]
    assert sorted(moved) == ["+   verified_by: Eva", "+   verified_on: 2026-12-01"]


def test_exported_content_says_what_the_changes_said(folder: Folder) -> None:
    folder.facts([PHONE, DEADLINE, *ALWAYS])
    decided = [change("correct", values=[{"phone": "800 623 2323"}])]
    amended_before = load(folder.root).amended(decided)
    assert [file.name for file in export(folder.root, decided)] == ["all.yml"]
    assert load(folder.root).facts == amended_before.facts
    assert export(folder.root, []) == ()


def test_corrected_service_reads_back_as_it_was_said(folder: Folder) -> None:
    folder.services([{**SHELTER, "id": "house", "hours": "de 9 a 5"}])
    said = {"accepts": {"trans_women": "yes", "children": "no"}, "hours": None, "phones": ["449 910 2121"]}
    decided = [change("correct", name="house", what="service", values=[said])]
    laid_over = load(folder.root).amended(decided).directory.services["house"]
    (file,) = export(folder.root, decided)
    read_back = load(folder.root).directory.services["house"]
    assert file.name == "services.yml"
    assert read_back == laid_over
    assert (read_back.accepts, read_back.hours, read_back.phones) == (said["accepts"], None, ("449 910 2121",))


def test_decision_about_a_fact_leaves_a_service_of_the_same_name_alone(folder: Folder) -> None:
    folder.services([{**SHELTER, "id": "care-line"}])
    after = load(folder.root).amended([change("withdraw")])
    assert (after.facts["care-line"].show, after.directory.services["care-line"].show) == ("internal", SHELTER["show"])
