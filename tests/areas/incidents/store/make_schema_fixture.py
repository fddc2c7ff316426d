"""Made `tests/fixtures/bundles/schema-1.vcb`, once; a fixture of a past schema is never made anew.

python -m tests.areas.incidents.store.make_schema_fixture OUT.vcb
"""

import sys
import tempfile
from pathlib import Path

from tests.areas.incidents.store.bundles import export, make_store

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        store = make_store(Path(folder) / "a.db", 120)
        made = export(store, Path(sys.argv[1]), title="Schema 1", notes=[("Why", "# Kept\n\nso that it opens for ever\n")])
        print(made.manifest.counts.events, made.bytes)
