"""The command line, in the user's language. argparse alone: ``--help`` must be there at once."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from tui import __version__
from tui.cli.exits import USAGE
from tui.i18n import LANGUAGES, _
from tui.model.plain import clean

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8642


class _Formatter(argparse.HelpFormatter):
    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, _("usage: ") if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """argparse with its own words in our catalogue, and one calm line for an error."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("formatter_class", _Formatter)
        super().__init__(add_help=False, allow_abbrev=False, **options)
        self.add_argument("-h", "--help", action="help", help=_("show this help"))

    def format_help(self) -> str:
        """The help text with translated headings."""
        text = super().format_help()
        text = re.sub(r"^(options|optional arguments):$", _("options:"), text, flags=re.MULTILINE)
        return re.sub(r"^positional arguments:$", _("arguments:"), text, flags=re.MULTILINE)

    def error(self, message: str) -> NoReturn:
        """One line that says what is wrong, and where help is; exit code 2."""
        help_line = _("{program} --help shows what there is.", program=self.prog)
        self.exit(USAGE, f"{clean(_said(message))}\n{help_line}\n")


def build() -> Parser:
    """The whole command line. ``arguments.command`` is ``None`` for the application itself."""
    parser = Parser(prog="shiftdeck", description=_("Checklists for people who work in shifts."))
    parser.add_argument(
        "--version", action="version", version=f"shiftdeck {__version__}", help=_("show the version")
    )
    parser.add_argument("--config", metavar=_("FILE"), type=Path, help=_("use this config file"))
    parser.add_argument("--profile", metavar=_("NAME"), help=_("open this profile"))
    parser.add_argument(
        "--data-dir", metavar=_("FOLDER"), type=Path, help=_("keep drafts and waiting entries there")
    )
    parser.add_argument("--lang", choices=LANGUAGES, help=_("speak English or German"))
    commands = parser.add_subparsers(
        dest="command",
        metavar=_("COMMAND"),
        title=_("commands"),
        description=_("Without a command the application opens."),
    )
    _add_serve(commands)
    _add_list(commands)
    _add_watch(commands)
    _add_report(commands)
    _add_sync(commands)
    _add_doctor(commands)
    _add_history(commands)
    return parser


def wanted_language(argv: list[str]) -> str | None:
    """``--lang`` before the command line is read, because reading it may already have to say something."""
    for word, following in zip(argv, [*argv[1:], ""], strict=True):
        wanted = following if word == "--lang" else word.removeprefix("--lang=") if "=" in word else ""
        if word.startswith("--lang") and wanted in LANGUAGES:
            return wanted
    return None


def _add_serve(commands: Any) -> None:
    parser = commands.add_parser(
        "serve", help=_("run the sample server on a port"), description=_("Run the sample server on a port.")
    )
    parser.add_argument(
        "system",
        nargs="?",
        default="",
        metavar=_("SYSTEM"),
        help=_("whose server; a word that is none names them all"),
    )
    parser.add_argument(
        "--host",
        default=DEFAULT_HOST,
        metavar=_("HOST"),
        help=_("address to listen on ({default})", default=DEFAULT_HOST),
    )
    parser.add_argument(
        "--port",
        type=_port,
        default=DEFAULT_PORT,
        metavar=_("PORT"),
        help=_("port to listen on ({default})", default=DEFAULT_PORT),
    )
    parser.add_argument(
        "--database", metavar="URL", help=_("SQLAlchemy address of the database (the sample site's own file)")
    )


def _add_list(commands: Any) -> None:
    parser = commands.add_parser(
        "list",
        help=_("the tasks of today, or of other days"),
        description=_("The tasks of today, or of the days that are named, earliest first."),
    )
    _add_days(parser)
    form = parser.add_mutually_exclusive_group()
    form.add_argument(
        "--json", dest="form", action="store_const", const="json", default="text", help=_("one JSON object")
    )
    form.add_argument("--csv", dest="form", action="store_const", const="csv", help=_("a table for spreadsheets"))


