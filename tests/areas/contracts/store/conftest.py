from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.areas.contracts.store.contract_store import ContractStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ContractStore]:
    found = ContractStore(tmp_path / "store.db")
    yield found
    found.close()
