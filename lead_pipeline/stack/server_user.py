"""As whom the embedded PostgreSQL runs: as ourselves, and under root, as whom it refuses to run, as
a system user that nothing else runs as.
"""

import os
import pwd
import shutil
import subprocess
from pathlib import Path

from lead_pipeline.errors import OperatorError
from lead_pipeline.stack.process import Prepare, as_user

_NAME = "lead-pipeline"


def server_user() -> pwd.struct_passwd:
    """
    Raises:
        OperatorError: we are root, and there is no such user and none can be made.
    """
    if os.geteuid() != 0:
        return _entry_of_ours()
    try:
        return pwd.getpwnam(_NAME)
    except KeyError:
        return _made()


def as_server_user(prepare: Prepare) -> Prepare:
    """A `preexec_fn` that does `prepare` as the server's user."""
    return prepare if os.geteuid() != 0 else as_user(server_user(), prepare)


def give_to_server(folder: Path) -> None:
    """All of `folder` belongs to the server's user, whoever it belonged to in an older release."""
    user = server_user()
    if folder.stat().st_uid == user.pw_uid:
        return
    for above, folders, files in os.walk(folder):
        for name in (*folders, *files):
            os.chown(Path(above, name), user.pw_uid, user.pw_gid, follow_symlinks=False)
    os.chown(folder, user.pw_uid, user.pw_gid)  # last: a start that is killed begins anew


def _entry_of_ours() -> pwd.struct_passwd:
    try:
        return pwd.getpwuid(os.geteuid())
    except KeyError:
        raise OperatorError(
            f"user {os.geteuid()} has no name on this machine, which PostgreSQL needs: give it a "
            "line in /etc/passwd, or set LEADS_DATABASE_URL to a PostgreSQL server"
        ) from None


def _made() -> pwd.struct_passwd:
    """The system user, made as packages of PostgreSQL make theirs."""
    program = shutil.which("useradd", path=f"{os.defpath}:/usr/sbin:/sbin")
    words = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent",
             "--shell", "/usr/sbin/nologin", _NAME]  # fmt: skip
    told = "there is no useradd"
    if program is not None:
        done = subprocess.run([program, *words], capture_output=True, text=True, check=False)
        told = " ".join(done.stderr.split())
    try:
        return pwd.getpwnam(_NAME)  # also if another start was quicker
    except KeyError:
        raise OperatorError(
            "PostgreSQL does not run as root, and no user could be made for it "
            f"({told}): make one (useradd --system {_NAME}), run this as another user than root, "
            "or set LEADS_DATABASE_URL to a PostgreSQL server"
        ) from None
