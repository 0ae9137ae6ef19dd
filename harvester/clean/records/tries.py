"""Many literal alternatives as one pattern that looks at each character once."""

import re
from collections.abc import Mapping
from itertools import groupby
from os.path import commonprefix


def trie(tails: Mapping[str, str]) -> str:
    """Return a pattern of literals, each followed by a pattern of its own.

    Python's ``re`` tries alternatives one after the other; of a tree, it tries a few at each fork.

    Args:
        tails: literal -> pattern that has to follow it; the start of another is tried first.

    >>> trie({"http://a/x": "!", "http://a/y": "", "http://b/": ""})
    'http://(?:a/(?:x!|y)|b/)'
    """
    start = commonprefix(list(tails))  # noqa: RUF071  letter by letter is what is wanted
    if len(tails) == 1:
        return re.escape(start) + tails[start]
    rests = sorted((literal[len(start) :], tail) for literal, tail in tails.items())
    forks = (trie(dict(group)) for _, group in groupby(rests, lambda rest: rest[0][:1]))
    return f"{re.escape(start)}(?:{'|'.join(forks)})"
