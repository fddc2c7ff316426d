import stat
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail
from keyring.errors import PasswordDeleteError

from console.areas.sources.tokens import TokenError, forget_token, load_token, save_token, variable_of


class MemoryKeyring(KeyringBackend):
    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError(username)


@pytest.fixture(params=["keyring", "none"])
def has_keyring(request: pytest.FixtureRequest) -> Iterator[bool]:
    before = keyring.get_keyring()
    keyring.set_keyring(MemoryKeyring() if request.param == "keyring" else fail.Keyring())
    yield request.param == "keyring"
    keyring.set_keyring(before)


def test_a_token_is_kept_read_and_forgotten(has_keyring: bool, tmp_path: Path) -> None:
    place = save_token("local", "server", "hush-1", folder=tmp_path)
    file = tmp_path / "tokens.json"
    assert file.exists() is not has_keyring
    assert "keyring" in place
    assert "hush" not in place
    token = load_token("local", "server", folder=tmp_path, environment={})
    assert token is not None
    assert token.value == "hush-1"
    assert "hush" not in repr(token)
    assert token.place == ("the system's keyring" if has_keyring else f"the file {file}")
    assert load_token("staging", "server", folder=tmp_path, environment={}) is None
    forget_token("local", "server", folder=tmp_path)
    forget_token("local", "server", folder=tmp_path)
    assert load_token("local", "server", folder=tmp_path, environment={}) is None


def test_the_environment_comes_first(has_keyring: bool, tmp_path: Path) -> None:
    save_token("local", "api-1", "kept", folder=tmp_path)
    token = load_token("local", "api-1", folder=tmp_path, environment={"VIVIM_TOKEN_API_1": "given"})
    assert token is not None
    assert (token.value, token.place) == ("given", "environment variable VIVIM_TOKEN_API_1")
    assert variable_of("é x!") == "VIVIM_TOKEN_X"


def test_the_file_belongs_to_its_owner_alone(tmp_path: Path) -> None:
    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())
    try:
        save_token("local", "a", "hush", folder=tmp_path)
        save_token("local", "b", "hush", folder=tmp_path)
        file = tmp_path / "tokens.json"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert [path.name for path in tmp_path.iterdir()] == ["tokens.json"]
        file.write_text('{"a": "hush", broken')
        with pytest.raises(TokenError, match="cannot be read") as raised:
            load_token("local", "a", folder=tmp_path, environment={})
        assert "hush" not in str(raised.value)
        blocked = tmp_path / "tokens.json" / "below"
        with pytest.raises(TokenError, match="cannot be"):
            save_token("local", "a", "hush", folder=blocked)
    finally:
        keyring.set_keyring(before)
