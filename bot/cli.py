"""`faro`: every command. Errors are one line on stderr; exit 0 done, 1 the check failed, 2 wrong use."""

import asyncio
import base64
import os
import secrets
import sys
from collections.abc import Coroutine
from typing import Any

import click
import uvicorn
from pydantic import ValidationError

from bot import log
from bot.settings import Settings, SettingsError


class Failed(Exception):
    """A command that could not do its work. Its text is one line that says what to do."""


def load_settings(**overrides: Any) -> Settings:
    """Settings of the environment, safe to serve with. Raises `Failed`."""
    try:
        settings = Settings(**overrides)
        settings.refuse_if_unsafe()
    except ValidationError as error:
        first = error.errors()[0]
        raise Failed(f"FARO_{'_'.join(str(p) for p in first['loc']).upper()}: {first['msg']}") from None
    except SettingsError as error:
        raise Failed(str(error)) from None
    return settings


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(work)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def faro() -> None:
    """Faro: a helpline over WhatsApp and Telegram, with people behind it."""


@faro.command()
def keys() -> None:
    """Print fresh values for the secret settings."""
    for name in ("FARO_SECRET_KEY", "FARO_ENCRYPTION_KEYS", "FARO_LOOKUP_KEY"):
        click.echo(f"{name}={base64.urlsafe_b64encode(os.urandom(32)).decode().rstrip('=')}")
    click.echo(f"FARO_TELEGRAM_WEBHOOK_SECRET={secrets.token_urlsafe(32)}")


@faro.group()
def db() -> None:
    """The database schema."""


@db.command("upgrade")
def db_upgrade() -> None:
    """Run the migrations that wait."""
    from bot.app import runtime
    from bot.storage import migrate

    async def work() -> None:
        async with runtime(load_settings()) as rt:
            await migrate.upgrade(rt.database)

    run(work())
    click.echo("schema up to date")


@db.command("check")
def db_check() -> None:
    """Exit 1 when the schema is behind."""
    from bot.app import runtime
    from bot.storage import migrate

    async def work() -> None:
        async with runtime(load_settings()) as rt:
            if await migrate.behind(rt.database):
                raise Failed("the schema is behind: run `faro db upgrade`")

    run(work())


@faro.command()
@click.option("--host", default="127.0.0.1")
@click.option("--port", default=8080, type=click.IntRange(1, 65535))
@click.option("--with-worker", is_flag=True, help="Also take turns and deliver in this process.")
def web(host: str, port: int, with_worker: bool) -> None:
    """Serve webhooks, console and, outside production, the simulator."""
    from bot.app import make_app, runtime

    settings = load_settings()
    log.configure(settings.log_level)

    async def work() -> None:
        async with runtime(settings) as rt:
            config = uvicorn.Config(
                make_app(rt, with_worker=with_worker), host=host, port=port, log_config=None, access_log=False
            )
            await uvicorn.Server(config).serve()

    run(work())


@faro.command()
def worker() -> None:
    """Take turns, deliver, keep house. Run as many as wanted."""
    from bot import worker as loops
    from bot.app import runtime

    settings = load_settings()
    log.configure(settings.log_level)

    async def work() -> None:
        async with runtime(settings) as rt, loops.running(rt):
            await loops.until_told_to_stop()

    run(work())


def main() -> None:
    try:
        faro.main(standalone_mode=False)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(1)
    except click.ClickException as error:
        click.echo(f"faro: {error.format_message()}", err=True)
        sys.exit(2)
    except (Failed, KeyboardInterrupt) as error:
        click.echo(f"faro: {error}", err=True)
        sys.exit(1)
