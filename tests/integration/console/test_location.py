"""A shared position is shown as coordinates and with the closest place that we know, without asking anybody."""

from collections.abc import AsyncIterator

import pytest

from bot.cases import queue
from bot.runtime import Runtime
from integrations.channel import Location
from tests.support.console import Browser, hire
from tests.support.world import HandClock, Phone

pytestmark = pytest.mark.parametrize("database_settings", [{}], ids=["sqlite"])


@pytest.fixture
async def ana(rt: Runtime, phone: Phone, clock: HandClock) -> AsyncIterator[Browser]:
    await phone.says("anoche mi marido me pego")
    case = await phone.case()
    assert case is not None
    person = await hire(rt, "Ana")
    browser = Browser(rt)
    await browser.sign_in(person, clock)
    await queue.claim(rt, case.id, person.id)
    yield browser
    await browser.close()


@pytest.mark.parametrize(
    ("latitude", "longitude", "said"),
    [(14.9054, -92.2634, "En Tapachula, Chiapas o muy cerca"), (14.83, -92.2634, "A unos 8 km de Tapachula, Chiapas")],
)
async def test_position_is_shown_with_the_closest_place(
    phone: Phone, ana: Browser, latitude: float, longitude: float, said: str
) -> None:
    await phone.sends_body(Location(latitude=latitude, longitude=longitude))
    await phone.answers()
    case = await phone.case()
    assert case is not None
    html = (await ana.get(f"/console/cases/{case.id}")).text
    assert f"{latitude:.5f}, {longitude:.5f}" in html
    assert said in html
    assert "http://" not in html
