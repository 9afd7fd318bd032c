"""A real OpenSearch cluster: nodes of the released distribution, each a process of its own.

Every run of the tests has its own: ports, folders and the cluster's name are picked anew, and only the
unpacked distribution, which nothing writes into, is shared.  OpenSearch refuses to run as root, so root's
nodes run as ``nobody``.  The nodes of a run that is killed are killed by the kernel, and the next run removes
their folder.
"""

from __future__ import annotations

import atexit
import fcntl
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock

VERSION = "2.19.1"
ARTIFACT = f"org.opensearch.distribution.integ-test-zip:opensearch:{VERSION}:zip"
SETTINGS = {
    "network.host": "127.0.0.1",
    "node.processors": "2",
    "cluster.routing.allocation.disk.threshold_enabled": "false",
    "discovery.seed_providers": "file",
}
REPOSITORY = Path.home() / ".m2" / "repository"
_ZIP = f"org/opensearch/distribution/integ-test-zip/opensearch/{VERSION}/opensearch-{VERSION}.zip"
_JVM = (
    "-Xshare:auto", "-XX:-UsePerfData", "-Xss1m",
    "-Dfile.encoding=UTF-8", "-Djava.awt.headless=true", "-Djava.security.manager=allow",
    "-Djava.locale.providers=SPI,COMPAT", "-Djna.nosys=true", "-Dio.netty.noUnsafe=true",
    "-Dio.netty.noKeySetOptimization=true", "-Dio.netty.recycler.maxCapacityPerThread=0",
    "-Dio.netty.allocator.numDirectArenas=0", "-Dlog4j.shutdownHookEnabled=false",
    "-Dlog4j2.disable.jmx=true", "-Dopensearch.networkaddress.cache.ttl=60",
    "-Dopensearch.distribution.type=zip", "-Dopensearch.bundled_jdk=false",
)  # fmt: skip
"""What ``bin/opensearch`` would pass, which itself starts five Javas before it comes to the node."""
_QUICK = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
"""A collector and a compiler that start quickly, for a node that lives for minutes; not for measuring."""
_LOGGING = """\
status = error
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = [%d{ISO8601}][%-5p][%-25c{1.}] [%node_name] %m%n
rootLogger.level = info
rootLogger.appenderRef.out.ref = out
"""
_KEPT = Path("/var/tmp")  # noqa: S108  # on a disk; whose the folder in it is, is looked at
_PREFIX = "genelight-nodes-"
_PORTS = range(12_000, 32_000)
"""Below the ports that the kernel gives to clients, so that none takes the port of a node that is down."""
_START_SECONDS = 90.0
_STOP_SECONDS = 15.0
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Missing(Exception):
    """What the nodes need is not there; the message says what to install."""


def java() -> Path:
    found = shutil.which("java")
    if found is None:
        raise Missing("Java is missing; install it: apt-get install default-jre-headless")
    return Path(found).resolve()


def archive() -> Path:
    """The distribution in the local Maven repository."""
    found = REPOSITORY / _ZIP
    if not found.exists():
        raise Missing("OpenSearch is missing; fetch it, with Maven installed: tests/require-opensearch.sh")
    return found


def distribution() -> Path:
    """The distribution unpacked, once for all runs of this user."""
    packed = archive()
    kept = _temporary(_KEPT) / f"genelight-opensearch-{VERSION}-{os.getuid()}"
    kept.mkdir(mode=0o755, exist_ok=True)
    if kept.is_symlink() or kept.stat().st_uid != os.getuid():
        raise Missing(f"{kept} belongs to someone else; remove it")
    home = kept / f"opensearch-{VERSION}"
    with FileLock(kept / "lock"):
        if not home.exists():
            with tempfile.TemporaryDirectory(dir=kept) as unpacking:
                with zipfile.ZipFile(packed) as files:
                    files.extractall(unpacking)
                shutil.rmtree(Path(unpacking) / home.name / "logs", ignore_errors=True)
                (Path(unpacking) / home.name).rename(home)
    return home


