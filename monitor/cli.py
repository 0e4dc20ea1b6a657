"""The commands, in the order of `monitor --help`; errors become one line and an exit status."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from monitor import _cli_archive as archive
from monitor import _cli_channel as channel
from monitor import _cli_exploring as exploring
from monitor import _cli_keeping as keeping
from monitor import _cli_log as log
from monitor import _cli_looking as looking
from monitor import _cli_web as web
from monitor._cli_context import Folder
from monitor.errors import ConfigError, MonitorError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Watches government publication pages, catches announced and silent edits, and sends alerts.",
)
config_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="The configuration: check it, or its schema."
)
app.add_typer(config_app, name="config")

for _command in (
    *(
        looking.init,
        looking.demo,
        looking.run,
        web.web,
        exploring.explore,
        looking.check,
        looking.parse,
        looking.compare,
    ),
    *(log.changes, log.show, log.history, log.search, log.status, log.alerts),
    *(
        keeping.redeliver,
        channel.test_channel,
        keeping.verify,
        archive.reparse,
        archive.export,
        keeping.backup,
        keeping.doctor,
    ),
):
    app.command()(_command)
config_app.command("check")(keeping.config_check)
config_app.command("schema")(keeping.config_schema)


def main() -> None:
    """The `monitor` command: errors are one line on stderr, the exit status says which kind."""
    try:
        sys.exit(app(standalone_mode=False))
    except typer.TyperException as error:
        words = error.format_message()
        print(words if "\n" in words else f"monitor: {words}", file=sys.stderr)  # called bare, they are the help
        sys.exit(error.exit_code)
    except ConfigError as error:
        for fault in error.faults:
            print(f"monitor: {fault}", file=sys.stderr)
        sys.exit(error.exit_status)
    except MonitorError as error:
        print(f"monitor: {error}", file=sys.stderr)
        sys.exit(error.exit_status)
    except BrokenPipeError:  # the reader of our output went away, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        sys.exit(130)


@app.callback()
def folder(
    config: Annotated[Path, typer.Option(envvar="MONITOR_CONFIG", help="The folder with monitor.toml.")] = Path(
        "config"
    ),
) -> None:
    """Remembers which configuration the command is about."""
    Folder.path = config
