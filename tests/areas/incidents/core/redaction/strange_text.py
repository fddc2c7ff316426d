"""Secrets in texts where few look for them: in words, markup, command lines, tables, SQL, addresses, and encoded.

Collected by someone who had not seen the rules. Each case says what the rules do with it: mask it, or leave it for a reason.
"""

import base64
import gzip
import json
import random
import string
import zlib
from collections.abc import Callable, Iterator
from urllib.parse import quote, quote_plus

from tests.areas.incidents.core.redaction.strange_json import ALNUM, Case

SIGN = "§"
"""Stands for the secret in a text below."""

WORDS = (
    *(
        "the password is §",
        "password -> §",
        "password → §",
        "password => §",
        "password\t\t§",
        "password   =   §",
        "password:\n§",
    ),
    *(
        "password：§",
        "password＝§",
        "password:\u00a0§",
        "pass\u200bword=§",
        "pass\u00adword: §",
        "ｐａｓｓｗｏｒｄ=§",
        "using token §",
    ),
    *(
        "api key §",
        "Api-Key is '§'",
        ':password=>"§"',
        '{"password"=>"§"}',
        "{User:bob Password:§ Host:h}",
        "Config(password='§')",
    ),
    *(
        'Some(Secret("§"))',
        'Config { password: Some("§") }',
        "{b'password': b'§'}",
        "[('password', '§')]",
        '("password", "§")',
    ),
    *(
        "[(b'authorization', b'§')]",
        "Array\n(\n    [password] => §\n)",
        'a:1:{s:8:"password";s:24:"§";}',
        '{"password" "§"}',
    ),
    *(
        '{"password";"§"}',
        '{"password" = "§"}',
        '{"user":"a","password":"§',
        "{'user':'a','password':'§'}",
        "{user:'a',password:'§'}",
    ),
    *(
        'body={"password":"§"}',
        'body={"passwords":["aaa","§"]}',
        'sent "{\\"password\\":\\"§\\"}" ok',
        '{"a":1}\n{"password":"§"}\n',
    ),
    *("-password: old\n+password: §\n", '\\u0070assword: \\"§\\"', "\\x70\\x61\\x73\\x73word=§", "pass=77ord=3D§"),
    *(
        "password=(§)",
        "Password for bob: §",
        "password – §",
        "set password to §",
        "password was changed to §",
        'setPassword("§")',
    ),
    *("password: !!str §", "password: &anchor §", "password | §", "the otp is §", "token(§)"),
)
SCHEMES = (
    *(
        "Authorization: Token §",
        "ApiKey §",
        'Digest realm="r", username="bob", response="§"',
        'Hawk id="x", ts="1", mac="§"',
    ),
    *('OAuth oauth_consumer_key="x", oauth_signature="§"', "Authorization: Custom\r\n §\r\n", "Set-Cookie2: sess=§; Path=/"),
    *(
        "> authorization: AWS4-HMAC-SHA256 Credential=x, Signature=§",
        "GET / HTTP/1.1\r\nHost: h\r\nCookie: a=§; b=2\r\n\r\n",
    ),
    *("PRIVATE-TOKEN: §", 'document.cookie = "sess=§; path=/"', "sent cookie sid=§ to h"),
)
MARKUP = (
    *('<input type="password" name="password" value="§">', "<login><user>a</user><password>§</password></login>"),
    *(
        '<add key="DbPassword" value="§" />',
        '<wsse:Password Type="t">§</wsse:Password>',
        "<password><![CDATA[§]]></password>",
    ),
    *("<key>password</key><string>§</string>", '<conn user="a" password="§"/>', "<password>\n  §\n</password>"),
    *(
        '<div data-state="{&quot;password&quot;:&quot;§&quot;}">',
        "{&#34;password&#34;:&#34;§&#34;}",
        "{&#x22;token&#x22;:&#x22;§&#x22;}",
    ),
    "&lt;input type=&quot;password&quot; name=&quot;password&quot; value=&quot;§&quot;&gt;",
    (
        '--b0\r\nContent-Disposition: form-data; name="password"\r\n\r\n§\r\n'
        '--b0\r\nContent-Disposition: form-data; name="title"\r\n\r\nx'
    ),
    *("<tr><td>password</td><td>§</td></tr>", "<name>DB_PASSWORD</name>\n<value>§</value>", "<dt>API key:</dt><dd>§</dd>"),
    *('<textarea name="token">§</textarea>', '<meta name="csrf-token" content="§">'),
)
LAYOUTS = (
    *("db:\n  user: x\n  password: §\n  host: h\n", "password: |\n  §\nhost: h\n", "token: >-\n  §\nhost: h\n"),
    *(
        "passwords:\n  - §\n  - zzz\n",
        "passwords:\n- §\n- zzz\nhost: h\n",
        "'password': '§'\n",
        "env:\n- name: DB_PASSWORD\n  value: §\n",
    ),
    *(
        "kind: Secret\nstringData:\n  db: §\n",
        "credentials:\n  db: §\n  other: 7\n",
        "[db]\npassword = §\n",
        "db.password=§\n",
    ),
    *(
        "user,password\nbob,§\n",
        "id;token\n7;§\n",
        "| user | password |\n|------|------|\n| bob | § |",
        "user\tpassword\nbob\t§\n",
    ),
    *("COPY u (name, password) FROM stdin;\nbob\t§\n\\.", '"user","password"\n"bob","§"\n'),
)
COMMANDS = (
    *(
        "mysqldump --password=§ db",
        "tool --password § db",
        "tool --api-key '§' db",
        "mysql -u root -p§ db",
        "sshpass -p § ssh h",
    ),
    *(
        "curl -u bob:§ https://h/",
        "curl https://h/ --user 'bob:§'",
        "curl -H 'X-Api-Key: §' https://h/",
        "redis-cli -h r -a § ping",
    ),
    *("machine h login bob password §", "//registry.npmjs.org/:_authToken=§", "//r/:_auth=§", "//r/:_password=§"),
    *("db.host:5432:app:bob:§", "localhost:5432:*:postgres:§\n", "root:$6$ab12$§:19000:0:99999:7:::", "bob:$apr1$§$§"),
    *(
        "sqlplus bob/§@orcl",
        "jdbc:oracle:thin:bob/§@h:1521:x",
        "jdbc:mysql://h/db?user=a&password=§",
        "openssl rsa -passin pass:§",
    ),
    *("redis: AUTH §", "AUTH default §", "CONFIG SET requirepass §", "USER bob\r\nPASS §\r\n", "a1 LOGIN bob §"),
    *("host=h user=bob password=§ dbname=x", "Server=h;User Id=sa;Password=§;", "Server=h;UID=sa;PWD=§;"),
)
KEY_FILES = (
    *("-----BEGIN PRIVATE KEY-----\\n§\\n-----END PRIVATE KEY-----", "MIIEvQIBADANBgkq§\n§\n-----END PRIVATE KEY-----"),
    "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\n§\n---- END SSH2 ENCRYPTED PRIVATE KEY ----",
    "PuTTY-User-Key-File-2: ssh-rsa\nPrivate-Lines: 1\n§\nPrivate-MAC: ab",
)
SQL = (
    *("INSERT INTO u (name, password) VALUES ('a', '§')", "INSERT INTO u (name, password) SELECT 'a', '§'"),
    *("INSERT INTO credentials VALUES (1, '§')", "ALTER USER bob WITH PASSWORD '§'", "CREATE USER b IDENTIFIED BY '§'"),
    *("SELECT * FROM u WHERE pw_hash = crypt('§', pw_hash)", "SELECT set_config('app.jwt_secret','§',true)"),
    *("UPDATE u SET password = $$§$$", "UPDATE u SET password = E'§'", 'UPDATE u SET password="§" WHERE 1'),
    *("SELECT pgp_sym_decrypt(x, '§')", "SELECT hmac('x', '§', 'sha256')"),
)
URLS = (
    *(
        "postgresql://bob:§@h/db",
        "postgres://bob:ab/§@h/db",
        "redis://:§@h:6379/0",
        "https://bob:§@@h/",
        "https://§@o1.ingest.sentry.io/2",
    ),
    *(
        "https://a/cb#access_token=§&x=1",
        "https://a/reset-password/§",
        "https://a/token/§/x",
        "https://a/x;jsessionid=§?y=1",
    ),
    *(
        "https://a/invite/§",
        "https://a/auth/magic-link/§?x=1",
        "https://a/l?next=https%253A%252F%252Fb%252F%253Faccess_token%253D§",
    ),
    *(
        "https://b.s3.amazonaws.com/k?AWSAccessKeyId=AK&Signature=§",
        "https://d.cloudfront.net/k?Policy=x&Signature=§&Key-Pair-Id=K",
    ),
    *("https://maps/x?key=§", "https://a/oauth/callback?code=§&state=x", "https://a/x?auth=§", "https://a/x?sv=1&sig=§"),
    *(
        "https://hooks.zapier.com/hooks/catch/1/§",
        "https://hooks.slack.com/services/T0/B0/§",
        "https://x.webhook.office.com/webhookb2/§",
    ),
    *("https://chat.googleapis.com/v1/spaces/A/messages?key=a&token=§", "https://api.telegram.org/bot123456789:AA§§/getMe"),
    "https://i/sso?SAMLResponse=§",
)


