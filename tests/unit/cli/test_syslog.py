# SPDX-License-Identifier: Apache-2.0
"""holdfast audit export --send: syslog over TLS to a collector on loopback, with an authority made here."""
import json
import os
import re
import socket
import ssl
import subprocess
import tempfile
import threading
import unittest
from pathlib import Path

PROGRAM = os.environ["HOLDFAST"]


def openssl(*words):
    subprocess.run(["openssl", *words], check=True, capture_output=True)


def make_authority(folder, name):
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", f"/CN={name}", "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.pem",
            "-addext", "basicConstraints=critical,CA:true")


def make_certificate(folder, name, authority, subject):
    openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
            "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.csr")
    (folder / "ext").write_text(f"subjectAltName={subject}\n", encoding="utf-8")
    openssl("x509", "-req", "-in", folder / f"{name}.csr", "-CA", folder / f"{authority}.pem", "-CAkey",
            folder / f"{authority}.key", "-CAcreateserial", "-days", "2", "-extfile", folder / "ext",
            "-out", folder / f"{name}.pem")


class Collector(threading.Thread):
    """Takes one connection and keeps what came."""

    def __init__(self, folder, certificate, newest=None):
        super().__init__(daemon=True)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(folder / f"{certificate}.pem", folder / f"{certificate}.key")
        if newest:
            self.context.maximum_version = newest
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.socket.settimeout(30)
        self.port = self.socket.getsockname()[1]
        self.bytes = b""
        self.is_whole = False  # the sender said that it was the end

    def run(self):
        try:
            plain, _ = self.socket.accept()
            plain.settimeout(30)
            with self.context.wrap_socket(plain, server_side=True, suppress_ragged_eofs=False) as connection:
                while True:
                    piece = connection.recv(65536)
                    if not piece:
                        self.is_whole = True
                        return
                    self.bytes += piece
        except OSError:
            pass
        finally:
            self.socket.close()

    def messages(self):
        """The frames of RFC 5425."""
        rest, found = self.bytes, []
        while rest:
            match = re.match(rb"([1-9][0-9]*) ", rest)
            end = match.end() + int(match.group(1))
            found.append(rest[match.end():end].decode("utf-8"))
            assert len(found[-1].encode()) == int(match.group(1))
            rest = rest[end:]
        return found


class Send(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = tempfile.TemporaryDirectory()
        cls.folder = Path(cls.place.name)
        for name in ("authority", "stranger"):
            make_authority(cls.folder, name)
        make_certificate(cls.folder, "good", "authority", "IP:127.0.0.1,DNS:localhost")
        make_certificate(cls.folder, "elsewhere", "authority", "DNS:logs.example")
        make_certificate(cls.folder, "foreign", "stranger", "IP:127.0.0.1")
        cls.store = str(cls.folder / "s.db")
        cls.ask("init")
        cls.ask("user", "add", "ana", "--role", "observer")
        table = cls.folder / "assets.csv"
        table.write_text("key,name\n" + "".join(f"A{i},Dám {i}\n" for i in range(200)), encoding="utf-8")
        cls.ask("import", str(table))
        for i in range(60):
            cls.ask("edit", "asset", f"A{i}", "name=Wéir")

    @classmethod
    def tearDownClass(cls):
        cls.place.cleanup()

    @classmethod
    def ask(cls, *words):
        return subprocess.run([PROGRAM, "--db", cls.store, *words], capture_output=True, timeout=60, check=False,
                              stdin=subprocess.DEVNULL, text=True)

    def send(self, certificate, *words, newest=None, host="127.0.0.1"):
        collector = Collector(self.folder, certificate, newest)
        collector.start()
        done = self.ask("--json", "audit", "export", "--send", f"{host}:{collector.port}",
                        "--ca", str(self.folder / "authority.pem"), *words)
        collector.join(30)
        return collector, done

    def newest(self):
        return json.loads(self.ask("--json", "audit", "verify").stdout)["events"]

    def test_every_event_arrives_framed_and_whole(self):
        last = self.newest()
        collector, done = self.send("good")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(collector.is_whole)
        messages = collector.messages()
        self.assertEqual(len(messages), last)
        self.assertEqual(json.loads(done.stdout)["events"], last)
        lines = [json.loads(line) for line in self.ask("audit", "export", "--to", str(last)).stdout.splitlines()][:-1]
        for message, line in zip(messages, lines, strict=True):
            head = re.match(r"<(\d+)>1 (\S+) (\S+) holdfast - (\S+) \[event@32473 sequence=\"(\d+)\" ", message)
            self.assertEqual((head.group(2), head.group(4), int(head.group(5))),
                             (line["at"], line["action"], line["sequence"]))
            self.assertIn(f'hash="{line["hash"]}"', message)
            self.assertEqual(json.loads(message.split("\ufeff", 1)[1]), line["detail"])
        exported = self.ask("--json", "audit", "verify")
        self.assertTrue(json.loads(exported.stdout)["valid"])
        self.assertEqual(self.newest(), last + 2)  # both exports are events

    def test_sends_a_part_by_tls_1_2_to_a_name(self):
        collector, done = self.send("good", "--from", "3", "--to", "5", newest=ssl.TLSVersion.TLSv1_2,
                                    host="localhost")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len(collector.messages()), 3)

    def refused(self, certificate, **more):
        last = self.newest()
        collector, done = self.send(certificate, **more)
        self.assertEqual(done.returncode, 69, done.stderr)
        self.assertEqual(collector.bytes, b"")
        self.assertEqual(self.newest(), last)  # nothing was exported, so nothing is noted
        return json.loads(done.stdout)["error"]["code"]

    def test_sends_nothing_to_a_collector_that_is_not_trusted(self):
        self.assertEqual(self.refused("foreign"), "tls.untrusted")

    def test_sends_nothing_to_another_host_than_the_one_meant(self):
        self.assertEqual(self.refused("elsewhere"), "tls.untrusted")

    def test_sends_nothing_by_old_tls(self):
        self.assertEqual(self.refused("good", newest=ssl.TLSVersion.TLSv1_1), "tls.unreachable")

    def test_tells_that_nobody_listens(self):
        with socket.create_server(("127.0.0.1", 0)) as place:
            port = place.getsockname()[1]
        done = self.ask("audit", "export", "--send", f"127.0.0.1:{port}")
        self.assertEqual(done.returncode, 69)
        self.assertIn(str(port), done.stderr)

    def test_refuses_what_does_not_go_together(self):
        for words, status in ((("--send", "127.0.0.1:1", "-o", "x"), 64), (("--send", "127.0.0.1:1", "--as", "cef"), 64),
                              (("--send", "nonsense"), 64),
                              (("--send", "127.0.0.1:1", "--ca", self.store), 65),
                              (("--send", "127.0.0.1:1", "--ca", "missing.pem"), 66)):
            with self.subTest(words):
                self.assertEqual(self.ask("audit", "export", *words).returncode, status)


if __name__ == "__main__":
    unittest.main()
