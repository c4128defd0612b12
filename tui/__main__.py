"""``shiftdeck``: reads the command line, and hands compose's work to the screen or to a command.

Nothing is imported here before it is known to be needed: the first frame waits for every import.
"""

from __future__ import annotations

import errno
import gc
import os
import sys
from typing import TYPE_CHECKING

from tui.i18n import _, language, set_language

if TYPE_CHECKING:
    from argparse import Namespace

    from tui.compose import Composer
    from tui.config import ConfigError, Environment, Settings
    from tui.workbench.workbench import Workbench

DONE, FAILED, USAGE = 0, 1, 2


def main(argv: list[str] | None = None) -> int:
    """Run one command line; returns the exit code (0 done, 1 failed, 2 usage or config, see the README)."""
    _fill_streams()
    try:
        return _said(sys.argv[1:] if argv is None else argv)
    except KeyboardInterrupt:
        return FAILED
    except BrokenPipeError:
        # the reader of our output has gone (head, less): there is nobody left to tell
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EIO):
            raise
        _complain(_("The output cannot be written ({why}).", why=error.strerror))
        return FAILED


def _said(words: list[str]) -> int:
    arguments = _arguments(words) if words else None
    from tui.config import ConfigError, Environment, Overrides, load_settings

    environ = Environment(os.environ)
    overrides = Overrides()
    if arguments is None:
        set_language(None, environ)
    else:
        overrides = Overrides(
            config=arguments.config, profile=arguments.profile, data_dir=arguments.data_dir, lang=arguments.lang
        )
    try:
        settings = load_settings(overrides, environ)
        set_language(settings.language, environ)
        return _run(settings, arguments, environ)
    except ConfigError as error:
        _complain(str(error))
        return USAGE


def _fill_streams() -> None:
    """A timer may start us with closed streams: nothing is read then, and what is said goes nowhere."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 (until the end)


def _arguments(words: list[str]) -> Namespace:
    """The command line as it was meant; ends the process for ``--help``, ``--version`` and mistakes."""
    from tui.cli.parser import build, wanted_language

    set_language(wanted_language(words), os.environ)
    try:
        return build().parse_args(words)
    finally:
        sys.stdout.flush()  # a reader that has gone is noticed here, and not when the interpreter ends


def _run(settings: Settings, arguments: Namespace | None, environ: Environment) -> int:
    command = arguments.command if arguments is not None else None
    if command is None and not (sys.stdin.isatty() and sys.stderr.isatty()):
        _complain(_("The application needs a terminal. For scripts there is: shiftdeck list --json"))
        return USAGE
    from tui.compose import Composer

    composer = Composer(settings, environ, language=language())
    try:
        if arguments is None or command is None:
            return _screen(composer, settings)
        return _command(command, composer, arguments)
    finally:
        composer.close()


def _screen(composer: Composer, settings: Settings) -> int:
    # Collections while everything is being imported find nothing, and cost a tenth of the start.
    # The application turns them on again after its first frame.
    gc.disable()
    from tui.ui.app import run

    return run(composer, settings)


def _command(name: str, composer: Composer, arguments: Namespace) -> int:
    from importlib import import_module
    from io import TextIOWrapper

    for stream in (sys.stdout, sys.stderr):
        # one letter that this terminal cannot write must not cost the whole output
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    if name == "doctor":
        # the screen's own judgement of keys and theme: a command may not know the screen
        arguments.check_screen = lambda bench: _screen_faults(composer, bench)
    # one module per command; the name is one of our own parser's
    return int(import_module(f"tui.cli.{name}").run(composer, arguments))


def _screen_faults(composer: Composer, bench: Workbench | None) -> list[ConfigError]:
    """What would keep the screen from starting: it is made as at a start, and not shown."""
    from tui.config import ConfigError
    from tui.ui.app import ShiftdeckApp
    from tui.ui.keymap import Keymap, keymap_from

    settings, faults = composer.settings, []
    try:
        keymap_from(settings.keys, settings.config_path)
    except ConfigError as error:
        faults.append(error)
    if bench is not None:
        try:
            ShiftdeckApp(composer, Keymap(), bench)
        except ConfigError as error:
            faults.append(error)
    return faults


def _complain(text: str) -> None:
    from tui.cli.output import complain

    complain(text)


if __name__ == "__main__":
    sys.exit(main())
