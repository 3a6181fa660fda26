"""The whole service in one terminal: SQLite, in-process hub, Rasa as a child, the simulator as channel. Development only."""

import base64
import os
import socket
from pathlib import Path

import click
import uvicorn
from pydantic import SecretStr
from pyotp import TOTP

from bot import log
from bot.app import make_app, runtime
from bot.console.account import create_demo_operator
from bot.settings import Settings
from bot.storage import migrate
from nlu import sidecar

RASA_PORT_OFFSET = 1000


def settings_of(folder: Path, rasa_url: str | None) -> Settings:
    """Development settings with secrets of this folder's own, made on the first start and kept there."""
    folder.mkdir(parents=True, exist_ok=True)
    return Settings(
        env="development",
        data_dir=folder,
        rasa_url=rasa_url,
        secret_key=_kept_key(folder / "secret_key.txt"),
        encryption_keys=(_kept_key(folder / "encryption_keys.txt"),),
        lookup_key=_kept_key(folder / "lookup_key.txt"),
        push_key=_kept_key(folder / "push_key.txt"),
    )


def _kept_key(file: Path) -> SecretStr:
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(base64.urlsafe_b64encode(os.urandom(32)).decode())
    return SecretStr(file.read_text())


async def run(port: int, folder: Path) -> None:
    """Serve until Ctrl-C. Raises `OSError` when the port is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
    log.configure("WARNING", human=True)
    async with sidecar.supervised(port + RASA_PORT_OFFSET) as rasa_url:
        settings = settings_of(folder, rasa_url)
        async with runtime(settings) as rt:
            await migrate.upgrade(rt.database)
            click.echo("Starting the language model (about 10 s) ...")
            if not await sidecar.ready(rasa_url, 60):
                click.echo("The language model does not answer yet; the safety lexicon works without it.")
            _welcome(port, *await create_demo_operator(rt))
            config = uvicorn.Config(
                make_app(rt, with_worker=True), host="127.0.0.1", port=port, log_config=None, access_log=False
            )
            await uvicorn.Server(config).serve()


def _welcome(port: int, email: str, password: str, totp_secret: str) -> None:
    click.echo(f"\n  Phone simulator   http://127.0.0.1:{port}/simulator/")
    click.echo(f"  Operator console  http://127.0.0.1:{port}/console/")
    click.echo(f"  Sign in with      {email}   {password}")
    click.echo(f"  TOTP secret       {totp_secret}   code now: {TOTP(totp_secret).now()}")
    click.echo("  Stop with Ctrl-C\n")
