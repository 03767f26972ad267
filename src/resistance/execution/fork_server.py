"""Run as a program: loads the libraries that pages use once, and forks a kernel for every line that it reads.

A kernel that starts from nothing spends a second on loading the same libraries as every other. Standard library only
at the top, and nothing of ``resistance``: what a page loads of it is recorded as what the page depends on.

A line is a JSON object with ``cwd``, ``env``, ``log`` (file for standard output and error) and ``argv`` (options of the
kernel); the answer is the number of the kernel's process. The end of the input ends the program; kernels then see that
their parent has gone, and end as well.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import sys
import time

# What most pages load, by the pages' own imports; one that is not installed is no fault here.
LIBRARIES = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "numpy",
    "pandas",
    "altair",
    "scipy.integrate",
    "scipy.optimize",
    "scipy.special",
    "scipy.stats",
    "yaml",
    "vl_convert",
)


def serve() -> None:
    """Load the libraries, then fork on request until the input ends."""
    # A script's folder comes first on the path, where a kernel has its own.
    del sys.path[0]
    for name in LIBRARIES:
        try:
            importlib.import_module(name)
        except ImportError:
            continue
    if len(os.listdir("/proc/self/task")) > 1:
        print("a library has started a thread", file=sys.stderr)
        sys.exit(1)  # what a fork would copy halfway; kernels are then started from nothing
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # so that the system forgets a kernel when it ends
    gc.freeze()
    requests, answers = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    for line in requests:
        process = os.fork()
        if process == 0:
            requests.close()
            answers.close()
            _become_kernel(json.loads(line))
        print(process, file=answers, flush=True)


def _become_kernel(request: dict) -> None:
    """In the child: everything as if this process had been started for the kernel, then the kernel."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    time.tzset()
    nothing = os.open(os.devnull, os.O_RDONLY)
    log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for opened, standard in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(opened, standard)
    os.close(nothing)
    os.close(log)
    # By the number the kernel sees that the server, its parent, has gone; the variable was read with the library.
    sys.argv = ["ipykernel_launcher", *request["argv"], f"--IPKernelApp.parent_handle={os.getppid()}"]
    from ipykernel import kernelapp

    try:
        kernelapp.launch_new_instance()
    finally:
        os._exit(1)  # a kernel that ends by itself never comes here; one that could not start must not read requests


if __name__ == "__main__":
    serve()
