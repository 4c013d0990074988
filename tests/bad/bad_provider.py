#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A provider of identities that lies, and people who bring what is not theirs: forged, expired, replayed and foreign
answers. Each gets a clear refusal and a line in the log, and changes nothing. The provider here signs with the openssl
program and says whatever a point wants it to say; signing in at a real one is web/test/e2e/provider.test.mjs.
Usage: bad_provider.py HOLDFAST [POINT…]"""
import base64
import hashlib
import hmac
import http.server
import json
import socket
import ssl
import sys
import threading
import time
import urllib.parse

from bad_identity import GOOD, Browser, add, b64, log_of, openssl, wanted
from kit import Server, main, must

SECRET = "kept between two: % and é"


class Keys:
    """An RSA and an EC key of a provider, under names of their own."""

    def __init__(self, folder, name):
        self.name, self.rsa, self.ec = name, folder / f"{name}-rsa.pem", folder / f"{name}-ec.pem"
        openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", self.rsa)
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", self.ec)

    def published(self):
        modulus = bytes.fromhex(openssl("rsa", "-in", self.rsa, "-noout", "-modulus").decode().partition("=")[2].strip())
        point = openssl("pkey", "-in", self.ec, "-pubout", "-outform", "DER")[-64:]
        return [{"kty": "RSA", "kid": f"{self.name}-rsa", "use": "sig", "alg": "RS256", "n": b64(modulus), "e": "AQAB"},
                {"kty": "EC", "kid": f"{self.name}-ec", "use": "sig", "crv": "P-256", "x": b64(point[:32]), "y": b64(point[32:])}]

    def token(self, claims, alg="RS256", kid=None, header=None):
        head = {"alg": alg, "kid": kid or f"{self.name}-{'ec' if alg == 'ES256' else 'rsa'}", **(header or {})}
        signed = f"{b64(json.dumps(head).encode())}.{b64(json.dumps(claims).encode())}"
        if alg == "none":
            return signed + "."
        if alg == "HS256":  # with what everybody can know: the public key
            public = openssl("pkey", "-in", self.rsa, "-pubout")
            return f"{signed}.{b64(hmac.new(public, signed.encode(), hashlib.sha256).digest())}"
        signature = openssl("dgst", "-sha256", "-sign", self.ec if alg == "ES256" else self.rsa, given=signed.encode())
        if alg == "ES256":
            signature = pair(signature)
        return f"{signed}.{b64(signature)}"


def pair(der):
    """The two numbers of an ECDSA signature, 32 bytes each."""
    length = der[3]
    first, second = der[4:4 + length], der[6 + length:]
    return b"".join(number.lstrip(b"\0").rjust(32, b"\0") for number in (first, second))


class Provider:
    """Answers on loopback. What it says of itself and in tokens can be bent: claims, token, description."""

    def __init__(self, folder, tls=None):
        self.keys = Keys(folder, "first")
        self.published = self.keys.published()
        self.claims, self.make, self.bend, self.fault, self.asked = {}, None, {}, None, []
        self.silence = threading.Event()
        provider = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.answer(provider.get(self.path))

            def do_POST(self):
                form = dict(urllib.parse.parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
                self.answer(provider.token(form, self.headers))

            def answer(self, found):
                status, body, headers = found
                data = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                try:
                    self.wfile.write(data)
                except (BrokenPipeError, ConnectionResetError):
                    pass

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_address[1]}/realms/state"
        self.server.handle_error = lambda *_: self.note(sys.exc_info()[1])
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
            self.issuer = self.issuer.replace("http://127.0.0.1", "https://localhost")
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @staticmethod
    def note(fault):
        if not isinstance(fault, ConnectionError):  # who hangs up is no fault of the test
            print(f"# provider: {fault!r}", file=sys.stderr)

    def get(self, path):
        self.asked.append(path)
        if self.fault:
            return self.fault
        if path.endswith("/.well-known/openid-configuration"):
            return 200, {"issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/auth", "token_endpoint": f"{self.issuer}/token",
                         "jwks_uri": f"{self.issuer}/keys", **self.bend}, {}
        return 200, {"keys": self.published}, {}

    def token(self, form, headers):
        """What it gives for a code, once it has looked at who asks and whether PKCE holds."""
        self.asked.append("token")
        if self.bend.get("token_endpoint", "").endswith("/silent"):
            self.silence.wait()
        if self.fault:
            return self.fault
        name, _, password = base64.b64decode(headers["Authorization"].partition(" ")[2]).decode().partition(":")
        challenge = b64(hashlib.sha256(form["code_verifier"].encode()).digest())
        if (urllib.parse.unquote(name), urllib.parse.unquote(password)) != ("holdfast", SECRET) or form["redirect_uri"] != self.question["redirect_uri"]:
            return 401, {"error": "invalid_client"}, {}
        if form["grant_type"] != "authorization_code" or form["code"] != "good code" or challenge != self.question["code_challenge"]:
            return 400, {"error": "invalid_grant"}, {}
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": "holdfast", "sub": "s-1", "iat": now, "exp": now + 300, "nonce": self.question["nonce"], **self.claims}
        claims = {key: value for key, value in claims.items() if value is not None}
        return 200, {"access_token": "unused", "token_type": "Bearer", "id_token": (self.make or self.keys.token)(claims)}, {}

    def meet(self, address):
        """Somebody comes with this address and signs in here."""
        place, _, query = address.partition("?")
        assert place == f"{self.issuer}/auth", address
        self.question = dict(urllib.parse.parse_qsl(query))
        assert self.question["response_type"] == "code" and self.question["code_challenge_method"] == "S256", self.question
        return {"state": self.question["state"], "code": "good code"}

    def close(self):
        self.silence.set()
        self.server.shutdown()
        self.server.server_close()


def set_up(place, provider, **more):
    must(place.run("init"), 0)
    for name, value in {"identity.origin": "https://holdfast.example", "oidc.issuer": provider.issuer, "oidc.client_id": "holdfast",
                        **more}.items():
        must(place.run("settings", name, value), 0)
    must(place.run("settings", "oidc.client_secret", "-", given=SECRET.encode() + b"\n"), 0)


def begin(browser, provider):
    return provider.meet(wanted(browser.ask("POST", "/session/provider/begin"), 200)["address"])


def come_in(browser, provider, status=200, code=None, **more):
    return wanted(browser.ask("POST", "/session/provider", {**begin(browser, provider), **more}), status, code)


def whatever_is_wrong_with_a_token_is_refused(place):
    provider = Provider(place.folder)
    (place.folder / "thief").mkdir()
    thief = Keys(place.folder / "thief", "first")  # the same names, other keys
    set_up(place, provider, **{"oidc.accounts": "make"})
    with Server(place) as server:
        door = Browser(server)
        before = place.content()
        now = int(time.time())
        for claims, code in (({"aud": "another"}, "oidc.audience"), ({"aud": ["another"]}, "oidc.audience"), ({"aud": None}, "oidc.audience"),
                             ({"aud": ["holdfast", "another"]}, "oidc.audience"), ({"azp": "another"}, "oidc.audience"),
                             ({"iss": "https://evil.example"}, "oidc.issuer"), ({"iss": provider.issuer + "/"}, "oidc.issuer"),
                             ({"nonce": "another"}, "oidc.nonce"), ({"nonce": None}, "oidc.nonce"),
                             ({"exp": now - 61}, "oidc.expired"), ({"exp": None}, "oidc.expired"), ({"exp": "never"}, "oidc.expired"),
                             ({"iat": now - 3600}, "oidc.expired"), ({"iat": now + 300}, "oidc.expired"), ({"nbf": now + 300}, "oidc.expired"),
                             ({"sub": None}, "oidc.token"), ({"sub": ""}, "oidc.token"), ({"sub": "s" * 256}, "oidc.token")):
            provider.claims = claims
            come_in(door, provider, 401, code)
        provider.claims = {}
        for make, code in ((thief.token, "oidc.signature"),
                           (lambda c: provider.keys.token(c, alg="none"), "oidc.token"),
                           (lambda c: provider.keys.token(c, alg="HS256"), "oidc.token"),
                           (lambda c: provider.keys.token(c, alg="RS256", kid="first-ec"), "oidc.key"),
                           (lambda c: provider.keys.token(c, alg="ES256", kid="first-rsa"), "oidc.key"),
                           (lambda c: provider.keys.token(c, kid="nobody's"), "oidc.key"),
                           (lambda c: provider.keys.token(c, header={"crit": ["x"], "x": 1}), "oidc.token"),
                           (lambda c: provider.keys.token(c)[:-4] + "AAAA", "oidc.signature"),
                           (lambda c: "a.b", "oidc.token"), (lambda c: "", "oidc.token"), (lambda c: "x" * 70000, "oidc.token")):
            provider.make = make
            come_in(door, provider, 401, code)
        provider.make = None
        assert place.content() == before
        lines = log_of(server, "session.refused")
        assert len(lines) == 29 and {line["detail"]["why"] for line in lines} == {
            "oidc.audience", "oidc.issuer", "oidc.nonce", "oidc.expired", "oidc.token", "oidc.signature", "oidc.key"}, lines
    provider.close()


def an_answer_counts_in_the_browser_that_asked_and_once(place):
    provider = Provider(place.folder)
    set_up(place, provider, **{"oidc.accounts": "make", "oidc.label": "State ID"})
    provider.claims = {"preferred_username": "mara"}
    with Server(place) as server:
        mara, other, third = Browser(server), Browser(server), Browser(server)
        assert mara.ask("GET", "/session")[1]["instance"]["provider"] == "State ID"
        before = place.content()
        back = begin(mara, provider)
        wanted(other.ask("POST", "/session/provider", back), 401, "oidc.state")  # whose link somebody was led to
        theirs = begin(other, provider)
        wanted(mara.ask("POST", "/session/provider", theirs), 401, "oidc.state")  # states mixed up
        wanted(mara.ask("POST", "/session/provider", {**back, "state": ""}), 401, "oidc.state")
        wanted(mara.ask("POST", "/session/provider", {**back, "state": "l" + back["state"][1:]}), 401, "oidc.state")
        wanted(other.ask("POST", "/session/provider", {**theirs, "issuer": "https://evil.example"}), 401, "oidc.issuer")
        wanted(other.ask("POST", "/session/provider", {**theirs, "code": "another"}), 401, "oidc.code")
        wanted(other.ask("POST", "/session/provider", {"state": theirs["state"], "error": "access_denied"}), 401, "oidc.denied")
        wanted(third.ask("POST", "/session/provider", theirs), 401, "oidc.state")  # without its cookie
        # The code of one question for another: PKCE does not hold.
        wanted(mara.ask("POST", "/session/provider", back), 401, "oidc.code")
        assert place.content() == before
        cookie = dict(other.jar)
        answer = wanted(other.ask("POST", "/session/provider", {**theirs, "issuer": provider.issuer}), 200)
        assert answer["actor"]["name"] == "mara" and answer["actor"]["role"] is None, answer
        assert not other.jar["hf_provider"], other.jar
        third.jar = cookie  # replayed, with all that the browser had
        before = place.content()
        wanted(third.ask("POST", "/session/provider", theirs), 401, "oidc.state")
        assert place.content() == before
        told = json.dumps([server.ask("GET", "/api/v1/log?limit=200")[1], server.ask("GET", "/api/v1/settings")[1]])
        assert SECRET not in told and json.dumps(SECRET)[1:-1] not in told and "good code" not in told
    assert SECRET not in must(place.run("--json", "settings"), 0).stdout
    provider.close()


def an_account_is_its_subjects_and_no_names(place):
    provider = Provider(place.folder)
    add(place, "mara")
    add(place, "nina")
    set_up(place, provider)
    with Server(place) as server:
        mara, nina, door = Browser(server), Browser(server), Browser(server)
        mara.sign_in("mara", GOOD)
        nina.sign_in("nina", GOOD)
        provider.claims = {"preferred_username": "mara", "email": "mara@example.org", "email_verified": True}
        before = place.content()
        come_in(door, provider, 401, "oidc.no_account")
        must(place.run("settings", "oidc.accounts", "make"), 0)
        before = place.content()
        come_in(door, provider, 401, "oidc.name_taken")
        assert place.content() == before

        def link(who, name, status, code=None, password=GOOD):
            start = who.ask("POST", f"/users/{name}/links/begin", {"password": password})
            return wanted(start, status, code) if start[0] != 200 else wanted(
                who.ask("POST", f"/users/{name}/links", provider.meet(start[1]["address"])), status, code)
        link(mara, "mara", 403, "account.wrong_current", password="not it")
        link(nina, "mara", 403)
        start = wanted(mara.ask("POST", "/users/mara/links/begin", {"password": GOOD}), 200)
        back = provider.meet(start["address"])
        wanted(nina.ask("POST", "/users/nina/links", back), 400, "oidc.state")  # whose link somebody was led to
        nina.jar["hf_provider"] = mara.jar["hf_provider"]
        wanted(nina.ask("POST", "/users/nina/links", back), 400, "oidc.state")  # with her cookie too
        wanted(mara.ask("POST", "/session/provider", back), 401, "oidc.state")  # a question to link signs nobody in
        assert place.content() == before
        wanted(mara.ask("POST", "/users/mara/links", back), 204)
        link(nina, "nina", 409, "oidc.linked")
        item, = wanted(mara.ask("GET", "/users/mara/links"), 200)["items"]
        assert item["subject"] == "s-1" and item["provider"] == provider.issuer, item
        wanted(nina.ask("GET", "/users/mara/links"), 403)
        provider.claims = {"preferred_username": "nina"}  # a name that is another's here
        assert come_in(door, provider)["actor"]["name"] == "mara"
        wanted(server.ask("PATCH", "/api/v1/users/mara", '{"is_disabled": true}', If_Match="*", kind="application/merge-patch+json"), 200)
        come_in(door, provider, 401, "oidc.no_account")
        wanted(nina.ask("POST", f"/users/mara/links/{item['id']}/remove", {"password": GOOD}), 403)
        wanted(server.ask("POST", f"/api/v1/users/mara/links/{item['id']}/remove", "{}"), 400, "account.identified")
        wanted(server.ask("POST", f"/api/v1/users/mara/links/{item['id']}/remove", json.dumps({"identified": "seen"})), 204)
        provider.claims = {"preferred_username": "mara"}
        come_in(door, provider, 401, "oidc.name_taken")
        provider.claims = {"sub": "s-2"}  # without a name: by its subject
        assert come_in(door, provider)["actor"]["name"] == "s-2"
    provider.close()


def groups_give_and_take_back_grants(place):
    provider = Provider(place.folder)
    add(place, "mara", "observer")
    rules = "ops = analyst sector EN\n/heads/all = administrator\nx=y = observer\nops=responder"
    set_up(place, provider, **{"oidc.accounts": "make", "oidc.groups": rules, "oidc.groups_claim": "realm.roles"})
    with Server(place) as server:
        door = Browser(server)

        def grants():
            return sorted(item["key"] for item in server.ask("GET", "/api/v1/grants?user=nora")[1]["items"])
        provider.claims = {"preferred_username": "nora", "realm": {"roles": ["ops", "unknown"]}}
        answer = come_in(door, provider)
        assert grants() == ["nora/analyst/sector/EN", "nora/responder/nation"], grants()
        assert "users" not in answer["can"], answer
        must(place.run("user", "grant", "nora", "--role", "auditor"), 0)  # by a person: stays
        provider.claims = {"preferred_username": "nora", "realm": {"roles": ["/heads/all", "x=y"]}}
        answer = come_in(door, provider)
        assert grants() == ["nora/administrator/nation", "nora/auditor/nation", "nora/observer/nation"], grants()
        assert "users" in answer["can"], answer
        provider.claims = {"preferred_username": "nora"}  # thrown out of all groups
        answer = come_in(door, provider)
        assert grants() == ["nora/auditor/nation"] and "users" not in answer["can"], (grants(), answer)
        lines = [line for line in log_of(server, "grant.removed") if line["source"] == "oidc"]
        assert len(lines) == 4 and all(line["actor"] == "provider" for line in lines), lines
        for bad in ("ops", "= analyst", "ops = emperor", "ops = analyst planet X", "ops = auditor sector EN", "ops = analyst sector"):
            done = place.run("settings", "oidc.groups", f"good = observer\n{bad}")
            assert done.status == 65 and "line 2" in done.stderr, done
    provider.close()


def a_provider_that_is_down_or_another_is_told(place):
    provider = Provider(place.folder)
    set_up(place, provider)
    token = None
    for bad in ("http://id.example.org", "https://id.example.org/", "id.example.org", "https://id.example.org?a=b", "https://a@id.example.org",
                "http://127.0.0.1", "ftp://id.example.org"):
        assert place.run("settings", "oidc.issuer", bad).status == 65, bad
    for bend in ({"issuer": "https://evil.example"}, {"token_endpoint": "https://evil.example/token"}, {"jwks_uri": "file:///etc/passwd"},
                 {"authorization_endpoint": "javascript:alert(1)"}, {"authorization_endpoint": None}):
        provider.bend = bend
        with Server(place, token=token) as server:
            token = server.token
            wanted(Browser(server).ask("POST", "/session/provider/begin"), 503, "oidc.unreachable")
    provider.bend = {}
    for fault in ((302, b"", {"Location": provider.issuer + "/elsewhere"}), (500, b"{}", {}), (200, b"no JSON", {}), (200, b" " * (2 << 20), {})):
        provider.fault = fault
        with Server(place, token=token) as server:
            token = server.token
            wanted(Browser(server).ask("POST", "/session/provider/begin"), 503, "oidc.unreachable")
        assert not any("elsewhere" in path for path in provider.asked), provider.asked
    # What cannot be used is not kept: a page about maintenance with status 200, or the description of another.
    provider.fault = (200, b"<html>Back at nine</html>", {})
    with Server(place, token=token) as server:
        wanted(Browser(server).ask("POST", "/session/provider/begin"), 503, "oidc.unreachable")
        provider.fault = None
        pause_over = time.monotonic() + 30
        while (answer := Browser(server).ask("POST", "/session/provider/begin"))[0] != 200:
            assert answer[1]["code"] == "oidc.unreachable" and time.monotonic() < pause_over, answer
            time.sleep(0.5)
    with Server(place, token=token) as server:
        door = Browser(server)
        back = begin(door, provider)
        provider.close()
        wanted(door.ask("POST", "/session/provider", back), 503, "oidc.unreachable")
        must(place.run("settings", "oidc.issuer", ""), 0)
        wanted(door.ask("POST", "/session/provider/begin"), 409, "oidc.off")
        assert door.ask("GET", "/session")[1]["instance"]["provider"] is None


class Silence:
    """Takes every connection and says nothing."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.issuer = f"http://127.0.0.1:{self.listener.getsockname()[1]}/realms/state"
        self.taken = []
        threading.Thread(target=self.take, daemon=True).start()

    def take(self):
        try:
            while True:
                self.taken.append(self.listener.accept()[0])
        except OSError:
            pass  # closed

    def close(self):
        self.listener.close()
        for each in self.taken:
            each.close()


