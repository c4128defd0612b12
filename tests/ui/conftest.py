"""What the tests of the screens share."""

from __future__ import annotations

import pytest

from tests.ui.traffic import Traffic, watched


@pytest.fixture
def traffic(monkeypatch: pytest.MonkeyPatch) -> Traffic:
    """What goes over the line to the embedded site."""
    return watched(monkeypatch)
