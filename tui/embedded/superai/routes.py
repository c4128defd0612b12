"""Every route of the server: method, path, handler (contract section 1)."""

from __future__ import annotations

from collections.abc import Callable

from tui.embedded.asgi import Work
from tui.embedded.superai import flows, neighbours, runs, tags, tasks, worker
from tui.embedded.superai.neighbours import Links
from tui.embedded.superai.server import Server

API = "/api"


def routes(server: Server, links: Links, live: Callable[[], None] | None) -> list[tuple[str, str, Work]]:
    """All routes of ``server``. ``live`` lets the sample go on before its runs are listed."""
    read, write = server.read, server.write
    run, flow = f"{API}/flow-executions/{{run}}", f"{API}/flows/{{flow}}"
    found: list[tuple[str, str, Work]] = [
        ("GET", f"{API}/task-executions", read(tasks.listed)),
        ("POST", f"{API}/task-executions", write(tasks.report, status=201)),
        ("PUT", f"{API}/task-executions", write(tasks.replace)),
        ("GET", f"{API}/task-executions/{{task}}", read(tasks.one)),
        ("GET", f"{API}/flow-executions", read(runs.listed, before=live)),
        ("POST", f"{API}/flow-executions", write(runs.start, status=201)),
        ("GET", run, read(runs.one)),
        ("POST", f"{run}/execute", write(runs.execute)),
        ("POST", f"{run}/cancel", write(runs.cancel)),
        ("DELETE", run, write(runs.remove)),
        ("GET", f"{API}/task-tags", read(tags.listed)),
        ("PATCH", f"{API}/task-tags", write(tags.batch)),
        ("GET", f"{API}/flows", read(flows.listed)),
        ("GET", flow, read(flows.one)),
        ("GET", f"{flow}/versions/{{version:int}}", read(flows.version)),
        ("GET", f"{flow}/versions/{{version:int}}/summary", read(flows.summary)),
        ("GET", f"{API}/profile/me", read(neighbours.me)),
        ("GET", f"{API}/files/download", read(links.download)),
        ("GET", f"{API}/auth/anon-key", server.gate.anon_key),
        ("GET", f"{API}/auth/login-method", server.gate.login_method),
        # The identity service, which has a host of its own at the vendor.
        ("POST", "/auth/v1/token", server.gate.token),
        ("GET", "/storage/{path:path}", links.serve),
    ]
    if live is not None:
        found.append(("POST", f"{API}/sample/worker", write(worker.work)))
    return found
