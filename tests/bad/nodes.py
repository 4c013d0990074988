# SPDX-License-Identifier: Apache-2.0
"""What is between machines, on one: PostgreSQL servers of our own that copy each other (TCP with TLS and passwords, a
socket without), a relay that can freeze, and HAProxy. Each lives in a folder of its own and is gone with it."""
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from pathlib import Path

from kit import PATIENCE_S, Skip, sql, within_patience

PASSWORD = "hush-" + secrets.token_hex(8)
RULES = """local all all trust
local replication all trust
hostssl certonly holdfast 127.0.0.1/32 cert
hostssl all all 127.0.0.1/32 scram-sha-256
hostssl replication all 127.0.0.1/32 scram-sha-256
"""


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def openssl(*words):
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)


class Authority:
    """Certificates in a folder: ca.pem, and for each name NAME.pem and NAME.key."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir()
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=Authority", "-days", "2",
                "-keyout", self.folder / "ca.key", "-out", self.folder / "ca.pem")

    def issue(self, name):
        key, request = self.folder / f"{name}.key", self.folder / f"{name}.csr"
        openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-keyout", key, "-out", request)
        (self.folder / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
        openssl("x509", "-req", "-in", request, "-CA", self.folder / "ca.pem", "-CAkey", self.folder / "ca.key", "-CAcreateserial",
                "-days", "2", "-extfile", self.folder / "names", "-out", self.folder / f"{name}.pem")
        key.chmod(0o600)
        return self.folder / f"{name}.pem", key


def postgres_programs():
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if not found:
        raise Skip("PostgreSQL is not installed (postgresql-15)")
    return found[-1].parent


def lives(process):
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


class Cluster:
    """A PostgreSQL server. `of`: the one whose replica it is. It syncs to the disk, as one that is relied upon does."""

    def __init__(self, authority=None, of=None, settings=()):
        self.bin, self.port = postgres_programs(), free_port()
        self.as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
        self.folder = Path(tempfile.mkdtemp(prefix="hf-node-", dir="/tmp"))
        if self.as_user:
            shutil.chown(self.folder, "postgres")
        self.process = None
        self.settings = [f"port={self.port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={self.folder}",
                         "max_connections=100", *settings]
        if of is None:
            self.run("initdb", "-D", self.data, "-U", "holdfast", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
            (self.folder / "data" / "pg_hba.conf").write_text(RULES)
            for name, source in zip(("ca.pem", "server.crt", "server.key"),
                                    (authority.folder / "ca.pem", *authority.issue("localhost"))):
                target = self.folder / name
                target.write_bytes(source.read_bytes())
                target.chmod(0o600)
                if self.as_user:
                    shutil.chown(target, "postgres")
            self.tls = ["ssl=on", *(f"ssl_{word}_file={self.folder / name}"
                                    for word, name in (("ca", "ca.pem"), ("cert", "server.crt"), ("key", "server.key")))]
        else:
            self.tls = of.tls
            self.run("pg_basebackup", "-D", self.data, "-h", of.folder, "-p", of.port, "-U", "holdfast", "-R", "-X", "stream",
                     "-c", "fast", "--no-sync")
        self.start()

    @property
    def data(self):
        return self.folder / "data"

    def run(self, name, *words):
        done = subprocess.run([*self.as_user, str(self.bin / name), *map(str, words)], cwd=self.folder, capture_output=True, text=True,
                              timeout=PATIENCE_S, check=False)
        assert done.returncode == 0, f"{name}: {done.stdout} {done.stderr}"

    def start(self):
        with open(self.folder / "server.log", "ab") as log:
            self.process = subprocess.Popen([*self.as_user, str(self.bin / "postgres"), "-D", str(self.data),
                                             *(word for s in (*self.settings, *self.tls) for word in ("-c", s))],
                                            cwd=self.folder, stdout=log, stderr=log)
        within_patience(self.answers, f"PostgreSQL does not start: {self.texts()}")

    def texts(self):
        return (self.folder / "server.log").read_text(encoding="utf-8", errors="replace")[-3000:]

    def answers(self):
        assert self.process.poll() is None, f"PostgreSQL ended: {self.texts()}"
        return subprocess.run([str(self.bin / "pg_isready"), "-q", "-h", str(self.folder), "-p", str(self.port)], check=False).returncode == 0

    def address(self, name="postgres", query="", port=None):
        """By TCP, with TLS and a password that stands in no address."""
        return f"postgresql://holdfast@localhost:{port or self.port}/{name}?sslmode=verify-full&hostaddr=127.0.0.1{query}"

    def sql(self, text, name="postgres"):
        return sql(text, f"postgresql://holdfast@/{name}?host={self.folder}&port={self.port}")

    def database(self, name):
        self.sql(f"ALTER ROLE holdfast PASSWORD '{PASSWORD}'")
        self.sql(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")

    def promote(self):
        self.run("pg_ctl", "promote", "-D", self.data, "-w", "-s")

    def kill(self):
        """As a machine that loses its power: nothing is said and nothing is written any more."""
        self.process.send_signal(signal.SIGSTOP)  # it begets no more
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="ascii").split()
        self.process.kill()
        for child in children:
            try:
                os.kill(int(child), signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait()
        # A new one begins only when none of the old holds the shared memory.
        within_patience(lambda: not any(lives(child) for child in children), "a process of PostgreSQL does not end")

    def end(self):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(timeout=PATIENCE_S)
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        self.end()


class Relay:
    """Passes connections on to a port. Frozen, it takes what comes and passes nothing, as a network that is cut does; `holds`: something has come
    since. `left`: so many bytes to the port go through, then it freezes by itself."""

    def __init__(self, port, left=None):
        self.target, self.flows, self.holds, self.left = port, threading.Event(), threading.Event(), left
        self.flows.set()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                near.close()
                continue
            for pair in ((near, far), (far, near)):
                threading.Thread(target=self.copy, args=(*pair, pair[0] is near), daemon=True).start()

    def copy(self, source, target, is_question):
        try:
            while piece := source.recv(65536):
                if self.left is not None and is_question:
                    self.left -= len(piece)
                    if self.left < 0:
                        self.freeze()
                if not self.flows.is_set():
                    self.holds.set()
                self.flows.wait()
                target.sendall(piece)
        except OSError:
            pass
        for each in (source, target):
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def freeze(self):
        self.flows.clear()

    def end(self):
        self.flows.set()
        self.listener.close()


class Proxy:
    """HAProxy with the configuration of the guide, in which the addresses are those of here."""

    def __init__(self, guide, nodes):
        if shutil.which("haproxy") is None:
            raise Skip("HAProxy is not installed (haproxy)")
        self.folder = Path(tempfile.mkdtemp(prefix="hf-proxy-", dir="/tmp"))
        self.port = free_port()
        block = re.search(r"(?m)^    # haproxy\.cfg\n((?:    .*\n|\n)+)", guide)
        assert block, "the guide has no haproxy.cfg"
        text = re.sub(r"(?m)^    ", "", block.group(1))
        text, binds = re.subn(r"(?m)^(\s+bind) .*$", rf"\1 127.0.0.1:{self.port}", text)
        servers = re.findall(r"(?m)^\s+server (\w+) (\S+)", text)
        assert binds == 1 and len(servers) == len(nodes), (binds, servers)
        for (_, there), node in zip(servers, nodes):
            text = text.replace(there, f"127.0.0.1:{node}")
        (self.folder / "haproxy.cfg").write_text(text)
        self.log = open(self.folder / "haproxy.log", "ab")
        self.process = subprocess.Popen(["haproxy", "-f", str(self.folder / "haproxy.cfg")], stdout=self.log, stderr=self.log)
        within_patience(self.listens, f"HAProxy does not start: {self.texts()}")

    def texts(self):
        return (self.folder / "haproxy.log").read_text(encoding="utf-8", errors="replace")[-3000:]

    def listens(self):
        assert self.process.poll() is None, f"HAProxy ended: {self.texts()}"
        with socket.socket() as one:
            return one.connect_ex(("127.0.0.1", self.port)) == 0

    def end(self):
        self.process.terminate()
        self.process.wait(timeout=PATIENCE_S)
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        self.end()
