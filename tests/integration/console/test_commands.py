"""What `faro operator add` and `faro cases` print."""

from pathlib import Path

import pytest

from bot import access
from bot.cases import queue
from bot.cases_cli import as_lines, list_cases
from bot.console.enrolling import WrongOperator, add_operator
from bot.runtime import Runtime
from bot.storage.tables import AccessEntry
from tests.support.command import faro
from tests.support.console import Browser, hire
from tests.support.world import HandClock, Phone

CONTRACT = [
    "id", "state", "lane", "risk", "reasons", "channel", "language", "opened_at", "claimed_by", "first_reply_at",
]  # fmt: skip


async def test_cases_are_printed_as_the_contract_writes_them(rt: Runtime, phone: Phone) -> None:
    ana = await hire(rt)
    await phone.says("anoche mi marido me pego")
    [row] = await list_cases(rt, everything=False)
    assert list(row) == CONTRACT
    assert (row["state"], row["lane"], row["risk"], row["channel"]) == ("open", "urgent", "high", "simulator")
    assert row["opened_at"] == "2026-11-23T17:00:00.000Z"
    assert row["claimed_by"] is None
    await queue.claim(rt, str(row["id"]), ana.id)
    [row] = await list_cases(rt, everything=True)
    assert (row["state"], row["claimed_by"]) == ("claimed", "ana@faro.example")
    assert "marido" not in str(as_lines([row]))


async def test_operator_add_prints_a_link_that_opens(rt: Runtime) -> None:
    link = await add_operator(rt, "ana@faro.example", "Ana", "operator", "es,en")
    browser = Browser(rt)
    assert (await browser.get(link.removeprefix("http://127.0.0.1:8080"))).status_code == 200
    await browser.close()


@pytest.mark.parametrize(
    ("email", "name", "languages"), [("not an address", "Ana", "es"), ("a@b.mx", " ", "es"), ("a@b.mx", "Ana", "español")]
)
async def test_operator_add_refuses_what_cannot_be_used(rt: Runtime, email: str, name: str, languages: str) -> None:
    with pytest.raises(WrongOperator):
        await add_operator(rt, email, name, "operator", languages)


async def test_access_log_shows_where_a_line_was_removed_or_changed(rt: Runtime, clock: HandClock) -> None:
    for number in range(4):
        clock.forward(seconds=1)
        await access.record(rt, "ana", "opened", f"case-{number}")
    assert await access.broken_at(rt) is None
    async with rt.database.write() as session:
        await session.delete(await session.get_one(AccessEntry, 2))
    assert await access.broken_at(rt) == 3


async def test_commands_about_cases_and_people_run_by_themselves(tmp_path: Path) -> None:
    assert await faro(tmp_path, "db", "upgrade") == (0, "schema up to date\n", "")
    assert await faro(tmp_path, "cases", "--json") == (0, "[]\n", "")
    status, out, err = await faro(tmp_path, "operator", "add", "ana@faro.example", "--name", "Ana", "--role", "operator")
    assert (status, err) == (0, "")
    assert out.startswith("http://127.0.0.1:8080/console/enrol/")
    status, out, err = await faro(tmp_path, "operator", "add", "ana", "--name", "Ana", "--role", "operator")
    assert (status, out, err) == (2, "", "faro: That is not an e-mail address.\n")
