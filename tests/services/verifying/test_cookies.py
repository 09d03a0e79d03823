"""Cookies go back to the host and port that gave them, and to nobody else."""

from __future__ import annotations

import threading
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

from playhead.services.verifying.cookies import cookie_jar


@contextmanager
def service(name, seen):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            seen.append((name, self.headers["host"].partition(":")[0], self.headers["cookie"]))
            self.send_response(200)
            self.send_header("set-cookie", f"{name}=1; Path=/")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_services_on_one_machine_do_not_see_each_others_cookies():
    seen = []
    with ExitStack() as stack:
        ports = [stack.enter_context(service(name, seen)) for name in ("a", "b")]
        client = stack.enter_context(httpx.Client(cookies=cookie_jar()))
        for _ in range(2):
            for host in ("127.0.0.1", "localhost"):
                for port in ports:
                    client.get(f"http://{host}:{port}/x")
    first, second = seen[:4], seen[4:]
    assert [cookie for _, _, cookie in first] == [None] * 4
    assert [cookie for _, _, cookie in second] == [f"{name}=1" for name, _, _ in second]
