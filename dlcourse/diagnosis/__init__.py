"""What went wrong in a training, read from what it recorded."""

from __future__ import annotations

from dlcourse.diagnosis.examination import diagnose
from dlcourse.diagnosis.findings import Finding, Findings

__all__ = ["Finding", "Findings", "diagnose"]
