"""/profile/me and /files: who asks, and the short-lived links to files that outputs name."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from sqlalchemy import select

from tui.embedded.asgi import Incoming, Outgoing, Work
from tui.embedded.superai import schema
from tui.embedded.superai.errors import Failure, Unfit, not_found
from tui.embedded.superai.server import Call, Server

LINK_SECONDS = 3600
_file, _organization = schema.files.c, schema.organizations.c


def me(call: Call) -> dict[str, Any]:
    """GET /profile/me."""
    account = call.account
    name = call.tx.execute(
        select(_organization.name).where(_organization.id == account.organization_id)
    ).scalar_one()
    return {
        "id": account.id, "email": account.email, "display_name": account.name, "role": account.role,
        "status": account.status, "organization_id": account.organization_id,
        "organization": {"id": account.organization_id, "name": name},
    }  # fmt: skip


class Links:
    """Makes links that open one file for an hour, signed with the site's secret, and serves what they open."""

    def __init__(self, server: Server, secret: str) -> None:
        self._server = server
        self._secret = secret.encode()

    def download(self, call: Call) -> Any:
        """GET /files/download?uri=: the link, or with ``redirect=true`` the way to it."""
        uri = call.asked("uri")
        if not uri:
            raise Unfit((("query", "uri"), "Field required", "missing"))
        if not uri.startswith("gs://"):
            raise Failure(400, "Only gs:// URIs can be downloaded")
        found = call.tx.execute(
            select(_file.uri).where(_file.uri == uri, _file.organization_id == call.account.organization_id)
        ).first()
        if found is None:
            raise not_found("File")
        expires = call.clock.now() + LINK_SECONDS
        host = call.request.headers.get("host", "localhost")
        path = quote(uri.removeprefix("gs://"), safe="/")
        link = f"http://{host}/storage/{path}?expires={expires}&signature={self._signature(uri, expires)}"
        if call.flag("redirect"):
            return Outgoing(b"", 302, {"Location": link})
        ends = datetime.fromtimestamp(expires, UTC).isoformat().replace("+00:00", "Z")
        return {"download_url": link, "expires_at": ends, "expires_in_seconds": LINK_SECONDS}

    @property
    def serve(self) -> Work:
        """GET /storage/...: the bytes, to whoever has the link."""

        def work(request: Incoming) -> Outgoing:
            uri = f"gs://{request.params['path']}"
            expires = request.asked("expires") or ""
            good = expires.isascii() and expires.isdigit() and int(expires[:15]) > self._server.clock.now()
            signature = request.asked("signature") or ""
            if not good or not hmac.compare_digest(
                signature.encode(), self._signature(uri, int(expires)).encode()
            ):
                raise Failure(403, "The link is not valid any more")
            with self._server.database.read() as tx:
                row = tx.execute(select(schema.files).where(_file.uri == uri)).first()
            if row is None:
                raise not_found("File")
            return Outgoing(row.content, 200, {}, row.media_type)

        return work

    def _signature(self, uri: str, expires: int) -> str:
        return hmac.new(self._secret, f"{uri}|{expires}".encode(), sha256).hexdigest()