def answers_meanwhile(server, knocks):
    """Others are answered while these wait; gives what these got in the end."""
    got = []
    threads = [threading.Thread(target=lambda knock=knock: got.append(knock())) for knock in knocks]
    for each in threads:
        each.start()
    begun = time.monotonic()
    for path in ("/healthz", "/api/v1/assets", "/api/v1/session"):
        wanted(server.ask("GET", path), 200)
    took = time.monotonic() - begun
    for each in threads:
        each.join()
    assert took < 3, f"others waited {took:.1f} s for the provider"
    return got


def a_silent_provider_holds_up_nobody_else(place):
    silence, provider = Silence(), Provider(place.folder)
    set_up(place, silence)
    with Server(place, words=("--threads", "4")) as server:
        got = answers_meanwhile(server, [lambda: Browser(server).ask("POST", "/session/provider/begin")] * 10)
        assert all(answer[0] == 503 and answer[1]["code"] == "oidc.unreachable" for answer in got), got
        assert len(silence.taken) == 1, "asked once, and not again at once"
        begun = time.monotonic()
        wanted(Browser(server).ask("POST", "/session/provider/begin"), 503, "oidc.unreachable")
        assert time.monotonic() - begun < 3 and len(silence.taken) == 1
    # It says where it is, and then takes no code.
    provider.bend = {"token_endpoint": provider.issuer + "/silent"}
    must(place.run("settings", "oidc.issuer", provider.issuer), 0)
    with Server(place, token=server.token, words=("--threads", "4")) as server:
        doors = [Browser(server) for _ in range(10)]
        backs = [begin(door, provider) for door in doors]
        got = answers_meanwhile(server, [lambda i=i: doors[i].ask("POST", "/session/provider", backs[i]) for i in range(10)])
        assert all(answer[0] == 503 and answer[1]["code"] == "oidc.unreachable" for answer in got), got
    silence.close()
    provider.close()


