"""Cases, and the people who answer."""

import json

import click

from bot.commands import with_runtime
from bot.runtime import Runtime


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@click.option("--all", "everything", is_flag=True, help="Also those that are over.")
def cases(as_json: bool, everything: bool) -> None:
    """Cases, without a word of what was said."""
    from bot import cases_cli

    async def show(rt: Runtime) -> None:
        rows = await cases_cli.list_cases(rt, everything=everything)
        click.echo(json.dumps(rows, ensure_ascii=False) if as_json else "\n".join(cases_cli.as_lines(rows)))

    with_runtime(show)


@click.group()
def operator() -> None:
    """The people who answer."""


@operator.command("add")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--role", required=True, type=click.Choice(["operator", "supervisor", "editor", "admin"]))
@click.option("--languages", default="es", show_default=True, help="Two-letter codes with commas between.")
def operator_add(email: str, name: str, role: str, languages: str) -> None:
    """Print a one-time enrolment link, for somebody new or for a lost phone."""
    from bot.console import enrolling

    async def add(rt: Runtime) -> None:
        try:
            click.echo(await enrolling.add_operator(rt, email, name, role, languages))
        except enrolling.WrongOperator as error:
            raise click.UsageError(str(error)) from None

    with_runtime(add)


COMMANDS: tuple[click.Command, ...] = (cases, operator)
