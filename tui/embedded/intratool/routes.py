"""Every route of the server: method, path, handler (contract section 1)."""

from __future__ import annotations

from tui.embedded.asgi import Work
from tui.embedded.intratool import administration, executions, neighbours, transitions, workflow
from tui.embedded.intratool.server import Handler, Server

USER = "/api/tasks-2"
ADMINISTRATION = "/api/administration/tasks-2"


def routes(server: Server) -> list[tuple[str, str, Work]]:
    """All routes of ``server``; fixed words stand before the IDs that could match them."""
    return [*_user_routes(server), *_administration_routes(server), *_neighbour_routes(server)]


def _user_routes(server: Server) -> list[tuple[str, str, Work]]:
    read, write = server.read, server.write
    one = f"{USER}/executions/{{execution:int}}"
    nodes = f"{USER}/executions/{{assignment:int}}/workflow-nodes/previous"
    return [
        ("GET", f"{USER}/executions", read(executions.list_executions, before=executions.fill_period)),
        (
            "GET",
            f"{USER}/assignments/{{assignment:int}}/executions",
            read(executions.list_of_assignment, before=executions.fill_period),
        ),
        ("GET", f"{USER}/executions/count", read(executions.count, before=executions.fill_today)),
        ("GET", one, read(executions.show)),
        ("POST", f"{USER}/executions", write(executions.create)),
        ("PUT", f"{one}/progress", write(transitions.progress)),
        # PHP reads no files from a PUT: a form is sent as POST and names its method (gap 3).
        ("POST", f"{one}/progress", write(transitions.progress, method="PUT")),
        ("POST", f"{one}/progress/finish", write(transitions.finish)),
        ("POST", f"{one}/deny", write(transitions.deny)),
        ("POST", f"{one}/reset", write(transitions.reset)),
        ("PUT", f"{one}/status", write(transitions.set_status)),
        ("GET", nodes, read(workflow.previous)),
        ("GET", f"{nodes}/{{level:int}}", read(workflow.previous_level)),
        ("GET", f"{nodes}/{{level:int}}/dispatchable", read(workflow.dispatchable)),
    ]


def _administration_routes(server: Server) -> list[tuple[str, str, Work]]:
    def read(handler: Handler) -> Work:
        return server.read(handler, role="supervisor")

    def write(handler: Handler) -> Work:
        return server.write(handler, role="admin")

    sources = f"{ADMINISTRATION}/templates/fields/default-value-sources"
    return [
        ("GET", f"{ADMINISTRATION}/templates", read(administration.templates)),
        ("GET", f"{ADMINISTRATION}/templates/fields", read(administration.all_fields)),
        ("GET", f"{ADMINISTRATION}/templates/{{template:int}}", read(administration.template)),
        ("GET", f"{ADMINISTRATION}/templates/{{template:int}}/fields", read(administration.template_fields)),
        ("GET", f"{ADMINISTRATION}/assignments", read(administration.assignments)),
        ("GET", f"{ADMINISTRATION}/assignments/{{assignment:int}}", read(administration.assignment)),
        ("POST", sources, write(administration.create_source)),
        ("PUT", f"{sources}/{{source:int}}", write(administration.update_source)),
        ("DELETE", f"{sources}/{{source:int}}", write(administration.delete_source)),
    ]


def _neighbour_routes(server: Server) -> list[tuple[str, str, Work]]:
    read = server.read
    return [
        ("GET", "/api/users", read(neighbours.users)),
        ("GET", "/api/users/{user:int}", read(neighbours.user)),
        ("GET", "/api/departments", read(neighbours.departments)),
        ("GET", "/api/departments/{department:int}", read(neighbours.department)),
        ("GET", "/api/forms/fields", read(neighbours.form_fields)),
        ("GET", "/api/forms/field-types", read(neighbours.field_types)),
        ("GET", "/api/forms/field-validation-types", read(neighbours.validation_types)),
        ("GET", "/api/layouts/rows", read(neighbours.arranged("layoutRow"))),
        ("GET", "/api/layouts/rows/{layout:int}", read(neighbours.arrangement("layoutRow"))),
        ("GET", "/api/layouts/columns", read(neighbours.arranged("layoutColumn"))),
        ("GET", "/api/layouts/columns/{layout:int}", read(neighbours.arrangement("layoutColumn"))),
        ("GET", "/api/layouts", read(neighbours.arranged("layout"))),
        ("GET", "/api/layouts/{layout:int}", read(neighbours.arrangement("layout"))),
        ("GET", "/files/{file:int}", read(neighbours.file_by_id)),
        ("GET", "/files/{hash}/{name:path}", read(neighbours.file_by_hash)),
    ]
