"""`faro`: every command. Errors are one line on stderr; exit 0 done, 1 the check failed, 2 wrong use."""

import sys

import click

from bot.commands import Failed, content, data, people, serving
from nlu.sidecar import SidecarError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def faro() -> None:
    """Faro: a helpline over WhatsApp and Telegram, with people behind it."""


for command in (*serving.COMMANDS, *content.COMMANDS, *people.COMMANDS, *data.COMMANDS):
    faro.add_command(command)


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
