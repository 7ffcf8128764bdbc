"""`python -m dlcourse` is `dlcourse`."""

from __future__ import annotations

import sys

from dlcourse.cli import main

if __name__ == "__main__":
    sys.exit(main())
