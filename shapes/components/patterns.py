r"""Regular expressions of ``sh:pattern``: the common part of XPath and Python, without traps.

SHACL uses the regular expressions of XPath (through ``REGEX`` of SPARQL). Those that mean the same
in Python are translated; the rest is refused by name: back references, look-around, Unicode
properties, class subtraction, possessive forms. ``$`` becomes ``\Z``: in XPath it never matches
before a last line feed. So that no untrusted text can make matching slow, a group that
repeats without bound may not hold another unbounded repetition.
"""

import re

from shapes.errors import Refused

_TOKEN = re.compile(
    r"""(?P<escape>\\.)|(?P<class>\[\^?\]?(?:\\.|[^\]\\])*\])|(?P<open>\((?:\?:|(?!\?)))|(?P<close>\))
    |(?P<many>[*+]|\{\d+,\})\??|(?P<few>\?|\{\d+(?:,\d+)?\})\??|(?P<end>\$)|(?P<other>[^\\\[\](){}*+?$])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPES = frozenset(r"\|.?*+(){}[]^-$ntrdDwWsS" + "/")
_FLAGS = {"i": re.IGNORECASE, "s": re.DOTALL, "m": re.MULTILINE}
MAX_BOUND = 1_000


def linear_pattern(source: str, flags: str = "") -> re.Pattern[str]:
    """Compile a pattern.

    Raises:
        Refused: the pattern or a flag is outside the common, linear part.
    """
    chosen = re.RegexFlag(0)
    for flag in flags:
        if flag not in _FLAGS:
            raise Refused("sh:flags", flags, f"uses {flag!r}, which differs between engines")
        chosen |= _FLAGS[flag]
    try:
        return re.compile(_translated(source, multiline="m" in flags), chosen)
    except re.error as error:
        raise Refused("sh:pattern", source, f"is not a regular expression: {error}") from error


def _translated(source: str, *, multiline: bool) -> str:
    out: list[str] = []
    groups = [False]  # for each open group: does it hold an unbounded repetition?
    closed_unbounded = False
    position = 0
    while position < len(source):
        token = _TOKEN.match(source, position)
        if token is None:
            raise Refused("sh:pattern", source, f"has an unknown construct at {position}")
        closed_unbounded = _track_repetition(token, groups, closed_unbounded, source)
        out.append(r"\Z" if token["end"] and not multiline else token[0])
        position = token.end()
    if len(groups) != 1:
        raise Refused("sh:pattern", source, "leaves a group open")
    return "".join(out)


def _track_repetition(token: re.Match[str], groups: list[bool], closed: bool, source: str) -> bool:
    """Track nested repetitions; return whether the piece just read is unbounded."""
    if token["escape"] and token["escape"][1] not in _ESCAPES:
        raise Refused("sh:pattern", source, f"uses {token['escape']}")
    if token["class"] and re.search(r"\\[^\\\]\[^\-dDwWsSntr./+*?(){}|$]|-\[|\[:", token["class"]):
        raise Refused("sh:pattern", source, f"uses the class {token['class']}")
    if token["open"]:
        groups.append(False)
        return False
    if token["close"]:
        return _close(groups, source)
    if token["many"]:
        if closed:
            raise Refused("sh:pattern", source, "repeats a repetition without bound")
        groups[-1] = True
        return True
    return bool(token["few"]) and _bounded(token["few"], closed, source)


def _close(groups: list[bool], source: str) -> bool:
    inner = groups.pop()
    if not groups:
        raise Refused("sh:pattern", source, "closes a group that is not open")
    groups[-1] = groups[-1] or inner
    return inner


def _bounded(piece: str, closed: bool, source: str) -> bool:
    numbers = [int(number) for number in re.findall(r"\d+", piece)]
    if numbers and max(numbers) > MAX_BOUND:
        raise Refused("sh:pattern", source, f"repeats more than {MAX_BOUND} times")
    if closed and piece != "?" and numbers[-1] > 1:
        raise Refused("sh:pattern", source, "repeats a repetition without bound")
    return closed
