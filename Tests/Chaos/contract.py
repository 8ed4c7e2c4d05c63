"""Puts the contract tests' modules (server, groups, processes, slices, patience) on the path. Imported before any of them."""

import sys
from pathlib import Path

CONTRACT = Path(__file__).resolve().parents[1] / "Contract"
if str(CONTRACT) not in sys.path:
    sys.path.insert(0, str(CONTRACT))
