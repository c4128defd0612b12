"""What holds for every test: the machine it runs on, and what is set there for a person, decide nothing."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# Every server of a test is on this machine, or nowhere: none is asked for through a proxy.
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "*"

# How long a person's own terminal waits after Escape; Textual reads it when it is imported.
os.environ.pop("ESCDELAY", None)

# A busy machine may need long for any example.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("suite")
