"""`faro`: every command. Errors are one line on stderr; exit 0 done, 1 the check failed, 2 wrong use."""

import base64
import json
import os
import secrets
import sys
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import uvicorn
import uvloop
from pydantic import ValidationError

from bot import log
from bot.runtime import utc_now
from bot.settings import Settings, SettingsError
from nlu import sidecar
from nlu.sidecar import SidecarError


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
    uvloop.run(work)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def faro() -> None:
    """Faro: a helpline over WhatsApp and Telegram, with people behind it."""


@faro.command()
def keys() -> None:
    """Print fresh values for the secret settings."""
    for name in ("FARO_SECRET_KEY", "FARO_ENCRYPTION_KEYS", "FARO_LOOKUP_KEY"):
        click.echo(f"{name}={base64.urlsafe_b64encode(os.urandom(32)).decode().rstrip('=')}")
    click.echo(f"FARO_TELEGRAM_WEBHOOK_SECRET={secrets.token_urlsafe(32)}")
    _print_push_key()


def _print_push_key() -> None:
    from bot.push.service import fresh_key

    click.echo(f"FARO_PUSH_KEY={fresh_key()}")


@faro.command("push-keys")
def push_keys() -> None:
    """Print a fresh key for alerts on operators' phones. The public half follows from it."""
    _print_push_key()


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


@faro.command()
@click.option("--port", default=8080, type=click.IntRange(1, 64535))
def demo(port: int) -> None:
    """The whole service in one terminal: simulator, console, Rasa."""
    from bot import demo as demonstration

    try:
        run(demonstration.run(port, Path("var/demo")))
    except OSError as error:
        raise Failed(f"port {port} cannot be used ({error.strerror}): try `faro demo --port {port + 1}`") from None


@faro.command()
@click.option("--lang", type=click.Choice(["es", "en"]), default=None, help="Speak this language from the start.")
def chat(lang: str | None) -> None:
    """A conversation in the terminal, through the same inbox and turn."""
    from bot import chat as conversation
    from bot.demo import settings_of

    run(conversation.talk(settings_of(Path("var/chat"), Settings().rasa_url), lang))


@faro.group()
def nlu() -> None:
    """The language model."""


@nlu.command("train")
def nlu_train() -> None:
    """Train the model from nlu/rasa/data."""
    sidecar.train()


@nlu.command("serve")
@click.option("--port", default=5005, type=click.IntRange(1, 65535))
@click.option("--host", default="127.0.0.1", help="Loopback, or an internal network: Rasa has no door of its own.")
def nlu_serve(port: int, host: str) -> None:
    """Serve the model."""
    command = sidecar.serve_command(port, host)
    os.chdir(sidecar.ROOT)
    os.execve(command[0], command, sidecar.environment())  # noqa: S606 - our own command, no shell


@faro.command()
@click.option("--no-nlu", is_flag=True, help="Only the lexicon.")
def understand(no_nlu: bool) -> None:
    """Read JSON lines {"id","text"}; write language, topic, confidence, risk and signals of each."""
    from bot import understand as lines

    settings = Settings()
    if not lines.run(settings.content_dir, settings.rasa_url, settings.rasa_deadline, use_nlu=not no_nlu):
        raise Failed('some lines could not be read: see their "error"')


@faro.command()
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), default=None, help="As if it were this day.")
def check(day: datetime | None) -> None:
    """Check flows, content and the safety lexicon: `file:line: key: what is wrong: what to do`. Exit 1 if anything is."""
    from bot.content_cli import content_problems
    from bot.flow_cli import flow_problems
    from bot.safety import lexicon

    settings = Settings()
    today = (day or datetime.now(UTC)).date()
    wrong, warnings = content_problems(settings.content_dir, today)
    wrong += flow_problems(settings.content_dir, settings.flows_dir, today)
    wrong += lexicon.check(settings.content_dir)
    for line in (*warnings, *wrong):
        click.echo(line, err=True)
    if wrong:
        raise Failed(f"{len(wrong)} to mend")
    click.echo("flows and content are well")


@faro.group()
def content() -> None:
    """What is said: facts, answers, directory."""


@content.command("report")
@click.option("--csv", "as_csv", is_flag=True, help="For a spreadsheet.")
@click.option("--since", type=click.Path(exists=True, file_okay=False, path_type=Path), help="What changed from this folder.")
def content_report(as_csv: bool, since: Path | None) -> None:
    """What expires in the next 30, 60 and 90 days and which answers quote it."""
    from bot.content_cli import content_report as report
    from content.problems import BrokenContent

    try:
        click.echo(report(Settings().content_dir, utc_now().date(), since=since, as_csv=as_csv))
    except BrokenContent as error:
        raise Failed("\n".join(error.lines)) from None


@content.command("export")
def content_export() -> None:
    """Write what editors decided in the console into the YAML, to be committed."""
    from bot.app import runtime
    from bot.fact_decisions import export

    async def work() -> None:
        async with runtime(load_settings()) as rt:
            files = await export(rt, rt.settings.content_dir, rt.clock())
        click.echo("\n".join(str(file) for file in files) or "nothing to write")

    run(work())


@faro.command()
def doctor() -> None:
    """What is well and what is not, with the remedy. Exit 1 if anything is red."""
    from bot.app import runtime
    from bot.doctor import examine

    async def work() -> None:
        async with runtime(load_settings()) as rt:
            found = await examine(rt)
        for finding in found:
            click.echo(str(finding))
        if any(finding.red for finding in found):
            raise Failed("not everything is well")

    run(work())


