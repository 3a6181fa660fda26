"""The web process: webhooks, health, console, simulator. A composition root: it names concrete adapters."""

import gc
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route

from bot import bundle, console, health, mailbox, simulator, webhooks, worker
from bot.cases.watch import Watch
from bot.hub import make_hub
from bot.limits import Throttle
from bot.runtime import Clock, Runtime, utc_now
from bot.settings import Settings
from bot.storage.keystore import KeyStore
from bot.storage.remember import Memory
from bot.storage.session import Database, make_engine
from bot.storage.vault import Vault
from integrations.channel import Channel, ChannelName
from integrations.simulator import Simulator
from integrations.telegram import Telegram
from integrations.whatsapp import WhatsApp
from nlu.client import NoNlu, RasaClient


@asynccontextmanager
async def runtime(settings: Settings, clock: Clock = utc_now, before: bundle.Bundle | None = None) -> AsyncIterator[Runtime]:
    """Everything a process needs, opened in order and closed in reverse. `before`: see `bundle.load`."""
    async with AsyncExitStack() as stack:
        vault = Vault(settings.master_keys(), settings.lookup())
        database = Database(make_engine(settings.database))
        stack.push_async_callback(database.close)
        keys = KeyStore(Database(make_engine(settings.keystore)), vault)
        stack.push_async_callback(keys.close)
        await keys.prepare()
        hub = make_hub(settings.redis_url)
        stack.push_async_callback(hub.close)
        nlu: RasaClient | NoNlu = NoNlu()
        if settings.rasa_url:
            nlu = RasaClient(settings.rasa_url, settings.rasa_deadline)
            stack.push_async_callback(nlu.close)
        rt = Runtime(
            settings=settings,
            database=database,
            keys=keys,
            hub=hub,
            nlu=nlu,
            channels={},
            bundle=bundle.load(
                settings.content_dir,
                settings.flows_dir,
                production=settings.production,
                today=lambda: clock().date(),
                named=settings.controller(),
                before=before,
            ),
            clock=clock,
        )
        rt.channels = _channels(rt, stack)
        if before is None:
            gc.freeze()  # the content is large and stays: each full collection would walk it, and hold every turn meanwhile
        yield rt


def _channels(rt: Runtime, stack: AsyncExitStack) -> dict[str, Channel]:
    channels: dict[str, Channel] = {}
    if rt.settings.whatsapp_configured:
        whatsapp = _whatsapp(rt)
        stack.push_async_callback(whatsapp.close)
        channels[ChannelName.WHATSAPP] = whatsapp
    if rt.settings.telegram_configured:
        telegram = _telegram(rt.settings)
        stack.push_async_callback(telegram.close)
        channels[ChannelName.TELEGRAM] = telegram
    if not rt.settings.production:
        box = mailbox.DatabaseMailbox(rt.database, rt.clock)
        channels[ChannelName.SIMULATOR] = Simulator(box)
        channels[ChannelName.TERMINAL] = Simulator(box, ChannelName.TERMINAL)
    return channels


def _whatsapp(rt: Runtime) -> WhatsApp:
    settings = rt.settings
    return WhatsApp(
        account_sid=settings.twilio_account_sid,
        auth_token=settings.twilio_auth_token.get_secret_value(),
        sender=settings.twilio_sender,
        public_url=settings.public_url,
        store=Memory(rt.database, rt.clock),
        api_url=settings.twilio_api_url,
        reopen_content=settings.twilio_reopen_content_sid,
    )


def _telegram(settings: Settings) -> Telegram:
    polled = settings.telegram_mode == "polling"  # then nobody may bring updates
    return Telegram(
        token=settings.telegram_token.get_secret_value(),
        webhook_secret="" if polled else settings.telegram_webhook_secret.get_secret_value(),
        api_url=settings.telegram_api_url,
    )


def make_app(rt: Runtime, *, with_worker: bool = False) -> Starlette:
    """The web application on an open runtime; with its own worker loops if asked."""
    throttle = Throttle(rt.settings.redis_url)
    watch = Watch(rt)
    pages: list[Route | Mount] = [*health.routes(rt), *webhooks.routes(rt, throttle), *console.routes(rt, watch)]
    if not rt.settings.production:
        pages += simulator.routes(rt, throttle)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with worker.running(rt) if with_worker else worker.watching(rt), watch.running():
            yield

    return Starlette(routes=pages, lifespan=lifespan, exception_handlers={Exception: _failed})


async def _failed(_request: object, _error: Exception) -> Response:
    return PlainTextResponse("something failed on our side\n", 500)
