"""How large a file may be."""

from lead_pipeline.errors import BadFile
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
