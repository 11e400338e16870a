"""What a process gives up before it reads what strangers send: the network, the files of others, other programs.

Linux alone lets a process do so by itself: a network of its own (unshare(2)) and Landlock (landlock(7), from
5.13 on; from 6.7 on it keeps TCP away, too, and from 6.12 on signals to other processes). Elsewhere the empty
folder and the empty environment remain.
"""

import os
import sys
from collections.abc import Iterator
from ctypes import CDLL, Structure, byref, c_int32, c_size_t, c_uint64, c_void_p, sizeof

_NEW_NETWORK, _NEW_USER = 0x40000000, 0x10000000  # CLONE_NEWNET, CLONE_NEWUSER of linux/sched.h
_NO_NEW_PRIVILEGES = 38  # PR_SET_NO_NEW_PRIVS of linux/prctl.h
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same number on every architecture
_ASK_VERSION, _PATH_BENEATH = 1, 1
# linux/landlock.h
_READ_FILE, _READ_FOLDER = 1 << 2, 1 << 3
_READ = _READ_FILE | _READ_FOLDER
_OF_FILES = {1: (1 << 13) - 1, 2: 1 << 13, 3: 1 << 14, 5: 1 << 15}  # version → the rights that came with it
_OF_NETWORK = {4: 0b11}  # TCP: bind and connect
_OF_SCOPE = {6: 0b11}  # abstract sockets and signals
# What a library loads or asks of the system: its own shared ones, fonts, time zones, processors.
_SYSTEM = (
    *("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share", "/etc/fonts"),
    *("/etc/ld.so.cache", "/etc/localtime", "/dev/null", "/dev/urandom", "/sys/devices/system/cpu"),
    *("/proc/self", "/proc/cpuinfo", "/proc/meminfo"),
    # mimetypes, which openpyxl imports, reads those of these that exist
    *(f"/etc/{place}mime.types" for place in ("", "httpd/", "httpd/conf/", "apache/", "apache2/")),
    *(f"/usr/local/etc/{place}mime.types" for place in ("", "httpd/conf/")),
)


class _Ruleset(Structure):
    _fields_ = (("files", c_uint64), ("network", c_uint64), ("scope", c_uint64))


class _Beneath(Structure):
    _pack_ = 1
    _fields_ = (("allowed", c_uint64), ("place", c_int32))


def leave_network() -> bool:
    """Give up the network, so that no file can make a parser call anywhere; False where the system does not allow it.

    A process of root leaves alone, another one through a user namespace of its own.
    """
    if sys.platform != "linux":
        return False
    unshare = CDLL(None, use_errno=True).unshare
    return bool(unshare(_NEW_NETWORK) == 0 or unshare(_NEW_NETWORK | _NEW_USER) == 0)


def confine(folder: str) -> int:
    """Give up all files but the libraries and `folder`, other programs, and what more Landlock knows.

    Returns the version of Landlock, 0 where there is none and nothing was given up. Files already open stay open.
    """
    if sys.platform != "linux":
        return 0
    system = CDLL(None, use_errno=True)
    system.syscall.restype = c_size_t
    version = _call(system, _CREATE_RULESET, None, 0, _ASK_VERSION)
    if version < 1:
        return 0
    everything = _rights(_OF_FILES, version)
    asked = _Ruleset(everything, _rights(_OF_NETWORK, version), _rights(_OF_SCOPE, version))
    size = 8 * (1 + (version >= 4) + (version >= 6))  # older kernels refuse what they do not know
    ruleset = _call(system, _CREATE_RULESET, byref(asked), size, 0)
    for path in (*_SYSTEM, *_libraries()):
        _allow(system, ruleset, path, _READ)
    _allow(system, ruleset, folder, everything & ~1)  # 1: to execute
    system.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    refused = _call(system, _RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)
    return 0 if refused else version


def _call(system: CDLL, number: int, *arguments: object) -> int:
    wide = [c_size_t(each) if isinstance(each, int) else each or c_void_p() for each in arguments]
    return c_int32(system.syscall(c_size_t(number), *wide)).value


def _rights(since: dict[int, int], version: int) -> int:
    return sum(rights for first, rights in since.items() if first <= version)


def _allow(system: CDLL, ruleset: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # this system does not have it
    rights = rights if os.path.isdir(path) else rights & _READ_FILE  # noqa: PTH112 - no pathlib: it takes time
    _call(system, _ADD_RULE, ruleset, _PATH_BENEATH, byref(_Beneath(rights, place)), 0)
    os.close(place)


def _libraries() -> Iterator[str]:
    """Yield where modules come from; of a folder that holds our own code beside other things, our code alone.

    /srv/wenbao, which holds .env as well → /srv/wenbao/embeddings
    """
    own = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
    yield own
    yield os.path.join(sys.base_prefix, "lib")  # noqa: PTH118
    for place in filter(None, sys.path):
        if place != os.path.dirname(own) or place.endswith("-packages"):  # noqa: PTH120
            yield place


assert sizeof(_Beneath) == 12
