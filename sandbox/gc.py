"""How often a process of ours looks for garbage."""

import gc

_YOUNG = 20_000


def tune_gc() -> None:
    """Look for unreachable circles of objects seldom: what a harvest makes lives or dies at once.

    Python looks each time 700 objects more than before are alive, and walks all that live every now
    and then: a twentieth of the time of a harvest, for next to nothing. What is loaded by now stays
    for good and is never walked again; nor does walking it un-share its memory with forks.
    """
    gc.freeze()
    gc.set_threshold(_YOUNG)
