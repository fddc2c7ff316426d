"""SQLSTATE codes in words: the conditions that applications meet, and the classes of all others.

Source: ISO/IEC 9075 and appendix A of PostgreSQL's manual.
"""

_CONDITIONS = {
    "08001": "the client cannot connect",
    "08003": "the connection does not exist",
    "08006": "the connection failed",
    "22001": "text too long for its column",
    "22003": "number out of range",
    "22007": "malformed date or time",
    "22012": "division by zero",
    "22023": "parameter value not allowed",
    "22P02": "malformed text for this type",
    "23502": "not-null violation",
    "23503": "foreign key violation",
    "23505": "unique violation",
    "23514": "check violation",
    "23P01": "exclusion violation",
    "25006": "the transaction is read-only",
    "25P02": "the transaction has failed already",
    "28000": "authorization not accepted",
    "28P01": "wrong password",
    "40001": "serialization failure: try again",
    "40P01": "deadlock: try again",
    "42501": "privilege missing",
    "42601": "syntax error",
    "42703": "no such column",
    "42804": "types do not fit",
    "42883": "no such function",
    "42P01": "no such table",
    "42P07": "the table exists already",
    "53100": "disk full",
    "53200": "out of memory",
    "53300": "too many connections",
    "55P03": "lock not available",
    "57014": "canceled, or ended by a time limit",
    "57P01": "the server was shut down by its administrator",
    "57P03": "the server cannot accept connections now",
}
_CLASSES = {
    "00": "success",
    "01": "warning",
    "02": "no data",
    "08": "connection exception",
    "0A": "feature not supported",
    "21": "cardinality violation",
    "22": "data exception",
    "23": "integrity constraint violation",
    "24": "invalid cursor state",
    "25": "invalid transaction state",
    "26": "invalid statement name",
    "28": "invalid authorization",
    "2D": "invalid transaction termination",
    "3D": "no such database",
    "3F": "no such schema",
    "40": "transaction rolled back",
    "42": "syntax error or access rule violation",
    "44": "check option violation",
    "53": "insufficient resources",
    "54": "program limit exceeded",
    "55": "object not in the needed state",
    "57": "operator intervention",
    "58": "system error",
    "F0": "configuration file error",
    "P0": "PL/pgSQL error",
    "XX": "internal error",
}


def sqlstate_words(code: str) -> str:
    """Return what a SQLSTATE means, the words of its class for a condition that is not listed, "" for no SQLSTATE."""
    code = code.strip().upper()
    if len(code) != 5 or not code.isalnum():
        return ""
    return _CONDITIONS.get(code) or _CLASSES.get(code[:2], "")
