"""What every test run begins and ends with: fresh catalogues, no settings of one's own, and no unnamed skip."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

import hatch_build
from tests.skips import ALLOWED, allowed_skips, not_allowed

pytest_plugins = ("tests.backend",)

KEPT = ("MSA_OFFICIAL_DATA", "MSA_SOAK", "MSA_PICTURES")

settings.register_profile("default", deadline=None)  # the time of one example says nothing on a busy machine
settings.register_profile("soak", deadline=None, max_examples=5_000)
settings.load_profile("default")


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return  # a worker of xdist inherits what its controller has done
    hatch_build.compile_catalogues()
    for name in [name for name in os.environ if name.startswith("MSA_") and name not in KEPT]:
        del os.environ[name]
    # Whoever runs the tests may have settings of their own, which must not change what is tested.
    empty = Path(tempfile.mkdtemp(prefix="msa-tests-")) / "config.toml"
    empty.write_text("tour = false\n", encoding="utf-8")
    os.environ["MSA_CONFIG"] = str(empty)
    config.add_cleanup(empty.parent.rmdir)
    config.add_cleanup(empty.unlink)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the further ones of a kind to `make soak`: they are not collected, so that nothing counts as skipped."""
    if os.environ.get("MSA_SOAK"):
        return
    further = [item for item in items if item.get_closest_marker("soak_only")]
    if further:
        config.hook.pytest_deselected(items=further)
        items[:] = [item for item in items if item not in further]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(session.config, "workerinput") or not os.environ.get("CI"):
        return
    skipped = [report.nodeid for report in reporter.stats.get("skipped", [])]
    unnamed = not_allowed(skipped, allowed_skips(ALLOWED.read_text(encoding="utf-8")))
    if unnamed:
        reporter.section("skipped without leave")
        for node in unnamed:
            reporter.line(f"{node}: not named in {ALLOWED.name}")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
