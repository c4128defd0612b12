"""``shiftdeck``: reads the command line, and hands compose's work to the screen or to a command.

Nothing is imported here before it is known to be needed: the first frame waits for every import.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from tui.cli.exits import DONE, FAILED, USAGE
from tui.cli.parser import build, complain, wanted_language
from tui.i18n import _, set_language

if TYPE_CHECKING:
    from argparse import Namespace

    from tui.config import Settings


def main(argv: list[str] | None = None) -> int:
    """Run one command line; returns the exit code (0 done, 1 failed, 2 usage or config, see the README)."""
    words = sys.argv[1:] if argv is None else argv
    set_language(wanted_language(words), os.environ)
    arguments = build().parse_args(words)
    from tui.config import ConfigError, Overrides, load_settings

    overrides = Overrides(
        config=arguments.config, profile=arguments.profile, data_dir=arguments.data_dir, lang=arguments.lang
    )
    try:
        settings = load_settings(overrides, os.environ)
        set_language(settings.language, os.environ)
        return _run(settings, arguments)
    except ConfigError as error:
        complain(str(error))
        return USAGE
    except KeyboardInterrupt:
        return FAILED
    except BrokenPipeError:
        # the reader of our output has gone (head, less): there is nobody left to tell
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


def _run(settings: Settings, arguments: Namespace) -> int:
    if arguments.command is None and not (sys.stdin.isatty() and sys.stderr.isatty()):
        complain(_("The application needs a terminal. For scripts there is: shiftdeck list --json"))
        return USAGE
    from contextlib import closing

    from tui.compose import Composer

    with closing(Composer(settings, os.environ)) as composer:
        if arguments.command is None:
            from tui.ui.app import run as run_screen

            return run_screen(composer, settings)
        from importlib import import_module

        # one module per command, named by our own parser
        return int(import_module(f"tui.cli.{arguments.command}").run(composer, arguments))


if __name__ == "__main__":
    sys.exit(main())
