"""The probe sees a main loop that stalls."""

import time
from typing import Any

from console.qt.lateness import Lateness


def test_a_stall_is_measured_and_reported(qapp: Any, qtbot: Any) -> None:
    probe = Lateness()
    assert "not measured" in probe.report()
    probe.start()
    qtbot.waitUntil(lambda: len(probe.samples_ms) >= 3)
    until = time.perf_counter() + 0.12
    while time.perf_counter() < until:
        pass
    count = len(probe.samples_ms)
    qtbot.waitUntil(lambda: len(probe.samples_ms) > count)
    probe.stop()
    assert max(probe.samples_ms) >= 100
    assert probe.percentile(1.0) == max(probe.samples_ms)
    assert "worst" in probe.report()
