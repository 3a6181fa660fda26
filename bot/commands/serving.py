"""The service itself: to run it, whole or in parts, to talk with it, to ask how it is."""

import os
from pathlib import Path

import click
import uvicorn
import uvloop

from bot.commands import Failed, with_runtime
from bot.runtime import Runtime
from bot.settings import Settings
from nlu import sidecar


@click.command()
@click.option("--host", default="127.0.0.1")
@click.option("--port", default=8080, type=click.IntRange(1, 65535))
@click.option("--with-worker", is_flag=True, help="Also take turns and deliver in this process.")
def web(host: str, port: int, with_worker: bool) -> None:
    """Serve webhooks, console and, outside production, the simulator."""
    from bot.app import make_app

    async def serve(rt: Runtime) -> None:
        app = make_app(rt, with_worker=with_worker)
        await uvicorn.Server(uvicorn.Config(app, host=host, port=port, log_config=None, access_log=False)).serve()

    with_runtime(serve)


@click.command()
def worker() -> None:
    """Take turns, deliver, keep house. Run as many as wanted."""
    from bot import worker as loops

    async def work(rt: Runtime) -> None:
        async with loops.running(rt):
            await loops.until_told_to_stop()

    with_runtime(work)


@click.command()
@click.option("--port", default=8080, type=click.IntRange(1, 64535))
def demo(port: int) -> None:
    """The whole service in one terminal: simulator, console, Rasa."""
    from bot import demo as demonstration

    try:
        uvloop.run(demonstration.run(port, Path("var/demo")))
    except OSError as error:
        raise Failed(f"port {port} cannot be used ({error.strerror}): try `faro demo --port {port + 1}`") from None


@click.command()
@click.option("--lang", type=click.Choice(["es", "en"]), default=None, help="Speak this language from the start.")
def chat(lang: str | None) -> None:
    """A conversation in the terminal, through the same inbox and turn."""
    from bot import chat as conversation
    from bot.demo import settings_of

    uvloop.run(conversation.talk(settings_of(Path("var/chat"), Settings().rasa_url), lang))


@click.command()
def doctor() -> None:
    """What is well and what is not, with the remedy. Exit 1 if anything is red."""
    from bot.doctor import examine

    async def look(rt: Runtime) -> None:
        found = await examine(rt)
        for finding in found:
            click.echo(str(finding))
        if any(finding.red for finding in found):
            raise Failed("not everything is well")

    with_runtime(look)


@click.group()
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


@click.command()
@click.option("--no-nlu", is_flag=True, help="Only the lexicon.")
def understand(no_nlu: bool) -> None:
    """Read JSON lines {"id","text"}; write language, topic, confidence, risk and signals of each."""
    from bot import understand as lines

    settings = Settings()
    if not lines.run(settings.content_dir, settings.rasa_url, settings.rasa_deadline, use_nlu=not no_nlu):
        raise Failed('some lines could not be read: see their "error"')


COMMANDS: tuple[click.Command, ...] = (web, worker, demo, chat, doctor, nlu, understand)
