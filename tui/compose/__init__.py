"""Builds a workbench, a probe or a server from a profile. Knows every room but the faces (ui, cli)."""

from tui.compose.composer import Composer

__all__ = ["Composer"]
