"""Packs the tables and the bibliography into the wheel; everything else stands in pyproject.toml.

In a clone, and in an editable installation, the tables are read where they stand.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

PACKED = Path("resistance") / "_packed"
ROOT = Path(__file__).resolve().parent


class BuildWithTables(build_py):
    """Copies ``data/`` and ``references.bib`` beside the modules when a wheel is built."""

    def run(self) -> None:
        """Build the modules, then add the tables."""
        super().run()
        if self.editable_mode:
            return
        packed = Path(self.build_lib) / PACKED
        shutil.rmtree(packed, ignore_errors=True)
        for path in sorted((ROOT / "data").rglob("*")):
            if path.suffix in (".csv", ".yaml") and path.is_file():
                target = packed / path.relative_to(ROOT)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
        if (ROOT / "references.bib").is_file() and packed.is_dir():
            shutil.copyfile(ROOT / "references.bib", packed / "references.bib")


setup(cmdclass={"build_py": BuildWithTables})
