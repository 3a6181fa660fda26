"""The editors' page of facts: a number is verified, corrected by two, withdrawn everywhere."""

from dataclasses import replace
from pathlib import Path
from shutil import copytree

from bot import fact_decisions
from bot.console.account import Role
from bot.runtime import Runtime
from tests.support.console import Browser, hire
from tests.support.world import HandClock

FACT = "profedet-telefono"
PAGE = f"/console/facts/{FACT}"


def said(rt: Runtime, fact: str = FACT) -> str | None:
    """What production says of a fact today; None when it says nothing."""
    filled = rt.bundle.library.fill("es", f"{{fact:{fact}}}", rt.clock().date(), production=True)
    return None if filled.refused else filled.text


async def test_list_shows_what_waits_and_only_to_editors(rt: Runtime, editor: Browser, clock: HandClock) -> None:
    page = await editor.get("/console/facts")
    assert f'data-fact="{FACT}"' in page.text
    assert 'data-fact="emergency-911"' not in page.text
    operator = Browser(rt)
    await operator.sign_in(await hire(rt, "Ana"), clock)
    assert (await operator.get("/console/facts")).status_code == 403
    await operator.close()


async def test_verified_number_is_said_in_production_and_leaves_the_list(rt: Runtime, editor: Browser) -> None:
    assert said(rt) is None
    done = await editor.post(f"{PAGE}/verify", page=PAGE, how="I called: they answered")
    assert done.status_code == 303
    assert said(rt) == "800 911 7877 y 800 717 2942"
    assert "Eva" in (await editor.get(PAGE)).text
    assert f'data-fact="{FACT}"' not in (await editor.get("/console/facts")).text


async def test_decision_without_saying_how_is_refused(rt: Runtime, editor: Browser) -> None:
    assert (await editor.post(f"{PAGE}/verify", page=PAGE, how=" ")).status_code == 422
    assert said(rt) is None


async def test_withdrawn_fact_is_said_by_no_process(rt: Runtime, editor: Browser) -> None:
    await editor.post(f"{PAGE}/verify", page=PAGE, how="I called")
    assert said(rt)
    await editor.post(f"{PAGE}/withdraw", page=PAGE, how="It is a pizza place")
    assert said(rt) is None
    rt.bundle = replace(rt.bundle, library=rt.bundle.library.amended(()))
    await fact_decisions.refresh(rt)
    assert said(rt) is None, "another process lays the same decisions over what it read"


async def test_line_that_is_always_sent_cannot_be_withdrawn(rt: Runtime, editor: Browser) -> None:
    page = "/console/facts/emergency-911"
    assert (await editor.post(f"{page}/withdraw", page=page, how="by mistake")).status_code == 422
    assert said(rt, "emergency-911") == "911"


async def test_correction_holds_only_once_somebody_else_approved_it(rt: Runtime, editor: Browser, clock: HandClock) -> None:
    values = {"value-0": "800 623 2323", "value-1": "800 717 2942", "value-2": "orientacionprofedet@stps.gob.mx"}
    await editor.post(f"{PAGE}/correct", page=PAGE, how="new number on their site", **values)
    assert said(rt) is None
    async with rt.database.read() as session:
        (decision,) = await fact_decisions.history(session, "fact", FACT)
    approval = f"{PAGE}/decisions/{decision.id}/approve"
    own = await editor.post(approval, page=PAGE)
    assert own.status_code == 422
    assert said(rt) is None
    other = Browser(rt)
    await other.sign_in(await hire(rt, "Olga", Role.EDITOR), clock)
    assert (await other.post(approval, page=PAGE)).status_code == 303
    assert said(rt) == "800 623 2323 y 800 717 2942"
    assert (await other.post(approval, page=PAGE)).status_code == 422, "once"
    await other.close()


async def test_correction_to_a_number_that_cannot_be_is_refused(rt: Runtime, editor: Browser) -> None:
    values = {"value-0": "12", "value-1": "800 717 2942", "value-2": "orientacionprofedet@stps.gob.mx"}
    refused = await editor.post(f"{PAGE}/correct", page=PAGE, how="a slip", **values)
    assert refused.status_code == 422
    assert 'data-testid="problem"' in refused.text


async def test_page_shows_each_answer_that_quotes_the_fact_as_the_phone_does(editor: Browser) -> None:
    page = await editor.get("/console/facts/asilo-plazo-30-dias")
    assert page.text.count('data-testid="preview"') >= 2
    assert "30 días hábiles" in page.text
    assert "30 working days" in page.text


async def test_call_sheet_lists_numbers_and_services_that_wait(editor: Browser) -> None:
    sheet = (await editor.get("/console/facts/call-sheet")).text
    assert FACT in sheet
    assert sheet.count('data-testid="call"') > 200


async def test_fact_that_is_not_there_is_a_page_that_says_so(editor: Browser) -> None:
    assert (await editor.get("/console/facts/nothing")).status_code == 404


async def test_export_writes_what_holds_into_the_yaml_once(rt: Runtime, editor: Browser, tmp_path: Path) -> None:
    copytree(rt.settings.content_dir / "facts", tmp_path / "facts")
    await editor.post(f"{PAGE}/verify", page=PAGE, how="I called")
    (file,) = await fact_decisions.export(rt, tmp_path, rt.clock())
    assert "verified_by: Eva" in file.read_text(encoding="utf-8")
    assert await fact_decisions.export(rt, tmp_path, rt.clock()) == ()
