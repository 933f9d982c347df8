"""Children that cannot outlive their parent, and the one that must not run as root.

Linux only: prctl(2) and capabilities(7), by ctypes because the standard library has no wrapper.
"""

import ctypes
import os
import pwd
import signal
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
_PR_SET_KEEPCAPS = 8
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_CAP_DAC_OVERRIDE = 1
_CAPABILITY_VERSION_3 = 0x20080522

Prepare = Callable[[], None]


def dies_with_parent(death_signal: signal.Signals = signal.SIGTERM) -> Prepare:
    """A `preexec_fn`: the kernel sends `death_signal` when the thread that started it is gone."""
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def prepare() -> None:
        # A shell lets what it starts in the background ignore SIGINT, and Dagster's programs would
        # then ignore SIGTERM as well.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        _check(libc.prctl(_PR_SET_PDEATHSIG, death_signal, 0, 0, 0))
        if os.getppid() != parent:  # the parent died before the line above
            os.kill(os.getpid(), death_signal)

    return prepare


def as_unprivileged_user(then: Prepare) -> Prepare:
    """A `preexec_fn` for PostgreSQL, which refuses to run as root: become `nobody`.

    The child keeps one capability, to pass the folders above its data (a checkout under /root is
    closed to others) without anybody's permissions being changed. `then` runs afterwards, because
    a change of user clears the death signal.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    user = pwd.getpwnam("nobody")
    bit = 1 << _CAP_DAC_OVERRIDE
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    # Two triples (effective, permitted, inheritable): capabilities 0-31 and 32-63.
    sets = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)

    def prepare() -> None:
        _check(libc.prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0))
        os.setgroups([])
        os.setgid(user.pw_gid)
        os.setuid(user.pw_uid)
        _check(libc.capset(header, sets))
        _check(libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_OVERRIDE, 0, 0))
        then()

    return prepare


def _check(result: int) -> None:
    if result != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
