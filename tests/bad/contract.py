# SPDX-License-Identifier: Apache-2.0
"""The API's own description (OpenAPI 3.1) as something that can be asked: what its operations are, requests that fit them,
that lie at their bounds and that break them, and whether an answer is one of those that it tells of."""
import json
import re

import jsonschema

METHODS = ("get", "post", "put", "patch", "delete")
PROBLEM = "application/problem+json"
STREAMS = ("text/event-stream",)
NASTY_TEXTS = ("", " ", "x" * 4001, "é" * 300, "﷽中", "\u0000", "a\nb", "'; --", "%00", "../..", "<b>&\"'", "\ud7ff\U0010ffff", "nan",
               "-1", "0", "1e999", "9223372036854775808", "2026-02-30T00:00:00Z", "0001-01-01", "null", "*", "Ⅷ", "‮abc")
NASTY_KEYS = ("%00", "%2F", "%", "%zz", "a%2Fb", "..", "%2e%2e", "x" * 300, "%C3%A9", "%FF", "-", "0", "*", "%20", "a;b", "a%3Fb", "99999999999999999999")
NUMBERS = (0, -1, 1, 0.5, 1e308, -1e308, 2**31, 2**53 + 1, -2**63, 2**64, 10**40)
BROKEN_BODIES = (b"", b"{", b"[]", b"null", b"\"x\"", b"{\"a\":1,}", b"\xff\xfe", b"{\"a\":\"\xc3\x28\"}", b"[" * 2000, b"{\"a\":" * 900,
                 b"{\"a\":1}{\"a\":1}", b"{\"key\":\"\\ud800\"}", b"{\"a\":NaN}", b"\x00")


class Operation:
    """One method at one path. `open`: answers who is not signed in."""

    def __init__(self, path, method, told):
        self.path, self.method, self.told = path, method.upper(), told
        self.id, self.is_open = told["operationId"], told.get("security") == []
        self.params = told.get("parameters", [])
        self.bodies = told.get("requestBody", {}).get("content", {})
        self.responses = told["responses"]
        self.is_write = method != "get"

    def __str__(self):
        return f"{self.method} {self.path}"


class Request:
    """What is sent. `is_broken`: it breaks the description for certain, so it may not succeed."""

    def __init__(self, operation, path, body, headers, is_broken):
        self.operation, self.path, self.body, self.headers, self.is_broken = operation, path, body, headers, is_broken

    def __str__(self):
        body = "" if self.body is None else f" {self.body[:600]!r}{'…' if len(self.body) > 600 else ''}"
        return f"{self.operation.method} {self.path[:400]} {self.headers}{body}"


class Contract:
    def __init__(self, document):
        self.document, self.validators = document, {}
        self.operations = [Operation(path, method, item[method]) for path, item in document["paths"].items()
                           for method in METHODS if method in item]

    def resolve(self, told):
        while "$ref" in told:
            at = self.document
            for word in told["$ref"].removeprefix("#/").split("/"):
                at = at[word]
            told = {**at, **{k: v for k, v in told.items() if k != "$ref"}}
        return told

    def validator(self, schema):
        name = json.dumps(schema, sort_keys=True)
        if name not in self.validators:
            whole = {"components": self.document["components"], **schema}
            self.validators[name] = jsonschema.Draft202012Validator(whole)
        return self.validators[name]

    def faults(self, request, status, headers, body):
        """What is wrong with an answer, as (class, text). The class is the same for each answer with the same fault."""
        operation = request.operation
        told = operation.responses.get(str(status))
        if status >= 500 and not (status == 503 and headers.get("Retry-After")):
            yield f"{status} is no answer", body[:300]
        if request.is_broken and status < 400:
            yield f"{status} to what its schema refuses", ""
        if told is None:
            yield f"{status} is not told of", body[:300]
            return
        if status == 401 and not headers.get("WWW-Authenticate"):
            yield "401 without WWW-Authenticate", ""
        content = self.resolve(told).get("content", {})
        yield from self.content_faults(content, status, headers, body)

    def content_faults(self, content, status, headers, body):
        kind = headers.get("Content-Type", "").partition(";")[0].strip()
        if not content or not kind:
            if body or (content and not kind):
                yield f"{status} with a body of {kind or 'no type'} where {list(content) or 'none'} is told of", body[:100]
            return
        media = content.get(kind, content.get("*/*"))
        if media is None:
            yield f"{status} is {kind}, not {list(content)}", body[:100]
        elif is_json(kind):
            try:
                value = json.loads(body)
            except ValueError as fault:
                yield f"{status} is no JSON", f"{fault} {body[:200]}"
                return
            if kind == PROBLEM and value.get("status") != status:
                yield "a problem of another status", body[:200]
            if "*/*" not in content:
                yield from self.schema_faults(media.get("schema", {}), status, value)

    def schema_faults(self, schema, status, value):
        wrong = jsonschema.exceptions.best_match(self.validator(schema).iter_errors(value))
        if wrong is not None:
            where = "/".join("*" if isinstance(part, int) else str(part) for part in wrong.absolute_path)
            yield f"{status} /{where}: breaks {wrong.validator}", wrong.message[:300]


