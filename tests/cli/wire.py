"""The wire between a terminal and its server: it can be cut, it can hold a write, and it notes every write."""

from __future__ import annotations

import http.client
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Wire:
    """Passes requests on to ``port``. ``writes`` are the idempotency keys of the writes, in order of arrival.

    While ``held`` is set, writes are noted and neither passed on nor answered. While ``refusal`` is set, every
    request is answered with that status. Cut, the port answers nobody.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.writes: list[str] = []
        self.seen_tokens: set[str] = set()
        self.held = threading.Event()
        self.got_one = threading.Event()
        self.refusal = 0
        self._server: ThreadingHTTPServer | None = None
        # Bound as long as there is a wire, and never listening: while it is cut, nobody else is given the port.
        self._place = socket.socket()
        self._place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._place.bind(("127.0.0.1", 0))
        self._bound: int = self._place.getsockname()[1]
        self.join()

    @property
    def address(self) -> str:
        """Where the terminals send to."""
        return f"http://127.0.0.1:{self._bound}"

    def join(self) -> None:
        """Answer on the same port as before."""

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wire = self

            def _pass(self) -> None:
                self.wire.take(self)

            do_GET = do_POST = do_PUT = _pass  # noqa: N815 - names of the standard library

            def log_message(self, format: str, *args: object) -> None:
                """Nobody wants to read it."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            allow_reuse_address = True

            def handle_error(self, request: object, client_address: object) -> None:
                """A killed process leaves its line in the middle of a sentence."""

        self._server = Server(("127.0.0.1", self._bound), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def cut(self) -> None:
        """Nobody answers any more."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def close(self) -> None:
        """Cut for good; the port is given back."""
        self.cut()
        self._place.close()

    def take(self, request: BaseHTTPRequestHandler) -> None:
        """One request of a terminal."""
        body = request.rfile.read(int(request.headers.get("content-length") or 0))
        self.seen_tokens.add(request.headers.get("authorization", ""))
        if self._server is None:
            request.close_connection = True
            return
        if request.command != "GET" and not self.refusal:
            self.writes.append(request.headers.get("idempotency-key", ""))
            self.got_one.set()
            if self.held.is_set():
                request.close_connection = True
                request.rfile.read(1)  # until the terminal hangs up
                return
        if self.refusal:
            self._answer(request, self.refusal, [("content-type", "application/json")], b'{"message":"No."}')
            return
        server = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {name: value for name, value in request.headers.items() if name.lower() != "host"}
        server.request(request.command, request.path, body or None, headers)
        answer = server.getresponse()
        content = answer.read()
        kept = [pair for pair in answer.getheaders() if pair[0].lower() not in ("connection", "transfer-encoding")]
        server.close()
        self._answer(request, answer.status, kept, content)

    def _answer(
        self, request: BaseHTTPRequestHandler, status: int, headers: list[tuple[str, str]], content: bytes
    ) -> None:
        request.send_response_only(status)
        for name, value in headers:
            if name.lower() != "content-length":
                request.send_header(name, value)
        if status != 304:
            request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)
