"""One store for all tests of a file that only read it."""

from pathlib import Path

import pytest

from tests.areas.incidents.store.bundles import make_store, whole_bundle


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_store(tmp_path_factory.mktemp("store") / "a.db")


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return whole_bundle(tmp_path_factory.mktemp("bundle"))


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "stores" / "new.db"
