"""The routes of ../routes.ts as a WSGI application."""

REASONS = {200: "200 OK", 404: "404 Not Found", 500: "500 Internal Server Error"}


def read_length(environ):
    length = 0
    while True:
        piece = environ["wsgi.input"].read(65536)
        if not piece:
            return length
        length += len(piece)


def route(environ):
    path = environ["PATH_INFO"]
    parts = path.split("/")
    if environ["REQUEST_METHOD"] == "POST":
        length = read_length(environ)
        return (200, b"%d\n" % length) if path == "/echo-length" else (404, b"404\n")
    if path == "/ok":
        return 200, b"ok\n"
    if parts[1] == "item" and len(parts) > 2:
        return 200, b"item " + parts[2].encode() + b"\n"
    if parts[1] == "bytes" and len(parts) > 2 and parts[2].isdigit():
        return 200, b"x" * int(parts[2])
    return (500, b"500\n") if path == "/fail" else (404, b"404\n")


def app(environ, start_response):
    status, body = route(environ)
    start_response(REASONS[status], [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
