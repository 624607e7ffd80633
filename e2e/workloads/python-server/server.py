"""The routes of ../routes.ts on http.server. Usage: python3 server.py PORT"""
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are two sends: with it each answer waits 40 ms for an ACK

    def do_GET(self):
        path = self.path.split("?")[0]
        parts = path.split("/")
        if path == "/ok":
            self.answer(200, b"ok\n")
        elif parts[1] == "item" and len(parts) > 2:
            self.answer(200, b"item " + parts[2].encode() + b"\n")
        elif parts[1] == "bytes" and len(parts) > 2 and parts[2].isdigit():
            self.answer(200, b"x" * int(parts[2]))
        elif path == "/fail":
            self.answer(500, b"500\n")
        else:
            self.answer(404, b"404\n")

    do_HEAD = do_GET

    def do_POST(self):
        left = int(self.headers.get("content-length", "0"))
        length = 0
        while left:
            got = len(self.rfile.read(min(left, 65536)))
            if not got:
                return
            length += got
            left -= got
        if self.path.split("?")[0] == "/echo-length":
            self.answer(200, b"%d\n" % length)
        else:
            self.answer(404, b"404\n")

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 1024


class Server6(Server):
    address_family = socket.AF_INET6


port = int(sys.argv[1])
threading.Thread(target=Server6(("::1", port), Handler).serve_forever, daemon=True).start()
Server(("127.0.0.1", port), Handler).serve_forever()
