"""Write docs/fit-parity.md from the rows that the tests train: python tools/fit_parity.py"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Write the page."""
    sys.path.insert(0, str(ROOT / "tests" / "training"))
    from parity.table import page

    (ROOT / "docs" / "fit-parity.md").write_text(page())


if __name__ == "__main__":
    main()
