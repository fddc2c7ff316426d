"""Names are read as people read them, whatever letters they are written in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.model.name_letters import latin_letters


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("plainName_2", "plainName_2"),
        ("ｐａｓｓ", "pass"),
        ("pass\u200bword", "password"),
        ("pass\u00adword", "password"),
        ("\ufefftoken", "token"),
        ("p\u0430ssw\u043erd", "password"),
        ("t\u03bfken", "token"),
        ("contraseña", "contrasena"),
        ("hasło", "haslo"),
        ("Şifre", "Sifre"),
        ("p@$$word", "password"),
        ("$id", "$id"),
        ("a@b", "aab"),
        ("пароль", "пароль"),
        ("密码", "密码"),
        ("x" * 200 + "end", "x" * 125 + "end"),
        ("", ""),
    ],
)
def test_letters(name: str, letters: str) -> None:
    assert latin_letters(name) == letters


@given(st.text())
def test_any_name_is_read_and_ascii_stays(name: str) -> None:
    letters = latin_letters(name)
    if name.isascii() and not {"@", "$"} & set(name):
        assert letters == name[-128:]


@given(st.text(st.characters(codec="ascii", exclude_characters="@$"), max_size=60))
def test_reading_twice_changes_nothing(name: str) -> None:
    assert latin_letters(latin_letters(name)) == latin_letters(name)