def _b64(raw: bytes | str) -> str:
    return base64.b64encode(raw if isinstance(raw, bytes) else raw.encode()).decode()


def _json(value: str) -> str:
    return json.dumps({"password": value})


ENCODED: dict[str, Callable[[str], str]] = {
    "gzip in base64": lambda value: _b64(gzip.compress(_json(value).encode(), mtime=0)),
    "gzip of a request": lambda value: _b64(gzip.compress(f"GET /\r\nAuthorization: Bearer {value}".encode(), mtime=0)),
    "zlib in base64": lambda value: _b64(zlib.compress(_json(value).encode())),
    "zlib in base64url": lambda value: base64.urlsafe_b64encode(zlib.compress(_json(value).encode())).decode(),
    "gzip in hex": lambda value: gzip.compress(_json(value).encode(), mtime=0).hex(),
    "multipart in base64": lambda value: _b64(MARKUP[-1].replace(SIGN, value)),
    "base32": lambda value: base64.b32encode(_json(value).encode()).decode(),
    "base64 in lines": lambda value: base64.encodebytes(
        json.dumps({"a": "x" * 70, "password": value, "b": "y" * 70}).encode()
    ).decode(),
    "base64 three times": lambda value: _b64(_b64(_b64(_json(value)))),
    "base64 of UTF-16": lambda value: "powershell -enc " + _b64(f"$password='{value}'".encode("utf-16-le")),
    "base64 with a binary head": lambda value: _b64(b"\0\1\2\3" + _json(value).encode()),
    "Protobuf in base64": lambda value: _b64(b"\x0a\x08password\x12\x18" + value.encode()),
    "hex with blanks": lambda value: _json(value).encode().hex(" "),
    "hex with colons": lambda value: f"password={value}".encode().hex(":"),
    "hex with 0x": lambda value: "0x" + f"password={value}".encode().hex(),
    "entities": lambda value: "password=" + "".join(f"&#{ord(char)};" for char in value),
    "AUTH PLAIN": lambda value: "AUTH PLAIN " + _b64(f"\0bob\0{value}"),
    "AUTH LOGIN": lambda value: f"C: AUTH LOGIN\nS: 334 UGFzc3dvcmQ6\nC: {_b64(value)}",
    "credentials in base64": lambda value: "creds " + _b64(f"bob:{value}"),
    "Negotiate": lambda value: "Negotiate " + _b64(value * 3),
    "NTLM": lambda value: "NTLM " + _b64(b"NTLMSSP\0" + value.encode()),
    "data URL": lambda value: "data:application/json;base64," + _b64(_json(value)),
    "form": lambda value: "payload=" + quote_plus(json.dumps({"callback": f"https://a/b?access_token={value}"})),
    "form twice": lambda value: (
        "payload=" + quote(quote_plus(json.dumps({"callback": f"https://a/b?access_token={value}"})))
    ),
}
TOKENS = {
    "Twilio": "SK<hex 32>",
    "SendGrid": "SG.<any 22>.<any 43>",
    "Mailgun": "key-<hex 32>",
    "Anthropic": "sk-ant-api03-<any 40>",
    "Atlassian": "ATATT3xFfGF0<any 60>",
    "Dropbox": "sl.<any 60>",
    "Databricks": "dapi<hex 32>",
    "Linear": "lin_api_<any 40>",
    "Notion": "ntn_<any 46>",
    "Doppler": "dp.pt.<any 43>",
    "PlanetScale": "pscale_tkn_<any 43>",
    "Figma": "figd_<any 40>",
    "Docker": "dckr_pat_<any 27>",
    "Square": "EAAA<any 60>",
    "Facebook": "EAACEdEose0cBA<any 40>",
    "Supabase": "sbp_<hex 40>",
    "Grafana": "glsa_<any 32>_<hex 8>",
    "New Relic": "NRAK-<any 27>",
    "RubyGems": "rubygems_<hex 48>",
    "PASETO": "v2.local.<any 80>",
    "Macaroon": "MDAxY2xvY2F0aW9uIGh0dHA6Ly9teWJhbmsv<any 24>",
    "bcrypt": "$2b$12$<any 53>",
    "argon2": "$argon2id$v=19$m=65536$<any 40>",
}
PLAIN = (
    *("DE89370400440532013000", "DE89 3704 0044 0532 0130 00", "BE71 0961 2345 6769", "GB29NWBK60161331926819"),
    *("4111\u00a01111\u00a01111\u00a01111", "5500.0055.5555.5559", "6304000000000000000", "card_4242424242424242"),
    *("bob.unique77＠example.com", "jürgen.unique78@müller.de", "bobunique79&#64;example.com", '"bob unique81"@example.com'),
    "bobunique82\\u0040example.com",
)
"""What is a secret by itself, in a word before it: account numbers, cards, e-mails."""
LIMITS: dict[str, tuple[Callable[[str], str], str]] = {
    "rot13": (lambda value: f"cnffjbeq={value}", "letters that stand for others can be guessed by a reader only"),
    "base85": (
        lambda value: base64.b85encode(_json(value).encode()).decode(),
        "any text is base85: nothing tells where it stands",
    ),
    "base64 four times": (
        lambda value: _b64(_b64(_b64(_b64(_json(value))))),
        "three encodings within each other are looked into",
    ),
    "plain deflate": (
        lambda value: "x=" + _b64(zlib.compress(_json(value).encode(), 9)[2:-4]),
        "it begins with no sign; as SAMLResponse it is masked by its name",
    ),
    "token in two lines": (lambda value: f"ghp_{value[:12]}\n{value[12:]}", "two words, none of which looks like a token"),
    "spaced letters": (lambda value: "x " + " ".join(value), "single letters are no word"),
    "Vault's old tokens": (
        lambda value: f"s.{value}",
        "two characters before it are too little to know it by; hvs. is known",
    ),
    "mailbox of a host": (lambda value: f"root{value}@localhost", "no mailbox that anybody can write to"),
    "word of a user": (lambda value: f"user {value} logged in", "no field says that it is an id; elsewhere it is taken out"),
    "id in a path": (
        lambda value: f"GET /users/{value}/posts",
        "ids in paths tell routes apart; one of a field is taken out",
    ),
    "password of words": (lambda _: "the password is correcthorse", "nothing tells it from: the password is required"),
}


