"""Waiting with a deadline."""

import time


def eventually(check, *, within: float = 15.0, every: float = 0.03, what: str = "the condition"):
    """Calls `check` until it returns something true, and returns that. An AssertionError counts as "not yet"."""
    deadline = time.monotonic() + within
    last: object = None
    while True:
        try:
            last = check()
            if last:
                return last
        except AssertionError as error:
            last = error
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not come true within {within} s; last seen: {last!r}")
        time.sleep(every)
