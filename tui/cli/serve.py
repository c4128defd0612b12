"""``shiftdeck serve``: the sample server on a port, for a second terminal or a colleague in the house."""

from __future__ import annotations

from argparse import Namespace

from tui.cli.exits import DONE, FAILED, USAGE
from tui.cli.output import complain, tell
from tui.cli.ports import Serving, Shop
from tui.config import SERVED_AS, SYSTEMS, nearest
from tui.i18n import _, say

PROFILE = """\
[profiles.{name}]
system = "{system}"
base_url = "{address}"
token_env = "{variable}"
timezone = "{timezone}"
refresh_seconds = 5
"""


def run(shop: Shop, arguments: Namespace) -> int:
    """Serve until Ctrl+C or SIGTERM; exit code 0 then, 1 when the server cannot start, 2 for an unknown system."""
    system = arguments.system or SYSTEMS[0]
    if system not in SYSTEMS:
        complain(_refusal(system))
        return USAGE

    def started(serving: Serving) -> None:
        _tell(serving, system, shop.settings.chosen.timezone, str(shop.settings.config_path))

    fault = shop.serve(
        system, host=arguments.host, port=arguments.port, database=arguments.database, started=started
    )
    if fault is None:
        return DONE
    complain(say(fault))
    return FAILED


def _refusal(system: str) -> str:
    meant = nearest(system, SYSTEMS)
    text = _("There is no system “{system}”. There is: {known}.", system=system, known=", ".join(SYSTEMS))
    return _("{what} Is “{nearest}” meant?", what=text, nearest=meant) if meant else text


def _tell(serving: Serving, system: str, timezone: str, config_path: str) -> None:
    lines = [_("The sample server answers at {address}", address=serving.address)]
    if serving.made_token is not None:
        lines += [
            _("Token, shown this once (an administrator who sees everything):"),
            "",
            f"    {serving.made_token.reveal()}",
            "",
            _("SHIFTDECK_SERVE_TOKEN keeps the same token for the next time."),
        ]
    if not serving.loopback:
        lines.append(_("Others in the network can reach this port, and the line is not encrypted."))
    lines += [_("A profile for it, to be put into {file}:", file=config_path), ""]
    name = SERVED_AS[system]
    variable = f"SHIFTDECK_{name.upper().replace('-', '_')}_TOKEN"
    start = f"shiftdeck --profile {name}"
    parts = {"name": name, "variable": variable, "address": serving.address, "timezone": timezone}
    example = PROFILE.format(system=system, **parts)
    lines += ["    " + line for line in example.splitlines()]
    lines += [
        "",
        _(
            "Put the token into {variable} and start: {command}",
            variable=variable,
            command=start,
        ),
    ]
    lines += [_("Ctrl+C ends the server.")]
    tell("\n".join(lines))
