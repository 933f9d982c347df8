"""How large a file may be, and how much room there has to be for it."""

import shutil
from pathlib import Path

from lead_pipeline.errors import BadFile, OutsideTrouble
from lead_pipeline.settings import Settings


def check_size(size: int, settings: Settings) -> None:
    """
    Raises:
        BadFile: `too_large`, the file is over the limit.
    """
    if size > settings.max_file_bytes:
        raise BadFile(
            "too_large",
            f"the file has {size / 2**20:,.1f} MB and the limit is {settings.max_file_mb} MB: "
            "split it, or raise LEADS_MAX_FILE_MB",
        )


def require_room(settings: Settings) -> None:
    """Room on the disk of LEADS_HOME, where files are unpacked and the embedded database is.

    Raises:
        OutsideTrouble: there is less than is always to be left free.
    """
    place: Path = settings.home
    free, least = shutil.disk_usage(place).free >> 20, settings.limits.min_free_mb
    if free < least:
        raise OutsideTrouble(
            f"the disk of {place} has {free:,} MB free, and imports leave {least:,} MB "
            "(LEADS_MIN_FREE_MB): make room, and they go on by themselves"
        )
