"""What falls due, who quotes it, and what changed."""

from datetime import date
from pathlib import Path

import pytest

from bot.content_cli import content_problems, content_report
from content.report import changes, falling_due
from tests.support.content import ALWAYS, DEADLINE, PHONE, SHELTER, THROUGH, Folder, answer, fact

READ = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("today", "within"),
    [
        (READ, "90"),
        (date(2026, 12, 30), "60"),
        (date(2027, 1, 30), "30"),
        (date(2027, 2, 19), "30"),
        (date(2027, 2, 20), "expired"),
    ],
)
def test_contact_is_reported_in_the_first_horizon_that_holds_its_last_day(folder: Folder, today: date, within: str) -> None:
    rows = {row.id: row for row in falling_due(folder.root, today)}
    assert (rows["care-line"].within, rows["care-line"].due) == (within, date(2027, 2, 19))
    assert rows["house-tapachula"].what == "service"


def test_report_leaves_out_what_serves_longer_and_the_lines_always_sent(folder: Folder) -> None:
    assert {row.id for row in falling_due(folder.root, READ)} == {"care-line", "house-tapachula"}


def test_report_names_the_answers_that_say_a_fact_also_through_another(folder: Folder) -> None:
    folder.facts([PHONE, DEADLINE, THROUGH, *ALWAYS])
    folder.both([answer(blocks=["{fact:through.statement}"])])
    (row,) = [row for row in falling_due(folder.root, READ) if row.id == "care-line"]
    assert row.quoted_by == "es/asylum en/asylum"


def test_changes_between_two_versions_name_what_differs(folder: Folder, tmp_path: Path) -> None:
    new = Folder(tmp_path / "new")
    new.facts([fact(values=[{"phone": "800 623 2323"}]), DEADLINE, *ALWAYS[:2], {**ALWAYS[2]}, fact(id="added")])
    new.services([{**SHELTER, "id": "other-house"}])
    new.answers([answer(title="Otro")])
    said = {(change.what, change.id, change.change, change.fields) for change in changes(folder.root, new.root)}
    assert said == {
        ("fact", "care-line", "changed", "values"),
        ("fact", "added", "added", ""),
        ("service", "house-tapachula", "removed", ""),
        ("service", "other-house", "added", ""),
        ("answer es", "asylum", "changed", "title"),
    }


def test_report_is_a_table_or_csv(folder: Folder) -> None:
    table, sheet = (content_report(folder.root, READ, as_csv=csv).splitlines() for csv in (False, True))
    assert table[0].split() == ["what", "id", "due", "days", "within", "verified", "quoted_by"]
    assert sheet[1] == "fact,care-line,2027-02-19,90,90,,"
    assert content_report(folder.root, READ, since=folder.root, as_csv=True) == "what,id,change,fields\n"


def test_problems_are_split_into_errors_and_warnings(folder: Folder) -> None:
    errors, warnings = content_problems(folder.root, date(2030, 1, 1))
    assert all("no answer for this topic" in line for line in errors)
    assert any("expired on" in line for line in warnings)
