"""Builds a workbench, a probe or a server from a profile. Knows every room but the faces (ui, cli)."""

from tui.compose.accounts import Account
from tui.compose.composer import Composer
from tui.compose.probe import ProbeResult

__all__ = ["Account", "Composer", "ProbeResult"]
