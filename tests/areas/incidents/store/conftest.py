"""One store for all tests of a file that only read it."""

from pathlib import Path

import pytest

from tests.areas.incidents.store.bundles import make_store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_store(tmp_path_factory.mktemp("store") / "a.db")
