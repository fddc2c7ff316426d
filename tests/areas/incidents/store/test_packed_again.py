"""A bundle that another program unpacked and packed again opens as long as its contents are what the manifest says."""

import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from console.areas.incidents.core.bundle.members import EVENTS, MANIFEST
from console.areas.incidents.core.bundle.refusal import BundleRefused
from console.areas.incidents.store.archive_reading import Archive, BundleLimits
from console.areas.incidents.store.importing import check_bundle, import_bundle
from tests.areas.incidents.store.bundles import all_rows, members_of, whole_bundle


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return whole_bundle(tmp_path_factory.mktemp("again"))


def contents(bundle: Path) -> dict[str, bytes]:
    with Archive(bundle) as archive:
        return {MANIFEST: archive.read(MANIFEST) if MANIFEST in archive.manifest.members else manifest(bundle)} | members_of(
            bundle
        )


def manifest(bundle: Path) -> bytes:
    with zipfile.ZipFile(bundle) as archive:
        return archive.read(MANIFEST)


def packed_again(
    members: dict[str, bytes],
    out: Path,
    method: int = zipfile.ZIP_DEFLATED,
    level: int | None = None,
    *,
    stream: bool = False,
) -> Path:
    """Write members with Python's zipfile: other headers, other dates; to a stream: sizes behind the members."""
    target = Unseekable() if stream else io.BytesIO()
    with zipfile.ZipFile(target, "w", method, compresslevel=level) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    out.write_bytes(target.getvalue())
    return out


class Unseekable(io.BytesIO):
    def seekable(self) -> bool:
        return False

    def seek(self, *_: int) -> int:
        raise OSError("a stream")

    def tell(self) -> int:
        raise OSError("a stream")


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_it_opens_with_the_same_rows(bundle: Path, tmp_path: Path, method: int, stream: bool) -> None:
    backwards = dict(reversed(contents(bundle).items()))
    again = packed_again(backwards, tmp_path / "again.vcb", method, stream=stream)
    assert check_bundle(again) == check_bundle(bundle)
    import_bundle(again, tmp_path / "again.db")
    import_bundle(bundle, tmp_path / "first.db")
    assert all_rows(tmp_path / "again.db") == all_rows(tmp_path / "first.db")


@pytest.mark.skipif(shutil.which("zip") is None, reason="needs Info-ZIP")
@pytest.mark.parametrize("options", [[], ["-9"], ["-0"], ["-D"], ["-X"]])
def test_info_zip(bundle: Path, tmp_path: Path, options: list[str]) -> None:
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(tmp_path / "files")
    subprocess.run(["zip", "-q", "-r", *options, "../again.vcb", "."], cwd=tmp_path / "files", check=True)
    assert check_bundle(tmp_path / "again.vcb") == check_bundle(bundle)


@pytest.mark.parametrize("member", [EVENTS, "tables/events.ndjson", MANIFEST])
def test_a_changed_content_is_refused_with_the_member(bundle: Path, tmp_path: Path, member: str) -> None:
    members = contents(bundle)
    members[member] = (
        members[member].replace(b"1", b"2", 1) if member != MANIFEST else members[member].replace(b'"', b"'", 1)
    )
    with pytest.raises(BundleRefused) as caught:
        check_bundle(packed_again(members, tmp_path / "again.vcb"))
    assert caught.value.member == member


def without(members: dict[str, bytes]) -> None:
    del members["tables/kinds.ndjson"]


def beside(members: dict[str, bytes]) -> None:
    members["notes/more.md"] = b"hello"


def outside(members: dict[str, bytes]) -> None:
    members["../more.md"] = b"hello"


@pytest.mark.parametrize(
    ("change", "reason"),
    [(without, "it is missing"), (beside, "the manifest does not name it"), (outside, "its path leads out of the bundle")],
)
def test_the_list_of_members_is_exact_all_the_same(
    bundle: Path, tmp_path: Path, change: Callable[[dict[str, bytes]], None], reason: str
) -> None:
    members = contents(bundle)
    change(members)
    with pytest.raises(BundleRefused, match=reason):
        check_bundle(packed_again(members, tmp_path / "again.vcb"))


def test_limits_hold_all_the_same(bundle: Path, tmp_path: Path) -> None:
    again = packed_again(contents(bundle), tmp_path / "again.vcb", level=9)
    with pytest.raises(BundleRefused, match="members; 5 are allowed"):
        check_bundle(again, BundleLimits(entries=5))
    with pytest.raises(BundleRefused, match="unpacks to more than 50,000 bytes"):
        check_bundle(again, BundleLimits(content=50_000))


def test_members_that_overlap_or_say_other_than_the_directory_are_refused(bundle: Path, tmp_path: Path) -> None:
    raw = packed_again(contents(bundle), tmp_path / "again.vcb").read_bytes()
    first, second = raw.index(b"PK\x01\x02"), raw.index(b"PK\x01\x02", raw.index(b"PK\x01\x02") + 4)
    overlap = raw[: second + 42] + raw[first + 42 : first + 46] + raw[second + 46 :]
    (tmp_path / "overlap.vcb").write_bytes(overlap)
    with pytest.raises(BundleRefused, match="its own header says other than the directory"):
        check_bundle(tmp_path / "overlap.vcb")
    bent = raw[:26] + b"\xff\x00" + raw[28:]
    (tmp_path / "bent.vcb").write_bytes(bent)
    with pytest.raises(BundleRefused, match="its own header says other than the directory") as caught:
        check_bundle(tmp_path / "bent.vcb")
    assert caught.value.member == MANIFEST
    longer = raw[:28] + b"\xff\xff" + raw[30:]
    (tmp_path / "longer.vcb").write_bytes(longer)
    with pytest.raises(BundleRefused, match="its place is not behind the member before it"):
        check_bundle(tmp_path / "longer.vcb")


def test_what_is_partly_this_consoles_own_form_has_to_be_that_throughout(bundle: Path, tmp_path: Path) -> None:
    raw = bytearray(bundle.read_bytes())
    raw[raw.index(b"PK\x01\x02") + 12] ^= 1  # the time of one member
    (tmp_path / "a.vcb").write_bytes(raw)
    with pytest.raises(BundleRefused, match="not as this console writes it"):
        check_bundle(tmp_path / "a.vcb")