def _made(pattern: str, chance: random.Random) -> str:
    head, *rest = pattern.split("<")
    for part in rest:
        spec, _, tail = part.partition(">")
        kind, _, count = spec.partition(" ")
        alphabet = "0123456789abcdef" if kind == "hex" else ALNUM
        head += "".join(chance.choices(alphabet, k=int(count))) + tail
    return head


def cases() -> Iterator[Case]:
    """Yield all cases, the same in each run."""
    chance = random.Random(20261124)

    def secret() -> str:
        return chance.choice(string.ascii_lowercase) + "".join(chance.choices(ALNUM, k=22)) + chance.choice("23456789")

    for text in (*WORDS, *SCHEMES, *MARKUP, *LAYOUTS, *COMMANDS, *KEY_FILES, *SQL, *URLS):
        value = secret()
        yield Case(text, {"m": text.replace(SIGN, value)}, value)
    for name, encode in ENCODED.items():
        value = secret()
        yield Case(name, {"m": encode(value)}, value)
    for name, pattern in TOKENS.items():
        value = _made(pattern, chance)
        yield Case(name, {"m": f"got {value}"}, value)
    for value in PLAIN:
        said = value.partition("\\u0040")[0].removeprefix("card_")
        yield Case(value, {"m": value if "@" in value or value.startswith("card_") else f"see {value}"}, said)
    for name, (write, why) in LIMITS.items():
        value = secret()
        yield Case(name, {"m": write(value)}, value, why)
