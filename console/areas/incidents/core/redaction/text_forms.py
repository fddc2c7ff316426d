"""The forms of texts in which secrets stand, each with the words of which one must be there for it to be tried."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from console.areas.incidents.core.redaction.command_line import find_arguments, find_commands
from console.areas.incidents.core.redaction.keyfiles import find_key_files
from console.areas.incidents.core.redaction.layouts import find_layouts
from console.areas.incidents.core.redaction.markup import find_markup, find_parts
from console.areas.incidents.core.redaction.names import Names
from console.areas.incidents.core.redaction.said import Span, find_pairs, find_said
from console.areas.incidents.core.redaction.urls import PATH_HINTS, find_steps

NOUNS = (
    *("pin is", "otp is", "code is"),
    *(
        "passw",
        "passphrase",
        "passcode",
        "kennwort",
        "pwd",
        "secret",
        "token",
        "credential",
        "creds",
        "cookie",
        "authoriz",
        "authoris",
    ),
    *("apikey", "api key", "api_key", "api-key", "accesskey", "access key", "access_key", "access-key", "privatekey"),
    *(
        "private key",
        "private_key",
        "signingkey",
        "signing key",
        "session key",
        "license key",
        "licensekey",
        "senha",
        "contrase",
    ),
)
"""Words of names; a form that is tried for these finds no other ones, but in YAML those behind a colon."""

_TOOLS = ("curl", "wget", "sshpass", "mysql", "mariadb", "redis-cli", "ldap", "mongo", "sqlplus", "sqlldr", "expdp", "impdp",
          "jdbc:oracle")  # fmt: skip


class Form(NamedTuple):
    """`name` is the rule in the report; one of the `hints`, in lower case, stands in every text of the form."""

    name: str
    hints: tuple[str, ...]
    find: Callable[[str, Names], Iterator[Span]]


FORMS = (
    Form("said", NOUNS, find_said),
    Form("pair", NOUNS, find_pairs),
    Form("layout", (*NOUNS, "kind: secret"), find_layouts),
    Form("argument", (*NOUNS, *_TOOLS, "login", "-passin", "-passout", "-pass "), find_arguments),
    Form("command", ("auth ", "334 ", "pass ", "login ", "requirepass", "masterauth"), find_commands),
    Form("markup", ("</", "<\\/", "<input", "<add ", "<meta", "<key>", "<param", "<property", "<setting"), find_markup),
    Form("part", ("content-disposition",), find_parts),
    Form("key-file", ("private key", "private-lines"), find_key_files),
    Form("step", PATH_HINTS, find_steps),
)  # fmt: skip