def a_provider_without_a_trusted_certificate_is_not_asked(place):
    pem, key = place.folder / "own.pem", place.folder / "own.key"
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
            "-keyout", key, "-out", pem)
    provider = Provider(place.folder, tls=(pem, key))
    set_up(place, provider)
    with Server(place) as server:
        wanted(Browser(server).ask("POST", "/session/provider/begin"), 503, "oidc.unreachable")
    assert not provider.asked, provider.asked
    provider.close()


def changed_keys_are_fetched_and_all_algorithms_taken(place):
    provider = Provider(place.folder)
    set_up(place, provider, **{"oidc.accounts": "make"})
    with Server(place) as server:
        door = Browser(server)
        come_in(door, provider)
        asked = len([path for path in provider.asked if path.endswith("/keys")])
        come_in(door, provider)
        assert len([path for path in provider.asked if path.endswith("/keys")]) == asked  # they are kept
        provider.keys = Keys(place.folder, "second")
        provider.published = provider.keys.published()
        come_in(door, provider)
        provider.make = lambda claims: provider.keys.token(claims, alg="ES256")
        come_in(door, provider)
        assert len([path for path in provider.asked if path.endswith("/keys")]) == asked + 1
    provider.close()


if __name__ == "__main__":
    sys.exit(main([whatever_is_wrong_with_a_token_is_refused, an_answer_counts_in_the_browser_that_asked_and_once,
                   an_account_is_its_subjects_and_no_names, groups_give_and_take_back_grants,
                   a_provider_that_is_down_or_another_is_told, a_silent_provider_holds_up_nobody_else, a_provider_without_a_trusted_certificate_is_not_asked,
                   changed_keys_are_fetched_and_all_algorithms_taken]))
