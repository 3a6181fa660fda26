"""What is said and what happens next: content and flows, checked, reported, written back, shown and replayed."""

from datetime import datetime
from pathlib import Path

import click

from bot.commands import Failed, with_runtime
from bot.runtime import Runtime, utc_now
from bot.settings import Settings


@click.command()
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), default=None, help="As if it were this day.")
def check(day: datetime | None) -> None:
    """Check flows, content and the safety lexicon: `file:line: key: what is wrong: what to do`. Exit 1 if anything is."""
    from bot.content_cli import content_problems
    from bot.flow_cli import flow_problems
    from bot.safety import lexicon

    settings = Settings()
    today = (day or utc_now()).date()
    wrong, warnings = content_problems(settings.content_dir, today)
    wrong += flow_problems(settings.content_dir, settings.flows_dir, today)
    wrong += lexicon.check(settings.content_dir)
    for line in (*warnings, *wrong):
        click.echo(line, err=True)
    if wrong:
        raise Failed(f"{len(wrong)} to mend")
    click.echo("flows and content are well")


@click.group()
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
    from bot.fact_decisions import export

    async def write(rt: Runtime) -> None:
        files = await export(rt, rt.settings.content_dir, rt.clock())
        click.echo("\n".join(str(file) for file in files) or "nothing to write")

    with_runtime(write)


@click.group()
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


COMMANDS: tuple[click.Command, ...] = (check, content, flow)
