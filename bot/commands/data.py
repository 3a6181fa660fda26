"""What is kept: its schema, its keys, and how it goes."""

import base64
import os
import secrets
from pathlib import Path

import click

from bot.commands import Failed, load_settings, with_runtime
from bot.runtime import Runtime, utc_now


@click.command()
def keys() -> None:
    """Print fresh values for the secret settings."""
    for name in ("FARO_SECRET_KEY", "FARO_ENCRYPTION_KEYS", "FARO_LOOKUP_KEY"):
        click.echo(f"{name}={base64.urlsafe_b64encode(os.urandom(32)).decode().rstrip('=')}")
    click.echo(f"FARO_TELEGRAM_WEBHOOK_SECRET={secrets.token_urlsafe(32)}")
    _print_push_key()


def _print_push_key() -> None:
    from bot.push.service import fresh_key

    click.echo(f"FARO_PUSH_KEY={fresh_key()}")


@click.command("push-keys")
def push_keys() -> None:
    """Print a fresh key for alerts on operators' phones. The public half follows from it."""
    _print_push_key()


@click.group()
def db() -> None:
    """The database schema."""


@db.command("upgrade")
def db_upgrade() -> None:
    """Run the migrations that wait."""
    from bot.storage import migrate

    with_runtime(lambda rt: migrate.upgrade(rt.database))
    click.echo("schema up to date")


@db.command("check")
def db_check() -> None:
    """Exit 1 when the schema is behind."""
    from bot.storage import migrate

    async def look(rt: Runtime) -> None:
        if await migrate.behind(rt.database):
            raise Failed("the schema is behind: run `faro db upgrade`")

    with_runtime(look)


@click.command("erase")
@click.argument("channel", type=click.Choice(["whatsapp", "telegram", "simulator", "terminal"]))
@click.argument("address")
def erase_contact(channel: str, address: str) -> None:
    """Erase one contact. ADDRESS: her number on WhatsApp, the chat id on Telegram."""
    from bot import privacy_cli

    async def erase(rt: Runtime) -> None:
        try:
            click.echo(await privacy_cli.erase_contact(rt, channel, address))
        except privacy_cli.NobodyThere:
            raise Failed("there is no such contact: look at the channel and how the address is written") from None

    with_runtime(erase)


@click.command()
@click.option("--dry-run", is_flag=True, help="Only count.")
def purge(dry_run: bool) -> None:
    """Run retention now: what is over its time goes."""
    from bot import privacy_cli

    async def work(rt: Runtime) -> None:
        click.echo("\n".join(await privacy_cli.purge(rt, dry=dry_run)))

    with_runtime(work)


@click.command("prune-copies")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def prune_copies(folder: Path) -> None:
    """Delete copies of the key store in FOLDER that are too old; exit 1 if one stays. For whoever makes them, daily."""
    from bot import privacy_cli

    settings = load_settings()
    keystore = settings.data_dir / "keys.sqlite3"
    try:
        click.echo(privacy_cli.prune_copies(folder, keystore, settings.retention_key_copies_days, utc_now()))
    except privacy_cli.CopiesStay as stays:
        raise Failed(str(stays)) from None


@click.command()
def rotate() -> None:
    """Put everything under the first of FARO_ENCRYPTION_KEYS, while the service runs."""
    from bot import privacy_cli

    async def work(rt: Runtime) -> None:
        click.echo(await privacy_cli.rotate(rt))

    with_runtime(work)


@click.group()
def audit() -> None:
    """The log of who looked at what."""


@audit.command("verify")
def audit_verify() -> None:
    """Exit 1 when a line was changed or removed."""
    from bot import privacy_cli

    async def look(rt: Runtime) -> None:
        try:
            click.echo(await privacy_cli.verify_audit(rt))
        except privacy_cli.LogBroken as broken:
            raise Failed(str(broken)) from None

    with_runtime(look)


COMMANDS: tuple[click.Command, ...] = (keys, push_keys, db, erase_contact, purge, prune_copies, rotate, audit)
