#!/usr/bin/env python3
"""A partner in a few lines of Python's standard library, for trying the suite on a server that shares nothing with
favsync. Prints its port on the first line. --bug breaks it in one way."""
import argparse
import json
import threading
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

USERS = {"ann-1": "ann", "ann-2": "ann", "ben-1": "ben", "nil-1": "nil"}
BUGS = ["now", "noon", "tombstone", "whole-list", "open-door", "every-fiftieth"]

parser = argparse.ArgumentParser()
parser.add_argument("--bug", choices=BUGS)
parser.add_argument("--read-only", action="store_true")
args = parser.parse_args()
lock = threading.Lock()
store = {"ann": {}, "ben": {}, "nil": {}}  # user -> item -> (date, action)
stored_count = 0


def read_date(text):
    if not isinstance(text, str) or not text.endswith("Z"):
        raise ValueError("actionDate: expected a date-time in GMT")
    seconds, _, fraction = text[:-1].partition(".")
    date = datetime.strptime(seconds, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=timezone.utc)
    return date + timedelta(milliseconds=int(fraction.ljust(3, "0")[:3] or 0))


def print_date(date):
    if args.bug == "noon" and date.hour == 12:
        date -= timedelta(hours=12)
    return date.strftime("%Y-%m-%dT%H:%M:%S.") + f"{date.microsecond // 1000:03d}Z"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are written apart: else each answer waits 40 ms

    def answer(self, status, value=None, headers=()):
        body = b"" if value is None else json.dumps(value, indent=1).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, text in headers:
            self.send_header(name, text)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def user(self):
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        user = USERS.get(token.strip()) if scheme.lower() == "bearer" else None
        if user is None and args.bug == "open-door" and scheme:
            user = "ann"
        if user is None:
            self.answer(401, {"error": "unknown token"}, [("WWW-Authenticate", "Bearer")])
        return user

    def do_GET(self):
        if self.path.split("?")[0] != "/getUserFavorites":
            return self.answer(404, {"error": "no such path"})
        user = self.user()
        if user is None:
            return None
        with lock:
            rows = [
                {"action": action, "item": item, "actionDate": print_date(date), "source": "web"}
                for item, (date, action) in reversed(store[user].items())
                if not (args.bug == "tombstone" and action == "DELETE")
            ]
        return self.answer(200, rows)

    def read_body(self):
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            body = b""
            while (size := int(self.rfile.readline().split(b";")[0], 16)) > 0:
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return body
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def do_POST(self):
        global stored_count
        body = self.read_body()
        if self.path != "/postUserFavorites" or args.read_only:
            return self.answer(404, {"error": "no such path"})
        user = self.user()
        if user is None:
            return None
        try:
            changes = []
            rows = json.loads(body)
            if not isinstance(rows, list):
                raise ValueError("expected an array")
            for row in rows:
                if not isinstance(row, dict) or not isinstance(row.get("item"), str) or not row["item"]:
                    raise ValueError("item: expected a non-empty string")
                if row.get("action") not in ("ADD", "DELETE"):
                    raise ValueError("action: expected ADD or DELETE")
                changes.append((row["item"], read_date(row.get("actionDate")), row["action"]))
        except (ValueError, RecursionError) as error:
            return self.answer(400, {"error": str(error)})
        with lock:
            if args.bug == "whole-list":
                store[user].clear()
            for item, date, action in changes:
                stored_count += 1
                if args.bug == "every-fiftieth" and stored_count % 50 == 0:
                    continue
                if args.bug == "now":
                    date = datetime.now(timezone.utc)
                if item not in store[user] or store[user][item][0] < date:
                    store[user][item] = (date, action)
        return self.answer(204)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
print(server.server_address[1], flush=True)
server.serve_forever()
