"""The only reader of the environment: every setting, its default, and what is wrong with it.

Nothing is read at import; `load_settings` reads once per process and reports every mistake at once.
"""

import os
import re
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import urlsplit

from lead_pipeline.errors import OperatorError
from lead_pipeline.settings.accounts import NO_ACCOUNTS, Accounts, read_accounts
from lead_pipeline.settings.database import (
    OWNER,
    OWNER_VARIABLE,
    embedded_url,
    for_alembic,
    for_dagster,
    masked,
    read_url,
)
from lead_pipeline.settings.home import in_use
from lead_pipeline.settings.limits import USUAL, Limits, read_limits
from lead_pipeline.settings.reader import Reader
from lead_pipeline.settings.telling import NOBODY, Telling, read_telling

HOME = ".leads"  # where LEADS_HOME is not set
_LONGEST_WATCH = 30  # seconds; Dagster gives a tick 60
Review = Literal["never", "when-doubtful", "always"]
"""Which imports wait for a person before they count."""
REVIEWS: tuple[Review, ...] = get_args(Review)
LogFormat = Literal["text", "json"]
LOG_FORMATS: tuple[LogFormat, ...] = get_args(LogFormat)
_SHORTEST_TOKEN = 16  # characters: shorter ones can be tried through


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says, checked.

    `database_url` is a libpq URL (`postgresql://`); `embedded` tells whether it is the database
    that `lead-pipeline up` runs itself. `database_owner_url` is the same database for the role that
    owns the tables, None where that of `database_url` does. `time_zone` is an IANA name,
    `default_region` an ISO 3166-1 alpha-2 code, as libphonenumber takes it. `date_order` is `month`
    or `day`, None where nobody
    stated it, `sentry_dsn` where an error tracker listens. `tag_rules` is where the team's own
    `tags.toml` would stand: whether it does is looked at when rules are loaded, for it may come and
    go while a process runs. `watch_seconds` is how long a tick of the sensor stays to look at the
    bucket, `s3_list_seconds` the pause after listing 1,000 objects of S3. `review` is for
    imports of suppliers with whom nothing else is agreed. `api_token` opens the page and its API
    to whoever has it, `allowed_origins` are other sites whose scripts may use them. `page_url` and
    `dagster_url` are where browsers find the page and Dagster's UI, so that each links the other.
    `accounts` are those at other companies whose leads are pulled, `limits` what one file may take,
    `telling` says whom to tell of what.
    """

    home: Path
    database_url: str
    embedded: bool
    bucket_url: str
    default_region: str = "US"
    max_file_mb: int = 50
    time_zone: str = "UTC"
    watch_seconds: float = 4.5
    s3_list_seconds: float = 5.0
    tag_rules: Path | None = None
    date_order: str | None = None
    sentry_dsn: str | None = None
    review: Review = "never"
    api_token: str | None = None
    allowed_origins: tuple[str, ...] = ()
    page_url: str | None = None
    dagster_url: str | None = None
    accounts: Accounts = NO_ACCOUNTS
    limits: Limits = USUAL
    telling: Telling = NOBODY
    log_format: LogFormat = "text"
    database_owner_url: str | None = None

    @property
    def max_file_bytes(self) -> int:
        return self.max_file_mb * 1024 * 1024

    @property
    def max_unpacked_bytes(self) -> int:
        """Text packs about tenfold: what unpacks to far more than the limit is no list of leads."""
        return 20 * self.max_file_bytes

    def make_own_bucket(self) -> None:
        """Create the bucket's folder if it is the default one; any other must be there already."""
        if self.bucket_url == str(default_bucket(self.home)):
            with in_use(self.home):
                default_bucket(self.home).mkdir(parents=True, exist_ok=True)

    @property
    def in_force(self) -> dict[str, str]:
        """Every setting by its name in the environment, for people: passwords are masked."""
        return {
            "LEADS_HOME": str(self.home),
            "LEADS_DATABASE_URL": masked(self.database_url),
            OWNER_VARIABLE: masked(self.database_owner_url or ""),
            "LEADS_BUCKET_URL": self.bucket_url,
            "LEADS_DEFAULT_REGION": self.default_region,
            "LEADS_MAX_FILE_MB": str(self.max_file_mb),
            "LEADS_DATE_ORDER": self.date_order or "",
            "LEADS_REVIEW": self.review,
            "LEADS_TIME_ZONE": self.time_zone,
            "LEADS_API_TOKEN": "***" if self.api_token else "",
            "LEADS_ALLOWED_ORIGINS": " ".join(self.allowed_origins),
            "LEADS_PAGE_URL": self.page_url or "",
            "LEADS_DAGSTER_URL": self.dagster_url or "",
            "LEADS_WATCH_SECONDS": str(self.watch_seconds),
            "LEADS_S3_LIST_SECONDS": str(self.s3_list_seconds),
            "LEADS_LOG_FORMAT": self.log_format,
            **self.limits.in_force,
            **self.telling.in_force,
        }

    @property
    def dagster_home(self) -> Path:
        return self.home / "dagster"

    @property
    def scratch(self) -> Path:
        """Where files lie while they are worked on; emptied when `lead-pipeline up` starts."""
        return self.home / "tmp"

    @property
    def stop_mark(self) -> Path:
        """A file that is there while `lead-pipeline up` ends: nobody stays for what may arrive."""
        return self.home / "stopping"

    @property
    def dagster_database_url(self) -> str:
        return for_dagster(self.database_url)

    @property
    def owner_url(self) -> str:
        """For whoever makes and changes tables."""
        return self.database_owner_url or self.database_url

    @property
    def alembic_url(self) -> str:
        return for_alembic(self.owner_url)


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Check `environment` and build the settings.

    Raises:
        OperatorError: one or more settings are wrong; the message lists all of them.
    """
    problems: list[str] = []
    stated = environment.get("LEADS_HOME")
    home = Path(stated).expanduser().absolute() if stated else _home_around(Path.cwd())
    url = read_url(environment, "LEADS_DATABASE_URL", problems)
    owner_url = read_url(environment, OWNER_VARIABLE, problems)
    if owner_url and not environment.get("LEADS_DATABASE_URL", "").strip():
        problems.append(f"{OWNER_VARIABLE} is for the database of LEADS_DATABASE_URL only")
    region = environment.get("LEADS_DEFAULT_REGION", "").strip().upper() or "US"
    if not (len(region) == 2 and region.isalpha() and region.isascii()):
        problems.append(f"LEADS_DEFAULT_REGION must be a two-letter country code, not {region!r}")
    megabytes = environment.get("LEADS_MAX_FILE_MB", "").strip() or "50"
    if not (megabytes.isascii() and megabytes.isdigit() and int(megabytes) > 0):
        problems.append(f"LEADS_MAX_FILE_MB must be a whole number above 0, not {megabytes!r}")
    zone = environment.get("LEADS_TIME_ZONE", "").strip() or "UTC"
    if not _is_time_zone(zone):
        problems.append(f"LEADS_TIME_ZONE must be a name such as America/New_York, not {zone!r}")
    first = environment.get("LEADS_DATE_ORDER", "").strip().lower()
    if first not in ("", "month", "day"):
        problems.append(f"LEADS_DATE_ORDER must be month or day, not {first!r}")
    stated_review = environment.get("LEADS_REVIEW", "").strip().lower() or "never"
    review = next((one for one in REVIEWS if one == stated_review), None)
    if review is None:
        problems.append(f"LEADS_REVIEW must be one of {', '.join(REVIEWS)}, not {stated_review!r}")
    stated_format = environment.get("LEADS_LOG_FORMAT", "").strip().lower() or "text"
    log_format = next((one for one in LOG_FORMATS if one == stated_format), None)
    if log_format is None:
        problems.append(f"LEADS_LOG_FORMAT must be text or json, not {stated_format!r}")
    watch = _seconds(environment.get("LEADS_WATCH_SECONDS", ""), 4.5)
    if watch is None or watch > _LONGEST_WATCH:
        problems.append(f"LEADS_WATCH_SECONDS must be a number from 0 to {_LONGEST_WATCH}")
    listing = _seconds(environment.get("LEADS_S3_LIST_SECONDS", ""), 5.0)
    if not listing:
        problems.append("LEADS_S3_LIST_SECONDS must be a number above 0")
    token = environment.get("LEADS_API_TOKEN", "").strip()
    if token and len(token) < _SHORTEST_TOKEN:
        problems.append(f"LEADS_API_TOKEN must have {_SHORTEST_TOKEN} characters or more")
    origins = environment.get("LEADS_ALLOWED_ORIGINS", "").replace(",", " ").split()
    if wrong := [one for one in origins if not _is_origin(one)]:
        problems.append(f"LEADS_ALLOWED_ORIGINS must be like https://example.com, not {wrong[0]!r}")
    page = environment.get("LEADS_PAGE_URL", "").strip().rstrip("/")
    dagster = environment.get("LEADS_DAGSTER_URL", "").strip().rstrip("/")
    for name, address in (("LEADS_PAGE_URL", page), ("LEADS_DAGSTER_URL", dagster)):
        if address and not re.match(r"https?://[^/\s]", address):
            problems.append(f"{name} must be like https://example.com, not {address!r}")
    read = Reader(environment, problems)
    accounts, telling = read_accounts(read), read_telling(read)
    limits = read_limits(environment, problems)
    if problems or watch is None or listing is None or review is None or log_format is None:
        raise OperatorError("; ".join(problems))
    return Settings(
        home=home,
        database_url=url or embedded_url(home),
        embedded=not url,
        bucket_url=environment.get("LEADS_BUCKET_URL") or str(default_bucket(home)),
        default_region=region,
        max_file_mb=int(megabytes),
        time_zone=zone,
        watch_seconds=watch,
        s3_list_seconds=listing,
        tag_rules=home / "tags.toml",
        date_order=first or None,
        sentry_dsn=environment.get("SENTRY_DSN", "").strip() or None,
        review=review,
        api_token=token or None,
        allowed_origins=tuple(origins),
        page_url=page or None,
        dagster_url=dagster or None,
        accounts=accounts,
        limits=limits,
        telling=telling,
        log_format=log_format,
        database_owner_url=owner_url if url else embedded_url(home, OWNER),
    )


@cache
def load_settings() -> Settings:
    """The settings of this process, read from its environment once."""
    return read_settings(os.environ)


def _home_around(folder: Path) -> Path:
    """The `.leads` of a folder or of the nearest one above that has it, as git finds its own.

    One further up counts only if it is ours: in a shared place such as /tmp anybody could put one.
    """
    here = folder / HOME
    if here.is_dir():
        return here
    for above in folder.parents:
        home = above / HOME
        if home.is_dir() and home.stat().st_uid == os.geteuid():
            return home
    return here


def default_bucket(home: Path) -> Path:
    return home / "lead-imports"


def _seconds(text: str, default: float) -> float | None:
    """The number that `text` states, `default` if it states none, None if it is no duration."""
    text = text.strip()
    if not text:
        return default
    return float(text) if re.fullmatch(r"\d{1,6}(\.\d{1,3})?", text, re.ASCII) else None


def _is_origin(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in ("http", "https") and text == f"{parts.scheme}://{parts.netloc}" != ""


def _is_time_zone(name: str) -> bool:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
