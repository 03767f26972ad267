"""Every test file of the repository is collected, whatever its folder is called."""

from __future__ import annotations

import re
import subprocess
import sys

from .test_hygiene import ROOT, tracked_files


def test_every_test_file_is_collected() -> None:
    files = {str(path.relative_to(ROOT)) for path in tracked_files() if re.fullmatch(r"test_\w+\.py", path.name)}
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "-p", "no:randomly"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    collected = set(re.findall(r"^(\S+\.py)::", done.stdout, re.MULTILINE))
    assert len(files) > 80
    assert files - collected == set(), "these hold tests that nobody runs"