def _temporary(*first: Path) -> Path:
    """The first folder of temporary files that every user may enter, which those of root's nodes must be."""
    for folder in (*first, Path(tempfile.gettempdir()), _KEPT):
        if os.access(folder, os.W_OK) and (os.getuid() != 0 or _may_be_entered(folder.resolve())):
            return folder.resolve()
    raise Missing(f"{tempfile.gettempdir()} may not be entered by others; set TMPDIR")


def _may_be_entered(folder: Path) -> bool:
    return all(above.stat().st_mode & 0o001 for above in (folder, *folder.parents))


def _runner() -> dict[str, Any]:
    """As whom a node runs, in Popen's words."""
    if os.getuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _free_port() -> int:
    """``random`` is not asked: a test may have seeded it."""
    while True:
        port = secrets.choice(_PORTS)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


class Node:
    """One node; its ports and its data outlive its process."""

    def __init__(self, name: str, folder: Path, heap: str, settings: Mapping[str, str], quick: bool) -> None:
        self.name = name
        self.port = _free_port()
        self.transport_port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.folder = folder / name
        self._heap = heap
        self._settings = settings
        self._jvm = (*_JVM, *_QUICK) if quick else _JVM
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> str:
        path = self.folder / "out"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    @property
    def _config(self) -> Path:
        return self.folder / "config"

    def lay_out(self, peers: list[Node]) -> None:
        """Write its configuration: who belongs to the cluster, and how it logs."""
        for folder in (self._config, self.folder / "tmp"):
            folder.mkdir(parents=True)
        (self._config / "opensearch.yml").write_text("")
        (self._config / "log4j2.properties").write_text(_LOGGING)
        (self._config / "unicast_hosts.txt").write_text(
            "".join(f"127.0.0.1:{peer.transport_port}\n" for peer in peers)
        )
        if owner := _runner():
            for path in (self.folder, *self.folder.rglob("*")):
                os.chown(path, owner["user"], owner["group"])

    def start(self) -> None:
        """Begin to start it, with the data that it has; ``Running.wait`` says when it is there.

        Call it from the main thread: the kernel ends the node with the thread that started it.
        """
        assert not self.running
        home = distribution()
        settings = {
            **SETTINGS,
            "node.name": self.name,
            "http.port": str(self.port),
            "transport.port": str(self.transport_port),
            "path.data": str(self.folder / "data"),
            "path.logs": str(self.folder / "logs"),
            **self._settings,
        }
        command = [
            str(java()), f"-Xms{self._heap}", f"-Xmx{self._heap}", *self._jvm,
            f"-Djava.io.tmpdir={self.folder / 'tmp'}",
            f"-Dopensearch.path.home={home}", f"-Dopensearch.path.conf={self._config}",
            "-cp", f"{home / 'lib'}/*", "org.opensearch.bootstrap.OpenSearch",
            *(f"-E{key}={value}" for key, value in settings.items()),
        ]  # fmt: skip
        if setpriv := shutil.which("setpriv"):
            command = [setpriv, "--pdeathsig", "KILL", *command]
        with (self.folder / "out").open("ab") as out:
            self._process = subprocess.Popen(
                command,
                cwd=self.folder,
                env={"PATH": os.environ["PATH"], "HOME": str(self.folder), "LANG": "C.UTF-8"},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **_runner(),
            )

    def kill(self) -> None:
        """As kill -9 does; its data stay."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """As an administrator does; one that does not stop is killed."""
        if self._process is None or not self.running:
            return
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def pause(self) -> None:
        """It is there and says nothing, as a machine that hangs."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)


