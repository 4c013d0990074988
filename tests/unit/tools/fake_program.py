#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Stands in for the real program in the tests of tools/flow.py: a list of things behind a token, in memory."""
import json
import os
import re
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

THINGS = {}
POLLS = {"count": 0}


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self, status, document, **headers):
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def do_GET(self):
        if self.path == "/healthz":
            return self.answer(200, {})
        if self.path == "/slow":
            POLLS["count"] += 1
            return self.answer(200, {"state": "done" if POLLS["count"] > 2 else "running"})
        if self.headers.get("Authorization") != "Bearer token-analyst":
            return self.answer(401, {"code": "sign_in"})
        thing = THINGS.get(self.path)
        return self.answer(200 if thing else 404, thing or {"code": "none"}, ETag='"1"')

    def do_POST(self):
        body = self.body()
        kind = self.headers["Content-Type"].split(";")[0]
        if kind == "application/json":
            THINGS[self.path] = json.loads(body)
        self.answer(201, {"kind": kind, "names": re.findall(rb'filename="([^"]+)"', body).__len__(),
                          "match": self.headers.get("If-Match")})

    do_PATCH = do_POST


def main():
    words = [w for w in sys.argv[3:] if w != "--json"]
    if words[0] == "serve":
        signal.signal(signal.SIGTERM, lambda *_: os._exit(0))  # an exception could be raised where Python only prints it
        host, port = words[-1].split(":")
        ThreadingHTTPServer((host, int(port)), Handler).serve_forever()
    elif words[:2] == ["user", "token"]:
        print(json.dumps({"token": "token-" + words[2].removeprefix("flow-")}))
    elif words[0] == "count":
        print(json.dumps({"lines": len(open(words[1], encoding="utf-8").readlines())}))
    elif words[0] == "fail":
        sys.stderr.write("input.csv:3: wrong; mend it\n")
        sys.exit(65)


if __name__ == "__main__":
    main()
