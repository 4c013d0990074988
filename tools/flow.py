#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a flow: a plain text that speaks to the real program, by command line and by HTTP, and says what to expect.

    tools/flow.py --program build/.../holdfast tests/flow/asset_add.flow

One store and at most one server for each flow, in a folder of their own; the server is started at the first
request. With --postgres the store is a fresh database of the server that $HOLDFAST_TEST_POSTGRES names
(tools/with-postgres). Output is TAP, one point for each `expect`. A line that begins with white space continues the one before.

    # words                               a comment
    needs   shared                        skip the flow unless $HOLDFAST_SHARED is there; gives {shared}
    file    assets.csv <<END              writes a file, up to a line END
    lines   a.jsonl b.jsonl remove 3      copies a file with a line removed; also swap 2 3; replace 2 "old" "new"; keep 2
    serve   --lang fr                     options for the server, before its first request
    cli     import assets.csv             runs the program on the flow's store, in its folder
    as      analyst                       acts as administrator, analyst, observer; or as nobody
    header  If-Match: "{etag}"            for the next request only
    GET     /api/v1/assets/A1             also POST PATCH PUT DELETE HEAD OPTIONS; a body may follow: JSON or @FILE
    UPLOAD  /api/v1/imports assets.csv    a POST of files as multipart/form-data
    expect  201  $.name == "Dam 3"        status or exit status (a number, 4xx, or any), then checks
    let     etag = header ETag            keeps a value; {etag} is put in its place in later lines
    until   $.state == "done"             repeats the last GET until the check holds, 60 s at most
    restart                               stops the server and starts it again;  kill  stops it with SIGKILL