class Running:
    """The nodes of one cluster."""

    def __init__(
        self, folder: Path, count: int, heap: str, settings: Mapping[str, str], quick: bool = True
    ) -> None:
        names = [f"n{number}" for number in range(1, count + 1)]
        own = {
            "cluster.name": folder.name,
            "cluster.initial_cluster_manager_nodes": ",".join(names),
            **settings,
        }
        self.nodes = [Node(name, folder, heap, own, quick) for name in names]
        for node in self.nodes:
            node.lay_out(self.nodes)

    @property
    def urls(self) -> tuple[str, ...]:
        return tuple(node.url for node in self.nodes)

    def start(self) -> None:
        for node in self.nodes:
            node.start()
        self.wait(len(self.nodes))

    def stop(self) -> None:
        for node in self.nodes:
            node.stop()

    def wait(self, nodes: int, status: str = "green", seconds: float = _START_SECONDS) -> None:
        """Until a node says that so many are there, and how all is, one of several statuses."""
        deadline = time.monotonic() + seconds
        said: Any = None
        while True:
            up = [node for node in self.nodes if node.running]
            if len(up) < nodes:
                logs = "\n".join(node.log[-2000:] for node in self.nodes if not node.running)
                raise AssertionError(f"only {len(up)} of {nodes} nodes run; the others said:\n{logs}")
            for node in up:
                said = _health(node.url) or said
                if (
                    said
                    and said["number_of_nodes"] == nodes
                    and said["status"] in status
                    and self._settled(node)
                ):
                    return
            if time.monotonic() > deadline:
                raise AssertionError(f"no {status} cluster of {nodes} nodes, but {said}\n{up[0].log[-2000:]}")
            time.sleep(0.1)

    def _settled(self, node: Node) -> bool:
        """Whether all nodes that are there have a vote: before, the death of one may leave no majority.

        An even number of nodes has one vote less.
        """
        path = "/_cluster/state/metadata?filter_path=metadata.cluster_coordination.last_committed_config"
        try:
            state = _ask(node.url, "GET", path, timeout=3)
        except (OSError, ValueError):
            return False
        voters = state["metadata"]["cluster_coordination"]["last_committed_config"]
        count = sum(node.running for node in self.nodes)
        return len(voters) >= count - (count % 2 == 0)

    def ask(self, method: str, path: str, body: Any = None) -> Any:  # a test looks where it likes
        """What the first node that runs answers; an error is one of ``urllib.error``."""
        node = next(node for node in self.nodes if node.running)
        return _ask(node.url, method, path, body)


def _ask(url: str, method: str, path: str, body: Any = None, timeout: float = 30) -> Any:
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"} if data else {}
    request = urllib.request.Request(url + path, data, headers, method=method)  # noqa: S310  # our own URL
    with _DIRECT.open(request, timeout=timeout) as said:
        return json.loads(said.read() or b"null")


def _health(url: str) -> Any:
    try:
        return _ask(url, "GET", "/_cluster/health?local=false&cluster_manager_timeout=1s", timeout=3)
    except (OSError, ValueError):  # not there yet, or in the middle of an election
        return None


@contextmanager
def running(
    count: int = 1, heap: str = "512m", *, quick_start: bool = True, **settings: str
) -> Iterator[Running]:
    """A cluster of so many nodes, all there; stopped and removed at the end.

    A setting's dots are written as two underscores: ``thread_pool__write__size="1"``.  Nodes start
    quickly, and are slower later, unless that is not wanted.
    """
    java(), archive()  # what is missing is told before anything is made
    parent = _temporary()
    remove_left_behind(parent)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
    folder.chmod(0o755)
    with (folder / "held").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        cluster = Running(
            folder,
            count,
            heap,
            {key.replace("__", "."): value for key, value in settings.items()},
            quick_start,
        )
        atexit.register(cluster.stop)
        try:
            cluster.start()
            yield cluster
        finally:
            cluster.stop()
            atexit.unregister(cluster.stop)
            shutil.rmtree(folder, ignore_errors=True)


def remove_left_behind(parent: Path) -> None:
    """The folders of runs that were killed: nobody holds them any more."""
    for folder in parent.glob(f"{_PREFIX}*"):
        try:
            if folder.stat().st_uid != os.getuid():
                continue
            with (folder / "held").open("r") as held:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:  # held, just being made, or just removed by another run
            continue
        shutil.rmtree(folder, ignore_errors=True)
