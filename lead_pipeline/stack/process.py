"""Children that cannot outlive their parent, and the one that must not run as root.

Linux only: prctl(2), by ctypes because the standard library has no wrapper.
"""

import ctypes
import os
import pwd
import signal
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38

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


def as_user(user: pwd.struct_passwd, then: Prepare) -> Prepare:
    """A `preexec_fn` for PostgreSQL, which refuses to run as root: become `user` for good.

    Of root's capabilities none is left, and no program gives any back. `then` runs afterwards,
    because a change of user clears the death signal.
    """
    libc = ctypes.CDLL(None, use_errno=True)

    def prepare() -> None:
        os.setgroups([])
        os.setgid(user.pw_gid)
        os.setuid(user.pw_uid)
        _check(libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        then()

    return prepare


def _check(result: int) -> None:
    if result != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
