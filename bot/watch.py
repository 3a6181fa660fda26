"""Follows the folders of content and flows: a valid change serves within 5 s, an invalid one changes nothing and is shown.

Every process looks for itself. What is being edited half-way is seen as broken, and as whole at the next look.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot import bundle, log, script_versions
from bot.bundle import Bundle
from bot.runtime import Runtime

_log = log.get(__name__)

SECONDS = 1.0
_KEEP_AGAIN = timedelta(hours=1)


async def follow(rt: Runtime) -> None:
    """Look once: serve a changed version if it is sound, else say what is wrong with it."""
    settings = rt.settings
    version = await asyncio.to_thread(bundle.digest, settings.content_dir, settings.flows_dir)
    if version == rt.bundle.version:
        if rt.content_error is not None:  # the broken change was taken back
            rt.content_error = None
            _log.info("content_restored", version=version)
        rt.content_tried = version
        await _keep_again(rt)
    elif version != rt.content_tried:
        rt.content_tried = version
        await _try(rt, version)


async def _try(rt: Runtime, version: str) -> None:
    try:
        fresh = await asyncio.to_thread(
            bundle.load,
            rt.settings.content_dir,
            rt.settings.flows_dir,
            production=rt.settings.production,
            today=lambda: rt.clock().date(),
            named=rt.settings.controller(),
            before=rt.bundle,
        )
    except Exception as error:
        rt.content_error = what_is_wrong(error)
        place = rt.content_error.split(": ", 1)[0]
        _log.error("content_refused", version=version, where=place)
        return
    await adopt(rt, fresh)
    rt.content_error = None
    _log.info("content_serves", version=fresh.version)


async def adopt(rt: Runtime, fresh: Bundle) -> None:
    """Serve a bundle, with every older script version that a conversation may be on."""
    before = rt.bundle.scripts
    known: dict[str, Mapping[str, Any]] = {
        **{digest: flow.script.model_dump(mode="json") for digest, flow in before.old.items()},
        **before.versions(),
    }
    try:
        async with rt.database.write() as session:
            await script_versions.keep(session, before, rt.clock())
            await script_versions.keep(session, fresh.scripts, rt.clock())
            known = dict(await script_versions.load_old(session))
        rt.versions_kept_at = rt.clock()
    except Exception:
        _log.exception("versions_not_kept")  # this process still knows them
    rt.bundle = replace(fresh, scripts=fresh.scripts.with_old(known))


async def _keep_again(rt: Runtime) -> None:
    """At the start, and every hour while they serve."""
    if rt.versions_kept_at is None or rt.clock() - rt.versions_kept_at >= _KEEP_AGAIN:
        await adopt(rt, rt.bundle)


def what_is_wrong(error: Exception) -> str:
    """One line for `/readyz` and the console: `file:line: key: what: what to do`, and how many more there are."""
    lines = getattr(error, "lines", None) or [str(error) or type(error).__name__]
    more = f" (and {len(lines) - 1} more: run `faro check`)" if len(lines) > 1 else ""
    return f"{lines[0]}{more}"
