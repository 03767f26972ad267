"""Kernels forked from one process that has loaded the libraries: :class:`Forks` starts it, a provisioner asks it.

Where it cannot be had (not Linux, or a library that starts a thread when it is loaded) kernels start from nothing, as
they do for a page or two, for which loading everything would not pay.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner

PROVISIONER = "resistance-forks"
"""Name under which :class:`ForkedProvisioner` is known to jupyter_client."""

_SERVER = Path(__file__).with_name("fork_server.py")
_POLL_SECONDS = 0.05


class Forks:
    """The server of forked kernels; it ends with :meth:`close`, or with this process.

    Parameters
    ----------
    environ : environment of the server, from which a kernel has what is fixed when an interpreter starts (the hash
        seed and the path of modules); everything else comes with the request
    """

    def __init__(self, environ: dict[str, str]):
        self._lock = threading.Lock()
        self._server = subprocess.Popen(
            [sys.executable, "-Xfrozen_modules=off", str(_SERVER)],
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,  # an interrupt at the terminal is for the build, which then ends the kernels
        )

    def fork(self, **request: Any) -> int | None:
        """The process of a new kernel; None if the server could not start or has ended."""
        with self._lock:
            try:
                self._server.stdin.write(json.dumps(request) + "\n")
                self._server.stdin.flush()
                return int(self._server.stdout.readline())
            except (OSError, ValueError):
                return None

    def close(self) -> None:
        """End the server; kernels that are left end with it."""
        with self._lock:
            self._server.kill()
            self._server.wait()
            for pipe in (self._server.stdin, self._server.stdout):
                with suppress(OSError):  # a request that the server did not live to read
                    pipe.close()


class _Forked:
    """A forked kernel's process, as far as jupyter_client asks :class:`subprocess.Popen` for it.

    It is no child of this process, so that its exit status is not known: 1 stands for every end.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int):
        self.pid = pid

    def poll(self) -> int | None:
        """None while it runs."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return 1
        return None

    def wait(self) -> int:
        """Wait until it has ended."""
        while self.poll() is None:
            time.sleep(_POLL_SECONDS)
        return 1

    def send_signal(self, signum: int) -> None:
        """Send a signal to the process alone; nothing happens if it has ended."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signum)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


class ForkedProvisioner(LocalProvisioner):
    """Has the manager's ``forks`` start the kernel; without them, or if they cannot, starts it as every other."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> dict[str, Any]:
        """Start the kernel and return its connection."""
        forks: Forks | None = getattr(self.parent, "forks", None)
        if forks is not None:
            options = cmd[cmd.index("ipykernel_launcher") + 1 :]
            request = {"cwd": kwargs["cwd"], "env": kwargs["env"], "log": kwargs["stdout"].name, "argv": options}
            pid = await asyncio.to_thread(forks.fork, **request)
            if pid is not None:
                self.process, self.pid, self.pgid = _Forked(pid), pid, pid  # the kernel leads a session of its own
                return self.connection_info
        return await super().launch_kernel(cmd, **kwargs)


def register() -> None:
    """Tell jupyter_client of the provisioner, also where this package is not installed but on the path."""
    entry = EntryPoint(PROVISIONER, f"{__name__}:ForkedProvisioner", KernelProvisionerFactory.GROUP_NAME)
    KernelProvisionerFactory.instance().provisioners[PROVISIONER] = entry