class Maker:
    """Makes requests by dice. keys: the plural of a noun, then keys of its records that are there."""

    def __init__(self, contract, dice, keys, words):
        self.contract, self.dice, self.keys, self.words = contract, dice, keys, words
        self.plurals = {}  # "asset" is kept under "assets"

    def key(self, noun):
        known = self.keys.get(noun) or self.keys.get(self.plurals.get(noun, ""), ())
        return self.dice.choice(known) if known else self.dice.choice(("A1", "none-such"))

    # --- values ------------------------------------------------------------------------------------------

    def value(self, schema, name="", depth=0):
        """A value that fits."""
        schema, dice = self.contract.resolve(schema), self.dice
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return dice.choice(schema["enum"])
        for word in ("anyOf", "oneOf"):
            if word in schema:
                return self.value({**{k: v for k, v in schema.items() if k != word}, **self.contract.resolve(dice.choice(schema[word]))}, name, depth)
        kinds = schema.get("type", "object" if "properties" in schema else ["string", "number", "null", "boolean"])
        kind = kinds if isinstance(kinds, str) else dice.choice([k for k in kinds if k != "null"] * 3 + list(kinds))
        if kind == "object":
            return self.object(schema, depth)
        if kind == "array":
            least = schema.get("minItems", 0)
            count = dice.randint(least, min(schema.get("maxItems", 4), least + 3)) if depth < 6 else least
            return [self.value(schema.get("items", {}), name, depth + 1) for _ in range(count)]
        return {"string": self.text, "integer": self.whole, "number": self.number, "boolean": lambda *_: dice.random() < 0.5,
                "null": lambda *_: None}[kind](schema, name)

    def object(self, schema, depth):
        needed = schema.get("required", [])
        chance = self.dice.choice((0.1, 0.5, 0.9)) if depth < 6 else 0
        properties = schema.get("properties", {})
        out = {name: self.value(properties.get(name, {}), name, depth + 1) for name in properties
               if name in needed or self.dice.random() < chance}
        return out | {name: self.value({}, name, depth + 1) for name in needed if name not in properties}

    def text(self, schema, name):
        dice = self.dice
        if schema.get("format") == "date-time":
            return dice.choice(("2026-03-01T12:00:00Z", "1999-12-31T23:59:59Z", "2090-01-01T00:00:00Z"))
        least, most = schema.get("minLength", 0), schema.get("maxLength", 4000)
        if "pattern" in schema:
            fitting = [word for word in (*self.words.get(name, ()), *NASTY_TEXTS, "a" * 64, "0" * 64, "EN", "AB12") if re.search(schema["pattern"], word)]
            return dice.choice(fitting) if fitting else ""
        if dice.random() < 0.7:
            refers = schema.get("x-refers", name)
            text = dice.choice(self.words[name]) if name in self.words else self.key(refers)
        else:
            text = dice.choice([word for word in NASTY_TEXTS if word.isprintable()])
        return text.ljust(least, "x")[:most]

    def whole(self, schema, _=""):
        low, high = schema.get("minimum", -5), schema.get("maximum", schema.get("minimum", 0) + 100)
        return self.dice.choice((int(low), int(high), self.dice.randint(int(low), int(high)), self.dice.randint(int(low), min(int(high), int(low) + 10))))

    def number(self, schema, _=""):
        low, high = schema.get("minimum", -1e3), schema.get("maximum", schema.get("minimum", 0) + 1e3)
        return self.dice.choice((low, high, self.dice.uniform(low, high)))

    def strange(self):
        """A value of any kind."""
        dice = self.dice
        return dice.choice((dice.choice(NASTY_TEXTS), dice.choice(NUMBERS), None, True, [], {}, [[]], ["x", 1], {"a": {"b": []}},
                            "x" * 70000, ["A1"] * 3000))

    def wrong(self, schema):
        """(a value that does not fit, True), or (a strange one, False) where anything fits."""
        for _ in range(12):
            value = self.strange()
            if not self.contract.validator(schema).is_valid(value):
                return value, True
        return self.strange(), False

    # --- requests ----------------------------------------------------------------------------------------

    def path(self, operation, style):
        """The path with its slots filled by keys that are there, or by nasty ones."""
        first = operation.path.split("/")[3] if operation.path.startswith("/api/v1/") else ""

        def fill(match):
            if style == "broken" or self.dice.random() < 0.05:
                return self.dice.choice(NASTY_KEYS)
            word = match[1]
            if word in self.words:
                return self.dice.choice(self.words[word])
            return escaped(self.key(first if word == "key" else f"{first}/{word}"))
        return re.sub(r"\{(\w+)\}", fill, operation.path)

    def query(self, operation, style):
        """(the text, is it broken for certain)"""
        params = [param for param in operation.params if param["in"] == "query"]
        breaks = self.dice.choice(params)["name"] if style == "broken" and params else ""
        pairs, is_broken = [], False
        for param in params:
            schema, name = self.contract.resolve(param["schema"]), param["name"]
            if name == breaks:
                value, is_broken = self.broken_param(param, schema)
            elif param.get("required") or self.dice.random() < 1.5 / len(params):
                value = self.value(schema, name)
            else:
                continue
            if value is not None:
                pairs.append(f"{name}={value if isinstance(value, Raw) else escaped(worded(value))}")
        return "&".join(pairs), is_broken

    def broken_param(self, param, schema):
        if param.get("required") and self.dice.random() < 0.3:
            return None, True
        if self.dice.random() < 0.1:
            return Raw(self.dice.choice(("%", "%zz", "%0", "%ff"))), False
        text = self.dice.choice(NASTY_TEXTS)
        kind = schema.get("type")
        value = text
        if kind in ("integer", "number"):
            value = number_of(text, kind)
        return text, not self.contract.validator(schema).is_valid(value) and not (text == "" and not param.get("required"))

    def body(self, operation, style):
        """(media type, bytes, is it broken for certain)"""
        kind = self.dice.choice(list(operation.bodies))
        schema = operation.bodies[kind]["schema"]
        if kind == "multipart/form-data":
            return form(self.file())
        if not is_json(kind):
            return kind, self.file() if kind != "application/x-ndjson" else self.lines(operation), False
        value = self.value(schema)
        if style != "broken":
            return kind, dumped(value), False
        choice = self.dice.random()
        if choice < 0.25:
            return kind, self.dice.choice(BROKEN_BODIES), True
        if choice < 0.3:
            return self.dice.choice(("text/plain", "application/xml", "", "application/x-www-form-urlencoded")), dumped(value), True
        value, is_broken = self.break_somewhere(schema, value)
        return kind, dumped(value), is_broken

    def break_somewhere(self, schema, value):
        """One member of an object, however deep, becomes wrong."""
        told = self.contract.resolve(schema)
        members = told.get("properties", {})
        if not isinstance(value, dict) or not members:
            return self.strange(), False
        choice, name = self.dice.random(), self.dice.choice(list(members))
        inner = self.contract.resolve(members[name])
        if choice < 0.1 and told.get("required"):
            left = self.dice.choice(told["required"])
            value = {k: v for k, v in value.items() if k != left}
        elif choice < 0.2:
            value = {**value, "no_such_member": 1}
        elif choice < 0.4 and isinstance(value.get(name), dict) and inner.get("properties"):
            value = {**value, name: self.break_somewhere(inner, value[name])[0]}
        elif choice < 0.5 and isinstance(value.get(name), list) and value[name]:
            value = {**value, name: [*value[name], self.wrong(inner.get("items", {}))[0]]}
        else:
            value = {**value, name: self.wrong(members[name])[0]}
        return value, not self.contract.validator(schema).is_valid(without_null(value))

    def lines(self, operation):
        schema = operation.bodies["application/json"]["schema"]
        return b"\n".join(dumped(self.value(schema)) if self.dice.random() < 0.8 else self.dice.choice(BROKEN_BODIES)
                          for _ in range(self.dice.randrange(5)))

    def file(self):
        return self.dice.choice((b"key,name\nF1,Mill\n", b"key,name\nF1\n", b"", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", b"{}", b"%PDF-1.7\n",
                                 self.dice.randbytes(300), b"{\"type\":\"FeatureCollection\",\"features\":[]}", b"a text\n"))

    def request(self, operation, style):
        headers, body = {}, None
        query, is_broken = self.query(operation, style)
        if operation.bodies:
            kind, body, is_body_broken = self.body(operation, style)
            headers["Content-Type"] = kind
            is_broken = is_broken or is_body_broken
        elif operation.is_write:
            body = b""
        for param in operation.params:
            if param["in"] == "header" and self.dice.random() < 0.85:
                headers[param["name"]] = self.dice.choice(("*", "*", "\"1\"", "\"2\"", "\"0\"", "W/\"1\"", "x", "\"99999999999999999999\""))
        path = self.path(operation, style)
        return Request(operation, f"{path}?{query}" if query else path, body, headers, is_broken)


def without_null(value):
    """As it counts: a member that is null is not there."""
    if isinstance(value, list):
        return [without_null(item) for item in value]
    return {k: without_null(v) for k, v in value.items() if v is not None} if isinstance(value, dict) else value


def is_json(kind):
    return kind.endswith(("/json", "+json"))


class Raw(str):
    """Goes into an address as it is."""


def number_of(text, kind):
    try:
        return int(text) if kind == "integer" else float(text)
    except ValueError:
        return text


def worded(value):
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def escaped(text):
    return "".join(chr(byte) if chr(byte).isascii() and (chr(byte).isalnum() or chr(byte) in "-._~") else f"%{byte:02X}"
                   for byte in text.encode("utf-8", errors="surrogatepass"))


def dumped(value):
    return json.dumps(value, ensure_ascii=False).encode("utf-8", errors="surrogatepass")


def form(content):
    head = b"--frontier\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n"
    return "multipart/form-data; boundary=frontier", head + content + b"\r\n--frontier--\r\n", False