Checks: SUBJECT OPERATOR VALUE, as many as fit. Subjects: $.json.path (also [0], [-1], [key=A1], ["a b"]), header NAME,
body, stdout, stderr. Operators: == != < <= > >= contains lacks matches count (each with a JSON value), exists, absent.
"""
import argparse
import http.client
import json
import mimetypes
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
from pathlib import Path

METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE", "HEAD", "OPTIONS")
WORDS = ("needs", "file", "lines", "serve", "cli", "as", "header", "expect", "let", "until", "restart", "kill",
         "UPLOAD", *METHODS)
ROLES = ("administrator", "analyst", "observer")
OPERATORS = ("==", "!=", "<=", ">=", "<", ">", "contains", "lacks", "matches", "count", "exists", "absent")
MISSING = object()
PATIENCE_S = 60


class FlowError(Exception):
    """The flow itself is wrong, or the program could not be brought to answer."""


class Step:
    def __init__(self, line, word, rest, text=None):
        self.line, self.word, self.rest, self.text = line, word, rest, text


def parse(source):
    """The steps of a flow. Raises FlowError with the line."""
    steps = []
    lines = source.split("\n")
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        if not line.strip() or line.startswith("#"):
            continue
        if line[0].isspace():
            if not steps:
                raise FlowError(f"line {number}: nothing to continue")
            steps[-1].rest += " " + line.strip()
            continue
        word, _, rest = line.partition(" ")
        if word not in WORDS:
            raise FlowError(f"line {number}: unknown word '{word}'")
        step = Step(number, word, rest.strip())
        if word == "file":
            match = re.fullmatch(r"(\S+)\s*<<(\w+)", step.rest)
            if not match:
                raise FlowError(f"line {number}: file NAME <<END")
            step.rest, end = match.groups()
            try:
                last = lines.index(end, number)
            except ValueError:
                raise FlowError(f"line {number}: no line {end} ends this file") from None
            step.text = "".join(f"{text}\n" for text in lines[number:last])
            number = last + 1
        steps.append(step)
    for step in steps:
        if step.word in ("expect", "until"):
            parse_expect(step)
    return steps


def parse_expect(step):
    """Fills step.status and step.checks."""
    text = step.rest
    step.status = "any"
    if step.word == "expect":
        step.status, _, text = text.partition(" ")
        if not re.fullmatch(r"\d+|\dxx|any", step.status):
            raise FlowError(f"line {step.line}: expect a status, 4xx or any, not '{step.status}'")
    step.checks = []
    text = text.strip()
    while text:
        check, text = parse_check(text, step.line)
        step.checks.append(check)
    if step.word == "until" and not step.checks:
        raise FlowError(f"line {step.line}: until what?")


def parse_check(text, line):
    """((subject, operator, value), rest of the text)"""
    subject, text = take_subject(text, line)
    operator = next((o for o in OPERATORS if re.match(re.escape(o) + r"(\s|$)", text)), None)
    if operator is None:
        raise FlowError(f"line {line}: no operator at '{text[:30]}'")
    text = text[len(operator):].strip()
    if operator in ("exists", "absent"):
        return (subject, operator, None), text
    try:
        value, end = json.JSONDecoder().raw_decode(text)
    except json.JSONDecodeError:
        raise FlowError(f"line {line}: no JSON value at '{text[:30]}'") from None
    return (subject, operator, value), text[end:].strip()


def take_subject(text, line):
    match = re.match(r'(\$(?:"(?:\\.|[^"\\])*"|\[[^\]]*\]|[^\s\[])*|header\s+[\w-]+|body|stdout|stderr)(?:\s+|$)',
                     text)
    if not match:
        raise FlowError(f"line {line}: a check begins with $, header, body, stdout or stderr, not '{text[:30]}'")
    return match.group(1), text[match.end():]


def path_parts(path):
    """The steps of a JSON path: names, numbers, or (name, value) to look for in a list."""
    parts = []
    for match in re.finditer(r'\.([\w~-]+)|\[(-?\d+)\]|\["((?:\\.|[^"\\])*)"\]|\[(\w+)=([^\]]*)\]|(.)',
                             path[1:], re.S):
        name, index, quoted, key, value, wrong = match.groups()
        if wrong is not None:
            raise FlowError(f"bad path {path}")
        if name is not None:
            parts.append(name)
        elif index is not None:
            parts.append(int(index))
        elif quoted is not None:
            parts.append(json.loads(f'"{quoted}"'))
        else:
            parts.append((key, value))
    return parts


def look_up(document, path):
    """The value at a path, or MISSING."""
    value = document
    for part in path_parts(path):
        if isinstance(part, tuple):
            items = value if isinstance(value, list) else []
            value = next((i for i in items if isinstance(i, dict) and str(i.get(part[0])) == part[1]), MISSING)
        elif isinstance(part, int):
            inside = isinstance(value, list) and -len(value) <= part < len(value)
            value = value[part] if inside else MISSING
        else:
            value = value.get(part, MISSING) if isinstance(value, dict) else MISSING
        if value is MISSING:
            return MISSING
    return value


def same(a, b):
    """Equality of JSON values: true is not 1."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    return a == b


def ordered(a, b):
    """-1, 0, 1, or None where there is no order."""
    numbers = all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in (a, b))
    if not numbers and not (isinstance(a, str) and isinstance(b, str)):
        return None
    return (a > b) - (a < b)


def contains(found, value):
    if isinstance(found, str):
        return isinstance(value, str) and value in found
    if isinstance(found, list):
        return any(same(item, value) for item in found)
    return isinstance(found, dict) and value in found


