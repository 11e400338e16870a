"""Memory that the system is asked for and given back: what glibc does with it, where it is the C library."""

import contextlib
import ctypes

_ARENA_MAX = -8  # of mallopt


def share_memory() -> None:
    """Let all threads allocate from one arena: glibc gives each its own, and every one keeps what it ever took."""
    with contextlib.suppress(AttributeError, OSError):  # another C library has no such thing
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)


def return_memory() -> None:
    """Give the system back what making an index took: glibc keeps it, 270 MB for 100,000 paragraphs."""
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)