def _add_watch(commands: Any) -> None:
    parser = commands.add_parser(
        "watch",
        help=_("one JSON line for everything that changes"),
        description=_("A snapshot of today or of the days that are named, then one JSON line for every change."),
    )
    _add_days(parser)


def _add_report(commands: Any) -> None:
    parser = commands.add_parser(
        "report",
        help=_("the shift report, for a handover"),
        description=_("What was done, missed and denied today or on the days that are named, and what is open."),
    )
    _add_days(parser)
    parser.add_argument(
        "--format",
        choices=("md", "csv", "json"),
        default="md",
        help=_("Markdown to read (md), a table for spreadsheets (csv), or one JSON object (json)"),
    )
    parser.add_argument(
        "--output", metavar=_("FILE"), type=Path, help=_("write it there instead of on standard output")
    )


def _add_days(parser: argparse.ArgumentParser) -> None:
    day = _("DAY")
    parser.add_argument("--from", dest="first", metavar=day, type=_day, help=_("first day, like 2026-05-11"))
    parser.add_argument("--to", dest="last", metavar=day, type=_day, help=_("last day"))


def _add_sync(commands: Any) -> None:
    parser = commands.add_parser(
        "sync",
        help=_("send what waits"),
        description=_("Send what waits, once. Exit code 0: nothing waits any more."),
    )
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--watch", action="store_true", help=_("go on until Ctrl+C, as a service"))
    how.add_argument("--dry-run", action="store_true", help=_("only show what waits and why; send nothing"))
    parser.add_argument("--all", action="store_true", help=_("for every profile and everybody"))
    parser.add_argument("--json", action="store_true", help=_("one JSON object, with all answers that wait"))


def _add_doctor(commands: Any) -> None:
    text = _("check profile, token, clock, files and server")
    parser = commands.add_parser("doctor", help=text, description=text)
    parser.add_argument("--json", action="store_true", help=_("one JSON object"))
    parser.add_argument(
        "--bundle", metavar=_("FILE"), type=Path, help=_("write a zip for support: no tokens, no answers")
    )
    parser.add_argument("--with-answers", action="store_true", help=_("put answers and names into that zip too"))


def _add_history(commands: Any) -> None:
    text = _("the local trail of what was sent")
    parser = commands.add_parser("history", help=text, description=text)
    parser.add_argument(
        "what", nargs="?", choices=("verify",), metavar="verify", help=_("only check that it is whole")
    )
    parser.add_argument(
        "--last", type=_count, default=20, metavar=_("N"), help=_("so many entries ({default})", default=20)
    )
    parser.add_argument("--all", action="store_true", help=_("of every profile and everybody"))
    parser.add_argument("--json", action="store_true", help=_("one JSON object"))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(_("a day like 2026-05-11 is needed")) from None


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and int(text) <= 65_535:
        return int(text)
    raise argparse.ArgumentTypeError(_("a number from 0 to 65535 is needed"))


def _count(text: str) -> int:
    if text.isascii() and text.isdigit() and 0 < int(text) <= 1_000_000:
        return int(text)
    raise argparse.ArgumentTypeError(_("a number from 1 to 1000000 is needed"))


def _said(message: str) -> str:
    """argparse's English sentence as ours."""
    for pattern, say in _SENTENCES:
        if match := re.fullmatch(pattern, message):
            return say(match)
    return message


_SENTENCES: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (r"unrecognized arguments: (.+)", lambda m: _("Nothing here understands “{words}”.", words=m[1])),
    (r"argument ([^:]+): expected one argument", lambda m: _("{option} needs a value.", option=m[1])),
    (
        r"argument ([^:]+): invalid choice: '?(.*?)'? \(choose from (.+)\)",
        lambda m: _(
            "{option}: there is no “{word}”. There is: {known}.",
            option=m[1],
            word=m[2],
            known=m[3].replace("'", ""),
        ),
    ),
    (
        r"argument ([^:]+): not allowed with argument (.+)",
        lambda m: _("{option} and {other} do not go together.", option=m[1], other=m[2]),
    ),
    (r"argument ([^:]+): (.+)", lambda m: f"{m[1]}: {m[2]}"),
)
