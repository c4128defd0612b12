"""The application at a moment of our choosing: ``python -m tests.tools.screenshots_app MOMENT [OPTION ...]``.

``MOMENT`` is ISO 8601 with an offset, and the clock stands still there; the options are those of ``shiftdeck``.
"""

from __future__ import annotations

import os
import sys
from datetime import datetime

from tui.cli.parser import build
from tui.compose import Composer
from tui.config import Environment, Overrides, load_settings
from tui.i18n import language, set_language
from tui.ui.app import run


def main() -> int:
    """Run it in this terminal until it is left."""
    moment = datetime.fromisoformat(sys.argv[1])
    said = build().parse_args(sys.argv[2:])
    environ = Environment(os.environ)
    settings = load_settings(
        Overrides(config=said.config, profile=said.profile, data_dir=said.data_dir, lang=said.lang), environ
    )
    set_language(settings.language, environ)
    composer = Composer(settings, environ, lambda: moment, language=language())
    try:
        return run(composer, settings)
    finally:
        composer.close()


if __name__ == "__main__":
    sys.exit(main())
