"""Every setting of Kring, as one frozen value read from the environment."""

import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

MEGABYTE = 1024 * 1024
LEAST_SECRET = 32  # bytes


class Unusable(Exception):
    """What Kring is to start with cannot be used; the text says what and why."""


@dataclass(frozen=True, slots=True)
class Config:
    """
    What an installation decides for itself.

    Each field is one environment variable, described in `docs/operations.md`.
    """

    data_dir: Path
    database_url: str
    secret_key: str
    base_url: str = ""
    trusted_hosts: tuple[str, ...] = ()
    proxies: int = 0
    processes: int = 2
    secure_cookies: bool = False
    locale: str = "nl"
    timezone: str = "Europe/Amsterdam"
    idle_minutes: int = 30
    session_hours: int = 12
    link_hours: int = 72
    upload_limit: int = 10 * MEGABYTE
    form_limit: int = MEGABYTE
    rate_limit_storage: str = "database://"
    rate_limits: bool = True
    worker_seconds: float = 2.0
    mail_server: str = ""
    mail_from: str = "kring@localhost"
    mail_name: str = "Kring"
    mail_throttle: str = "none"
    bounce_address: str = ""
    bounce_mailbox: str = ""
    plenary_above: int = 40
    testing: bool = False

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Config":
        """
        Read the settings from `environ`; what is not set keeps its default.

        :raises Unusable: if there is no secret that can be kept and is long enough
        """
        base_url = environ.get("KRING_BASE_URL", "").rstrip("/")
        by_address = "yes" if base_url.startswith("https://") else "no"
        data_dir = Path(environ.get("KRING_DATA", "data")).expanduser().resolve()
        default_database = f"sqlite:///{data_dir / 'kring.sqlite3'}"
        return cls(
            data_dir=data_dir,
            database_url=environ.get("KRING_DATABASE_URL", default_database),
            secret_key=_secret(environ, data_dir),
            base_url=base_url,
            trusted_hosts=_words(environ.get("KRING_TRUSTED_HOSTS", "")),
            proxies=int(environ.get("KRING_PROXIES", "0")),
            processes=int(environ.get("KRING_PROCESSES", "2")),
            secure_cookies=_yes(environ.get("KRING_SECURE_COOKIES", by_address)),
            locale=environ.get("KRING_LOCALE", "nl"),
            timezone=environ.get("KRING_TIMEZONE", "Europe/Amsterdam"),
            idle_minutes=int(environ.get("KRING_IDLE_MINUTES", "30")),
            session_hours=int(environ.get("KRING_SESSION_HOURS", "12")),
            link_hours=int(environ.get("KRING_LINK_HOURS", "72")),
            upload_limit=int(environ.get("KRING_UPLOAD_LIMIT", str(10 * MEGABYTE))),
            form_limit=int(environ.get("KRING_FORM_LIMIT", str(MEGABYTE))),
            rate_limit_storage=environ.get("KRING_RATE_LIMIT_STORAGE", "database://"),
            rate_limits=_yes(environ.get("KRING_RATE_LIMITS", "yes")),
            worker_seconds=float(environ.get("KRING_WORKER_SECONDS", "2")),
            mail_server=environ.get("KRING_MAIL_SERVER", ""),
            mail_from=environ.get("KRING_MAIL_FROM", "kring@localhost"),
            mail_name=environ.get("KRING_MAIL_NAME", "Kring"),
            mail_throttle=environ.get("KRING_MAIL_THROTTLE", "none"),
            bounce_address=environ.get("KRING_BOUNCE_ADDRESS", ""),
            bounce_mailbox=environ.get("KRING_BOUNCE_MAILBOX", ""),
            plenary_above=int(environ.get("KRING_PLENARY_ABOVE", "40")),
            testing=_yes(environ.get("KRING_TESTING", "no")),
        )


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _yes(text: str) -> bool:
    return text.strip().lower() in {"1", "yes", "true", "on"}


def _secret(environ: Mapping[str, str], data_dir: Path) -> str:
    given = environ.get("KRING_SECRET_KEY", "")
    if given:
        return _long_enough(given, "KRING_SECRET_KEY")
    path = data_dir / "secret_key"
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Unusable(f"The data folder {data_dir} cannot be made: {error.strerror}.") from error
    try:
        if not path.exists():
            _keep_new_secret(data_dir, path)
        return _long_enough(path.read_text(encoding="ascii").strip(), f"The secret in {path}")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise Unusable(f"The secret in {path} cannot be read or written: {reason}.") from error


def _long_enough(secret: str, name: str) -> str:
    if len(secret.encode()) >= LEAST_SECRET:
        return secret
    raise Unusable(
        f"{name} is shorter than {LEAST_SECRET} bytes, so cookies and links could be forged. "
        "Put a long random one there; without any, Kring makes one."
    )


def _keep_new_secret(data_dir: Path, path: Path) -> None:
    """Make the secret of a new installation, whole or not at all."""
    handle, unfinished = tempfile.mkstemp(prefix=".secret_key-", dir=data_dir)  # mode 0600
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        _put_in_place(Path(unfinished), path)
    finally:
        Path(unfinished).unlink(missing_ok=True)


def _put_in_place(unfinished: Path, path: Path) -> None:
    """Give the secret its name; of two that start at once both use what the first put there."""
    try:
        os.link(unfinished, path)
    except FileExistsError:
        return
    except OSError:  # where a file can have one name only
        unfinished.rename(path)
