"""Every webhook route verifies before anything else: an unsigned request is 403 and leaves no row."""

from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select
from starlette.routing import Route

from bot.app import make_app
from bot.storage.tables import Table
from tests.support.providers import nobody_listens
from tests.support.world import HandClock, fake_settings, open_runtime

BODIES = (b"", b"{}", b"MessageSid=SM1&From=whatsapp%3A%2B525555550001&Body=hola", b'{"update_id":1}', b"\xff{")


@pytest.mark.parametrize("mode", ["webhook", "polling"])
async def test_unsigned_request_to_any_webhook_is_refused_and_leaves_no_row(tmp_path: Path, clock: HandClock, mode: str) -> None:
    settings = fake_settings(tmp_path, **nobody_listens(telegram_mode=mode))
    async with open_runtime(settings, clock) as rt:
        app = make_app(rt)
        paths = [r.path for r in app.routes if isinstance(r, Route) and r.path.startswith("/webhooks/")]
        assert sorted(paths) == ["/webhooks/telegram", "/webhooks/whatsapp", "/webhooks/whatsapp/status"]
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="https://faro.example") as http:
            for path in paths:
                for body in BODIES:
                    assert (await http.post(path, content=body)).status_code == 403
        async with rt.database.read() as session:
            for table in Table.metadata.sorted_tables:
                assert await session.scalar(select(func.count()).select_from(table)) == 0, table.name
