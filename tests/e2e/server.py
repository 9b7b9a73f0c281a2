"""A real `rapport serve` with a home of its own, and the post that leaves it."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from email import message_from_string
from pathlib import Path

RAPPORT = Path(sys.executable).with_name("rapport")
LINK = re.compile(r"http://\S+/[cp]/\S+")


@dataclass
class Server:
    """One installation; can be killed and started again."""

    home: Path
    port: int
    environ: dict[str, str]
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def command(self, *words: str, typed: str = "") -> str:
        """Run the command line of this installation; what it prints."""
        done = subprocess.run(
            [RAPPORT, *words],
            env=self.environ,
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def python(self, code: str) -> None:
        """Reach behind the pages, for what only time could do."""
        environ = {**self.environ, "DJANGO_SETTINGS_MODULE": "rapport.config.settings"}
        begun = f"import django; django.setup()\n{code}"
        done = subprocess.run(
            [sys.executable, "-c", begun], env=environ, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr

    def start(self) -> None:
        self.process = subprocess.Popen(
            [RAPPORT, "serve"], env=self.environ, stderr=subprocess.DEVNULL
        )
        wait_until(self._answers, "the server did not answer", seconds=60)

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=20)

    def link_for(self, address: str) -> str:
        """The newest link in the post for an address, once one has come."""
        wait_until(lambda: self.links_for(address) != [], f"no link came for {address}", seconds=20)
        return self.links_for(address)[-1]

    def links_for(self, address: str) -> list[str]:
        """Every link that was mailed to an address, in order."""
        return [link for letter in self.letters_for(address) for link in LINK.findall(letter)]

    def letters_for(self, address: str) -> list[str]:
        """What was mailed to an address, in order, subjects included."""
        files = sorted((self.home / "mail").glob("*"), key=lambda file: file.stat().st_mtime_ns)
        letters = [message_from_string(file.read_text(encoding="utf-8")) for file in files]
        return [
            f"{letter['Subject']}\n{letter.get_payload()}"
            for letter in letters
            if letter["To"] == address
        ]

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, "the server ended while starting"
        try:
            with urllib.request.urlopen(f"{self.url}/account/login/", timeout=2):
                return True
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False


def wait_until(true: object, otherwise: str, *, seconds: float) -> None:
    """Look again and again until something is so."""
    assert callable(true)
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"{otherwise} within {seconds:.0f} s"
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
