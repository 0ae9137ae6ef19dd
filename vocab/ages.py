"""How long ago something was, when the clock may have been set right meanwhile."""


def age_s(then_s: float, now_s: float) -> float | None:
    """Return the seconds since a moment; None when it lies in the future.

    A moment of the past in the future was written by a clock that ran ahead: nobody knows how long
    ago that was, so it keeps nothing waiting.

    >>> age_s(10.0, 25.0), age_s(25.0, 10.0)
    (15.0, None)
    """
    return None if then_s > now_s else now_s - then_s


def is_younger(then_s: float, than_s: float, now_s: float) -> bool:
    """Whether a moment lies less than so many seconds back; one in the future does not."""
    age = age_s(then_s, now_s)
    return age is not None and age < than_s
