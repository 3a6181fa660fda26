"""The editors' page of the directory: a service is verified, corrected by two, withdrawn everywhere."""

from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest

from bot import fact_decisions
from bot.console.account import Role
from bot.runtime import Runtime
from content.directory import PlaceView
from content.library import load
from tests.support.console import Browser, hire
from tests.support.world import HandClock

SERVICE = "cjm-aguascalientes"
PAGE = f"/console/services/{SERVICE}"


def shown(rt: Runtime) -> PlaceView | None:
    """How production lists it in its city today; None when it does not."""
    near = rt.bundle.library.places_near("es", ["justice_centre"], "aguascalientes", None, rt.clock().date(), production=True)
    return next((view for view in near if view.id == SERVICE), None)


def form(rt: Runtime, **changes: str) -> dict[str, str]:
    service = rt.bundle.library.directory.services[SERVICE]
    accepts = {f"accepts-{who}": answer for who, answer in service.accepts.items()}
    known = {
        "phones": ", ".join(service.phones),
        "whatsapp": ", ".join(service.whatsapp),
        "languages": ", ".join(service.languages),
        "hours": service.hours or "",
        "address": service.address or "",
    }
    return {**known, **accepts, **{name.replace("accepts_", "accepts-"): value for name, value in changes.items()}}


async def test_list_and_call_sheet_show_what_waits_and_only_to_editors(rt: Runtime, editor: Browser, clock: HandClock) -> None:
    assert f'data-service="{SERVICE}"' in (await editor.get("/console/services")).text
    assert "449 974 8231" in (await editor.get("/console/facts/call-sheet")).text
    operator = Browser(rt)
    await operator.sign_in(await hire(rt, "Ana"), clock)
    assert (await operator.get("/console/services")).status_code == 403
    await operator.close()


async def test_verified_service_is_listed_in_production_and_leaves_list_and_call_sheet(rt: Runtime, editor: Browser) -> None:
    assert shown(rt) is None
    done = await editor.post(f"{PAGE}/verify", page=PAGE, how="I called: they answered")
    assert done.status_code == 303
    view = shown(rt)
    assert view is not None
    assert not any("antes de ir" in line for line in view.lines), "it is confirmed"
    assert "Eva" in (await editor.get(PAGE)).text
    assert f'data-service="{SERVICE}"' not in (await editor.get("/console/services")).text
    assert "449 974 8231" not in (await editor.get("/console/facts/call-sheet")).text


async def test_decision_without_saying_how_is_refused(rt: Runtime, editor: Browser) -> None:
    assert (await editor.post(f"{PAGE}/verify", page=PAGE, how=" ")).status_code == 422
    assert shown(rt) is None


async def test_withdrawn_service_is_listed_by_no_process(rt: Runtime, editor: Browser) -> None:
    await editor.post(f"{PAGE}/verify", page=PAGE, how="I called")
    await editor.post(f"{PAGE}/withdraw", page=PAGE, how="It has closed")
    assert shown(rt) is None
    rt.bundle = replace(rt.bundle, library=rt.bundle.library.amended(()))
    await fact_decisions.refresh(rt)
    assert shown(rt) is None, "another process lays the same decisions over what it read"


async def test_correction_holds_only_once_somebody_else_approved_it(rt: Runtime, editor: Browser, clock: HandClock) -> None:
    said = form(rt, phones="449 910 2121", hours="día y noche", accepts_trans_women="yes")
    await editor.post(f"{PAGE}/correct", page=PAGE, how="they told me on the phone", **said)
    assert shown(rt) is None
    async with rt.database.read() as session:
        (decision,) = await fact_decisions.history(session, "service", SERVICE)
    assert set(decision.data[0]) == {"phones", "hours", "accepts"}, "only what differs"
    approval = f"{PAGE}/decisions/{decision.id}/approve"
    assert (await editor.post(approval, page=PAGE)).status_code == 422
    assert shown(rt) is None
    other = Browser(rt)
    await other.sign_in(await hire(rt, "Olga", Role.EDITOR), clock)
    assert (await other.post(approval, page=PAGE)).status_code == 303
    view = shown(rt)
    assert view is not None
    lines = "\n".join(view.lines)
    assert "449 910 2121" in lines
    assert "449 974 8231" not in lines
    assert "día y noche" in lines
    await other.close()


@pytest.mark.parametrize(("field", "value"), [("phones", "12"), ("languages", "castellano")])
async def test_correction_that_cannot_be_is_refused(rt: Runtime, editor: Browser, field: str, value: str) -> None:
    refused = await editor.post(f"{PAGE}/correct", page=PAGE, how="a slip", **form(rt, **{field: value}))
    assert refused.status_code == 422
    assert 'data-testid="problem"' in refused.text


async def test_correction_that_changes_nothing_is_refused(rt: Runtime, editor: Browser) -> None:
    assert (await editor.post(f"{PAGE}/correct", page=PAGE, how="all is well", **form(rt))).status_code == 422


async def test_page_shows_it_as_the_phone_does_in_both_languages(editor: Browser) -> None:
    page = (await editor.get(PAGE)).text
    assert page.count('data-testid="preview"') == 2
    assert "Preguntamos antes" in page or "preguntamos antes" in page


async def test_address_of_a_secret_place_can_be_neither_seen_nor_entered(rt: Runtime, editor: Browser) -> None:
    secret = next(service for service in rt.bundle.library.directory.services.values() if service.secret)
    page = f"/console/services/{secret.id}"
    assert 'name="address"' not in (await editor.get(page)).text
    await editor.post(f"{page}/correct", page=page, how="I know it", address="Calle 1", hours="día y noche")
    async with rt.database.read() as session:
        decided = await fact_decisions.history(session, "service", secret.id)
    assert all("address" not in values for decision in decided for values in decision.data)


async def test_service_that_is_not_there_is_a_page_that_says_so(editor: Browser) -> None:
    assert (await editor.get("/console/services/nothing")).status_code == 404
    assert (await editor.post("/console/services/nothing/verify", page="/console/services", how="x")).status_code == 404


async def test_export_writes_what_holds_into_the_directory(rt: Runtime, editor: Browser, tmp_path: Path) -> None:
    copytree(rt.settings.content_dir, tmp_path / "content")
    await editor.post(f"{PAGE}/verify", page=PAGE, how="I called")
    (file,) = await fact_decisions.export(rt, tmp_path / "content", rt.clock())
    assert file.name == "services.yml"
    assert load(tmp_path / "content").directory.services[SERVICE].verified_by == "Eva"
    before = (rt.settings.content_dir / "directory" / "services.yml").read_text(encoding="utf-8").splitlines()
    added = set(file.read_text(encoding="utf-8").splitlines()) - set(before)
    assert added == {"  verified_by: Eva", "  verified_on: 2026-12-01"}


async def test_broken_content_is_said_to_editors_with_its_place_and_not_to_operators(
    rt: Runtime, editor: Browser, clock: HandClock
) -> None:
    assert "content-error" not in (await editor.get("/console/services")).text
    rt.content_error = "content/facts/work.yml:12: kind: no such kind: use contact, law or general"
    assert "work.yml:12" in (await editor.get("/console/services")).text
    operator = Browser(rt)
    await operator.sign_in(await hire(rt, "Ana"), clock)
    assert "work.yml" not in (await operator.get("/console/")).text
    await operator.close()