def holds(found, operator, value):
    """Whether a check holds for the value that was found (or MISSING)."""
    if operator == "exists":
        return found is not MISSING
    if operator == "absent":
        return found is MISSING
    if found is MISSING:
        return False
    if operator in ("==", "!="):
        return same(found, value) == (operator == "==")
    if operator in ("contains", "lacks"):
        return contains(found, value) == (operator == "contains")
    if operator == "matches":
        return isinstance(found, str) and re.search(value, found) is not None
    if operator == "count":
        return isinstance(found, (list, dict, str)) and len(found) == value
    order = ordered(found, value)
    return order is not None and {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[operator]


class Answer:
    """What came back: from HTTP, or from the command line."""

    def __init__(self, title, status, body=b"", headers=None, stderr=""):
        self.title, self.status, self.body, self.headers, self.stderr = title, status, body, headers or {}, stderr

    def text(self):
        return self.body.decode("utf-8", errors="replace")

    def find(self, subject):
        if subject in ("body", "stdout"):
            return self.text()
        if subject == "stderr":
            return self.stderr
        if subject.startswith("header"):
            return self.headers.get(subject.split()[1].lower(), MISSING)
        try:
            return look_up(json.loads(self.body), subject)
        except ValueError:
            return MISSING

    def faults(self, status, checks):
        """What is not as expected, as sentences."""
        if status != "any" and not re.fullmatch(status.replace("x", r"\d"), str(self.status)):
            yield f"status {self.status}, expected {status}"
        for subject, operator, value in checks:
            found = self.find(subject)
            if not holds(found, operator, value):
                shown = "nothing" if found is MISSING else json.dumps(found, ensure_ascii=False)
                wanted = "" if value is None else " " + json.dumps(value, ensure_ascii=False)
                yield f"{subject} is {shown[:400]}, expected {operator}{wanted}"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    def __init__(self, program, store, folder, options):
        self.command = [program, "--db", store, "serve", *options]
        self.folder = folder
        self.process = None
        self.port = None

    def start(self):
        self.port = free_port()
        self.log = open(self.folder / "server.log", "ab")
        self.process = subprocess.Popen(
            [*self.command, "--listen", f"127.0.0.1:{self.port}"], cwd=self.folder,
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        limit = time.monotonic() + PATIENCE_S
        while time.monotonic() < limit:
            if self.process.poll() is not None:
                raise FlowError(f"the server ended with {self.process.returncode}")
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/healthz")
                if connection.getresponse().status == 200:
                    return
            except OSError:
                pass
            time.sleep(0.01)
        raise FlowError("the server does not answer /healthz")

    def stop(self, how=signal.SIGTERM):
        """The exit status; None when it had to be killed."""
        self.process.send_signal(how)
        try:
            status = self.process.wait(timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            status = None
        self.log.close()
        return status


class Flow:
    """Runs the steps of one flow."""

    def __init__(self, program, name, steps, folder, store=None):
        self.program, self.name, self.steps, self.folder = str(Path(program).resolve()), name, steps, folder
        self.store = store or str(folder / "flow.db")
        self.server = None
        self.serve_options = []
        self.tokens = {}
        self.actor = "nobody"
        self.headers = {}
        self.values = {}
        self.answer = None
        self.last_request = None
        self.point = 0
        self.failed = 0

    def say(self, is_ok, title, faults=()):
        self.point += 1
        self.failed += not is_ok
        print(f"{'ok' if is_ok else 'not ok'} {self.point} - {title}", flush=True)
        for fault in faults:
            print("".join(f"#   {line}\n" for line in fault.split("\n")), end="", flush=True)

    def fill(self, text):
        return re.sub(r"\{([a-z_]+)\}", lambda m: str(self.values.get(m.group(1), m.group(0))), text)

    def command(self, arguments, given=None):
        # Leak checks of short commands stay on: they end by themselves.
        return subprocess.run([self.program, "--db", self.store, *arguments], cwd=self.folder, input=given,
                              stdin=subprocess.DEVNULL if given is None else None,
                              capture_output=True, timeout=300, check=False)

    def account(self, role):
        """Makes an account for a role once and keeps its token."""
        if role == "nobody" or role in self.tokens:
            return
        if role not in ROLES:
            raise FlowError(f"no such role: {role}")
        self.command(["init"])
        made = self.command(["user", "add", f"flow-{role}", "--role", role, "--password-stdin"],
                            f"correct horse of the {role} 1\n".encode())
        token = self.command(["--json", "user", "token", f"flow-{role}"])
        if made.returncode != 0 or token.returncode != 0:
            raise FlowError(f"no account for {role}: {(made.stderr + token.stderr).decode()}")
        self.tokens[role] = json.loads(token.stdout)["token"]

    def start(self):
        if self.server is None:
            for step in self.steps:
                if step.word == "as":
                    self.account(step.rest)
            self.server = Server(self.program, self.store, self.folder, self.serve_options)
            self.server.start()

    def send(self, method, path, body, headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE_S)
        try:
            connection.request(method, path, body=body, headers=headers)
            response = connection.getresponse()
            found = {}
            for name, value in response.getheaders():
                found[name.lower()] = value
            return Answer(f"{method} {path}", response.status, response.read(), found)
        except (OSError, http.client.HTTPException) as error:
            return Answer(f"{method} {path}", 0, f"no answer: {error!r}".encode())
        finally:
            connection.close()

    def request(self, method, rest, body=None, media_type=None):
        self.start()
        path, _, text = rest.partition(" ")
        text = text.strip()
        if body is None and text.startswith("@"):
            body, media_type = (self.folder / text[1:]).read_bytes(), "application/octet-stream"
        elif body is None and text:
            body = text.encode()
            media_type = "application/merge-patch+json" if method == "PATCH" else "application/json"
        headers = {}
        if media_type:
            headers["Content-Type"] = media_type
        if self.actor != "nobody":
            headers["Authorization"] = f"Bearer {self.tokens[self.actor]}"
        headers.update(self.headers)
        self.headers = {}
        path = urllib.parse.quote(path, safe="/:?&=%,+*@!$'();~-._")
        self.last_request = (method, path, body, headers)
        self.answer = self.send(*self.last_request)

    def upload(self, rest):
        path, *names = rest.split()
        edge = "flow-edge-5b1f"
        parts = []
        for name in names:
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            parts.append(f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
                         f"Content-Type: {kind}\r\n\r\n".encode() + (self.folder / name).read_bytes() + b"\r\n")
        body = b"".join(parts) + f"--{edge}--\r\n".encode()
        self.request("POST", path, body, f"multipart/form-data; boundary={edge}")

    def cli(self, rest):
        result = self.command(shlex.split(rest))
        self.answer = Answer(f"holdfast {rest}", result.returncode, result.stdout,
                             stderr=result.stderr.decode("utf-8", errors="replace"))

    def lines(self, rest):
        words = shlex.split(rest)
        if len(words) < 4:
            raise FlowError("lines FROM TO remove N | swap N M | replace N OLD NEW | keep N")
        source, target, how, number, *more = words
        lines = (self.folder / source).read_text(encoding="utf-8").splitlines(keepends=True)
        at = int(number) - 1 if int(number) > 0 else len(lines) + int(number)
        if how == "remove":
            del lines[at]
        elif how == "keep":
            del lines[at + 1:]
        elif how == "swap":
            other = int(more[0]) - 1
            lines[at], lines[other] = lines[other], lines[at]
        elif how == "replace":
            if more[0] not in lines[at]:
                raise FlowError(f"line {number} of {source} has no {more[0]}: {lines[at]}")
            lines[at] = lines[at].replace(more[0], more[1], 1)
        else:
            raise FlowError(f"lines cannot {how}")
        (self.folder / target).write_text("".join(lines), encoding="utf-8")

    def judge(self, step):
        if self.answer is None:
            raise FlowError("expect before any request or command")
        checks = [(self.fill(s), o, self.fill(v) if isinstance(v, str) else v)
                  for s, o, v in step.checks]
        faults = list(self.answer.faults(step.status, checks))
        if faults:
            shown = (self.answer.text() + self.answer.stderr).strip()
            faults.append(f"answer: {shown[:2000]}" if shown else "answer: empty")
        self.say(not faults, f"{self.name}:{step.line} {self.answer.title}"[:160], faults)

    def until(self, step):
        limit = time.monotonic() + PATIENCE_S
        while list(self.answer.faults("any", step.checks)) and time.monotonic() < limit:
            time.sleep(0.02)
            self.answer = self.send(*self.last_request)
        self.judge(step)

    def let(self, rest):
        match = re.fullmatch(r"([a-z_]+)\s*=\s*(.+)", rest)
        if not match:
            raise FlowError("let NAME = $.path, or header NAME")
        value = self.answer.find(match.group(2).strip())
        if value is MISSING:
            raise FlowError(f"nothing at {match.group(2)}: {self.answer.text()[:500]}")
        self.values[match.group(1)] = value

    def stop(self, how=signal.SIGTERM):
        if self.server is None:
            return
        status = self.server.stop(how)
        self.server = None
        if how == signal.SIGTERM and status != 0:
            self.say(False, f"{self.name} the server ends cleanly", [f"exit status {status}", self.server_log()])

    def server_log(self):
        log = self.folder / "server.log"
        return log.read_text(encoding="utf-8", errors="replace")[-6000:] if log.exists() else ""

    def step(self, step):
        rest = self.fill(step.rest)
        if step.word in METHODS:
            self.request(step.word, rest)
        elif step.word == "UPLOAD":
            self.upload(rest)
        elif step.word == "cli":
            self.cli(rest)
        elif step.word == "expect":
            self.judge(step)
        elif step.word == "until":
            self.until(step)
        elif step.word == "let":
            self.let(step.rest)
        elif step.word == "as":
            self.account(rest)
            self.actor = rest
        elif step.word == "header":
            name, _, value = rest.partition(":")
            self.headers[name.strip()] = value.strip()
        elif step.word == "file":
            (self.folder / rest).write_text(self.fill(step.text), encoding="utf-8")
        elif step.word == "lines":
            self.lines(rest)
        elif step.word == "serve":
            self.serve_options = shlex.split(rest)
        elif step.word == "restart":
            self.stop()
            self.start()
        elif step.word == "kill":
            self.stop(signal.SIGKILL)

    def run(self):
        for step in self.steps:
            try:
                self.step(step)
            except (FlowError, OSError, ValueError, KeyError, subprocess.TimeoutExpired, IndexError) as error:
                self.say(False, f"{self.name}:{step.line} {step.word} {step.rest}"[:160],
                         [str(error), self.server_log()])
                break
        if self.server is not None and self.server.process.poll() is None:
            self.stop()
        elif self.server is not None:
            self.say(False, f"{self.name} the server lives to the end", [self.server_log()])
        print(f"1..{self.point}", flush=True)
        return 1 if self.failed else 0


def make_database(name):
    """A fresh database of the server for tests; its address."""
    server = os.environ["HOLDFAST_TEST_POSTGRES"]
    subprocess.run(["psql", "-q", "-c", f'CREATE DATABASE "{name}"', server], check=True)
    head, _, query = server.partition("?")
    return f"{head.rpartition('/')[0]}/{name}?{query}"


def run_file(program, path, is_postgres):
    try:
        steps = parse(path.read_text(encoding="utf-8"))
    except FlowError as error:
        print(f"not ok 1 - {path.name}: {error}\n1..1")
        return 1
    shared = os.environ.get("HOLDFAST_SHARED", "")
    if any(s.word == "needs" for s in steps) and not Path(shared or "/nonexistent").is_dir():
        print("1..0 # SKIP needs the shared data")
        return 0
    with tempfile.TemporaryDirectory(prefix="holdfast-flow-") as folder:
        store = make_database(f"flow_{path.stem}_{os.getpid()}") if is_postgres else None
        flow = Flow(program, path.stem, steps, Path(folder), store)
        flow.values["shared"] = shared
        return flow.run()


def main():
    parser = argparse.ArgumentParser(description="run a flow against the real program")
    parser.add_argument("--program", required=True, help="the holdfast that is tested")
    parser.add_argument("--postgres", action="store_true", help="on the server of $HOLDFAST_TEST_POSTGRES")
    parser.add_argument("flow", type=Path)
    options = parser.parse_args()
    return run_file(options.program, options.flow, options.postgres)


if __name__ == "__main__":
    sys.exit(main())
