"""Files that ship with the console are found by name, and by folder."""

import pytest

from console.qt.resources import resource_file, resource_files


def test_a_file_is_found_by_name_and_a_missing_one_is_named() -> None:
    assert resource_file("styles/console.qss").is_file()
    with pytest.raises(FileNotFoundError, match=r"styles/none\.qss is missing"):
        resource_file("styles/none.qss")


def test_files_of_a_folder_are_found_by_their_ends() -> None:
    found = resource_files("styles", (".qss",))
    assert [path.name for path in found] == ["console.qss"]
    names = [path.name for path in resource_files("icons", (".svg",))]
    assert names == sorted(names)
    with pytest.raises(FileNotFoundError, match="styles is missing"):
        resource_files("styles", (".svg",))
