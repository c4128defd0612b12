"""Makes the pictures of the README from the real application: ``python -m tests.tools.screenshots [NAME ...]``.

Each scene starts the application in a pseudo-terminal on a fresh home, at a moment of its own, presses keys, and
draws what the terminal shows: an SVG and a PNG beside it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.support.terminal import Terminal
from tests.tools.screenshots_draw import Ink, to_png, to_svg
from tests.tools.screenshots_scenes import SCENES, Scene

FOLDER = Path(__file__).parents[2] / "screenshots"
COMMAND = [sys.executable, "-m", "tests.tools.screenshots_app"]


def shoot(scene: Scene) -> None:
    """One picture on a fresh home."""
    with tempfile.TemporaryDirectory() as home, scene.beside(scene.moment) as servers:
        options = list(scene.options)
        if scene.config:
            file = Path(home) / "config.toml"
            file.write_text(scene.config, encoding="utf-8")
            options += ["--config", str(file)]
        environ = {"COLORTERM": "truecolor", **servers.environ}
        if scene.ink is Ink.NONE:
            environ["NO_COLOR"] = "1"
        with Terminal(
            [*COMMAND, scene.moment.isoformat(), *options],
            home=Path(home),
            columns=scene.columns,
            lines=scene.lines,
            environ=environ,
        ) as terminal:
            scene.act(terminal, servers)
            if "went wrong inside Shiftdeck" in terminal.settle():
                raise RuntimeError(f"{scene.name}:\n{terminal.text}")
            svg = to_svg(terminal, scene.ink)
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{scene.name}.svg").write_text(svg, encoding="utf-8")
    to_png(svg, FOLDER / f"{scene.name}.png")
    print(f"screenshots/{scene.name}.svg, .png")


def main(wanted: list[str]) -> int:
    """Make those that are wanted, or all of them. 2 for a name that no scene has."""
    known = {scene.name: scene for scene in SCENES}
    if unknown := [name for name in wanted if name not in known]:
        print(f"There is no {', '.join(unknown)}. There is: {', '.join(known)}", file=sys.stderr)
        return 2
    for name in wanted or known:
        shoot(known[name])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
