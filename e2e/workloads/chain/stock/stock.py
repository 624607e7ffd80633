"""GET /stock/N: counts the visit in Redis and reads item N from PostgreSQL. Usage: python3 stock.py PORT POSTGRES_PORT REDIS_PORT"""
import json
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg2
import redis

port, postgres_port, redis_port = (int(argument) for argument in sys.argv[1:4])
visits = redis.Redis(host="127.0.0.1", port=redis_port)
per_thread = threading.local()


def database():
    if not hasattr(per_thread, "connection"):
        per_thread.connection = psycopg2.connect(host="127.0.0.1", port=postgres_port, user="postgres", dbname="postgres")
        per_thread.connection.autocommit = True
    return per_thread.connection


def prepare():
    with database().cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS item (id integer PRIMARY KEY, name text NOT NULL)")
        cursor.execute("INSERT INTO item SELECT n, 'item ' || n FROM generate_series(0, 999) AS n ON CONFLICT DO NOTHING")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        number = int(self.path.split("/")[2])
        visit = visits.incr("visits")
        with database().cursor() as cursor:
            cursor.execute("SELECT name FROM item WHERE id = %s", (number,))
            row = cursor.fetchone()
        body = json.dumps({"item": row and row[0], "visit": visit}).encode()
        self.send_response(200 if row else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True


class Server6(Server):
    address_family = socket.AF_INET6


prepare()
threading.Thread(target=Server6(("::1", port), Handler).serve_forever, daemon=True).start()
Server(("127.0.0.1", port), Handler).serve_forever()