@faro.command("cases")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@click.option("--all", "everything", is_flag=True, help="Also those that are over.")
def cases(as_json: bool, everything: bool) -> None:
    """Cases, without a word of what was said."""
    from bot import operators_cli
    from bot.app import runtime

    async def work() -> None:
        async with runtime(load_settings()) as rt:
            rows = await operators_cli.list_cases(rt, everything=everything)
        click.echo(json.dumps(rows, ensure_ascii=False) if as_json else "\n".join(operators_cli.as_lines(rows)))

    run(work())


@faro.command("erase")
@click.argument("channel", type=click.Choice(["whatsapp", "telegram", "simulator", "terminal"]))
@click.argument("address")
def erase_contact(channel: str, address: str) -> None:
    """Erase one contact. ADDRESS: her number on WhatsApp, the chat id on Telegram."""
    from bot import privacy_cli
    from bot.app import runtime

    settings = load_settings()
    log.configure(settings.log_level)

    async def work() -> None:
        async with runtime(settings) as rt:
            try:
                click.echo(await privacy_cli.erase_contact(rt, channel, address))
            except privacy_cli.NobodyThere:
                raise Failed("there is no such contact: look at the channel and how the address is written") from None

    run(work())


@faro.command("purge")
@click.option("--dry-run", is_flag=True, help="Only count.")
def purge(dry_run: bool) -> None:
    """Run retention now: what is over its time goes."""
    from bot import privacy_cli
    from bot.app import runtime

    settings = load_settings()
    log.configure(settings.log_level)

    async def work() -> None:
        async with runtime(settings) as rt:
            click.echo("\n".join(await privacy_cli.purge(rt, dry=dry_run)))

    run(work())


@faro.command("prune-copies")
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


@faro.command("rotate")
def rotate() -> None:
    """Put everything under the first of FARO_ENCRYPTION_KEYS, while the service runs."""
    from bot import privacy_cli
    from bot.app import runtime

    settings = load_settings()
    log.configure(settings.log_level)

    async def work() -> None:
        async with runtime(settings) as rt:
            click.echo(await privacy_cli.rotate(rt))

    run(work())


@faro.group()
def audit() -> None:
    """The log of who looked at what."""


@audit.command("verify")
def audit_verify() -> None:
    """Exit 1 when a line was changed or removed."""
    from bot import privacy_cli
    from bot.app import runtime

    settings = load_settings()
    log.configure(settings.log_level)

    async def work() -> None:
        async with runtime(settings) as rt:
            try:
                click.echo(await privacy_cli.verify_audit(rt))
            except privacy_cli.LogBroken as broken:
                raise Failed(str(broken)) from None

    run(work())


@faro.group()
def operator() -> None:
    """The people who answer."""


@operator.command("add")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--role", required=True, type=click.Choice(["operator", "supervisor", "editor", "admin"]))
@click.option("--languages", default="es", show_default=True, help="Two-letter codes with commas between.")
def operator_add(email: str, name: str, role: str, languages: str) -> None:
    """Print a one-time enrolment link, for somebody new or for a lost phone."""
    from bot import operators_cli
    from bot.app import runtime

    async def work() -> None:
        async with runtime(load_settings()) as rt:
            try:
                link = await operators_cli.add_operator(rt, email, name, role, languages)
            except operators_cli.WrongOperator as error:
                raise click.UsageError(str(error)) from None
        click.echo(link)

    run(work())


@faro.group()
def flow() -> None:
    """The scripted flows."""


@flow.command("show")
@click.argument("name")
@click.option("--language", default="es", show_default=True)
def flow_show(name: str, language: str) -> None:
    """Draw a flow as Mermaid text."""
    from bot import flow_cli
    from content.problems import BrokenContent
    from flows.problems import BrokenScripts

    settings = Settings()
    try:
        scripts = flow_cli.scripts_of(settings.content_dir, settings.flows_dir)
    except (BrokenScripts, BrokenContent) as broken:
        raise Failed(broken.lines[0]) from None
    drawing = flow_cli.show(scripts, settings.content_dir, name, language)
    if drawing is None:
        raise click.UsageError(f"no flow {name}: there are {', '.join(sorted(scripts.flows))}")
    click.echo(drawing, nl=False)


@flow.command("test")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default="tests/transcripts")
@click.option("--accept", is_flag=True, help="Write the conversations as they are now.")
def flow_test(folder: Path, accept: bool) -> None:
    """Replay the transcripts of a folder; exit 1 when a conversation has changed."""
    from bot import flow_cli
    from bot.transcripts import BadTranscript
    from content.problems import BrokenContent
    from flows.problems import BrokenScripts

    settings, changed, count = Settings(), 0, 0
    try:
        for path, difference in flow_cli.replay_all(settings.content_dir, settings.flows_dir, folder, accept=accept):
            count += 1
            changed += bool(difference)
            if difference:
                click.echo(f"{path}\n{difference}\n", err=True)
    except (BrokenScripts, BrokenContent) as broken:
        raise Failed(broken.lines[0]) from None
    except BadTranscript as bad:
        raise Failed(str(bad)) from None
    if changed and not accept:
        raise Failed(f"{changed} of {count} conversations changed: mend the flow, or accept them with --accept")
    click.echo(f"{count} conversations, {changed} rewritten")


@flow.command("reference")
def flow_reference() -> None:
    """Write the JSON Schema and the reference page of the flow language from the code."""
    from bot import flow_cli

    for path in flow_cli.write_reference(Path.cwd()):
        click.echo(path)


@flow.command("schema")
def flow_schema() -> None:
    """Print the JSON Schema of a flow."""
    from flows import reference

    click.echo(reference.schema(), nl=False)


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
    except KeyboardInterrupt:
        sys.exit(130)
    except (Failed, SidecarError) as error:
        click.echo(f"faro: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
