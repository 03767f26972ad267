"""``python -m resistance``."""

import sys

from resistance.cli import main

sys.exit(main())
