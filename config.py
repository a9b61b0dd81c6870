"""Settings: read from the environment (and `.env`), typed, each with its name, default and meaning.

`Settings.from_env(mapping)` is the one reader; `flask_config(settings)` says what Flask, Flask-AppBuilder and
their extensions get. A setting that cannot be used raises `SettingsError`, which says what to do.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

from dotenv import dotenv_values

from app import values

ROOT = values.ROOT
TRANSLATIONS = ROOT / "translations"
MIGRATIONS = ROOT / "app" / "migrations"
LOCALES = {"zh_Hans": {"flag": "cn", "name": "中文"}, "en": {"flag": "gb", "name": "English"}}
ADMINISTRATORS = ("platform_admin", "city_admin", "county_admin", "security_admin", "auditor")
_CHINA = ZoneInfo("Asia/Shanghai")
_KEY_BYTES = 32
_HIDDEN = {"DATABASE_URL", "REDIS_URL", "HUIYIN_SECRET_KEY", "HUIYIN_DATA_KEYS"} | {
    "HUIYIN_DEMO_PASSWORD",
    "HUIYIN_SMS_HTTP_TOKEN",
    "HUIYIN_METRICS_TOKEN",
}
"""Never in a repr, nor in an error's sentence."""


class SettingsError(Exception):
    """A setting is missing or cannot be used; the message names it and says what to do."""


def _setting(name: str, default: Any, meaning: str, parse: Callable[[str], Any] = str) -> Any:
    metadata = {"name": name, "meaning": meaning, "parse": parse}
    return field(default=default, metadata=metadata, repr=name not in _HIDDEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings of one process. Times in seconds unless the name says otherwise."""

    env: str = _setting(
        "HUIYIN_ENV", "development", "`development` or `production`.", values.one_of("development", "production")
    )
    host: str = _setting("HUIYIN_HOST", "127.0.0.1", "Address that the web process listens on.")
    port: int = _setting("HUIYIN_PORT", 8080, "Port that the web process listens on.", values.port)
    public_url: str = _setting(
        *("HUIYIN_PUBLIC_URL", ""),
        "Address under which people reach the site, in links of messages. Empty: `http://HOST:PORT`. "
        "With https, cookies are marked Secure.",
        values.address,
    )
    data: Path = _setting(
        *("HUIYIN_DATA", ROOT / "instance"),
        "Folder for the SQLite file, the embedded Valkey, the outbox and made-up secrets.",
        values.folder,
    )
    database_url: str = _setting(
        *("DATABASE_URL", ""),
        "`postgresql+psycopg://…` or `sqlite:///…`. Empty: the file `huiyin.db` in `HUIYIN_DATA`.",
        values.database,
    )
    redis_url: str = _setting(
        *("REDIS_URL", ""),
        "Valkey or Redis for wake-ups. Empty: `run.py all` starts one with its socket in `HUIYIN_DATA`.",
    )
    secret_key: str = _setting(
        *("HUIYIN_SECRET_KEY", ""),
        "Signs sessions and tokens; at least 32 characters. Made up in development (`secret-key` in "
        "`HUIYIN_DATA`), required in production.",
    )
    data_keys: tuple[tuple[str, bytes], ...] = _setting(
        *("HUIYIN_DATA_KEYS", ()),
        "Keys that seal names, phones and ID numbers: `keyid:base64 of 32 bytes`, several separated by "
        "commas, the current one first. Made up in development (`data-keys` in `HUIYIN_DATA`), required in "
        "production.",
        values.data_keys,
    )
    passwords: str = _setting(
        *("HUIYIN_PASSWORDS", "dengbao3"),
        "Rules of passwords: "
        "`dengbao3` (10 characters of three kinds, none of the last five, 90 days) or "
        "`asvs` (12 characters, no kinds, no end). Neither takes well-known ones.",
        values.one_of("dengbao3", "asvs"),
    )
    auth: str = _setting(
        *("HUIYIN_AUTH", "db"),
        "Where passwords are: `db` (here), `ldap` or `oidc` (elsewhere; accounts, roles and units stay here).",
        values.one_of("db", "ldap", "oidc"),
    )
    auth_file: Path | None = _setting(
        *("HUIYIN_AUTH_FILE", None, "JSON file with what `ldap` or `oidc` needs: docs/accounts.md.", values.folder)
    )
    second_factor: tuple[str, ...] = _setting(
        *("HUIYIN_SECOND_FACTOR", ADMINISTRATORS),
        "Roles that sign in with a code from an app besides the password, separated by commas; `none`: no role has to.",
        values.roles,
    )
    idle_minutes: int = _setting(
        *("HUIYIN_IDLE_MINUTES", 30),
        "Minutes without a page after which an officer is signed out.",
        values.whole(5, 720),
    )
    session_hours: int = _setting(
        *("HUIYIN_SESSION_HOURS", 12), "Hours after which an officer has to sign in again in any case.", values.count
    )
    redact: str = _setting(
        *("HUIYIN_REDACT", "always"),
        "When units, connected systems and exports read a case without phones, ID numbers and names: `always`, or "
        "`confidential` (confidential and anonymous cases only).",
        values.one_of("always", "confidential"),
    )
    unmask_hour: int = _setting(
        *(
            "HUIYIN_UNMASK_HOUR",
            10,
            "Names and phones that one officer may open in an hour, each with a reason.",
            values.whole(1, 10_000),
        )
    )
    unmask_day: int = _setting("HUIYIN_UNMASK_DAY", 30, "The same in a day.", values.whole(1, 10_000))
    delivery_years: int = _setting(
        *("HUIYIN_DELIVERY_YEARS", 3),
        "Years for which it is kept which personal data went to which connected system.",
        values.count,
    )
    phone_check: bool = _setting(
        *("HUIYIN_PHONE_CHECK", False),
        "`on`: a mobile number given on the portal is proved by a code in a text message before the complaint is "
        "taken; `off`: it is taken as typed.",
        values.switch,
    )
    leave_url: str = _setting(
        *("HUIYIN_LEAVE_URL", ""),
        "Where the button to leave quickly leads, an inconspicuous page of another site. Empty: the portal's start "
        "page.",
        values.address,
    )
    contact: str = _setting(
        *("HUIYIN_CONTACT", ""),
        "How the centre is reached (telephone, address, hours), in one line at the foot of every public page and on "
        "the receipt.",
    )
    owner: str = _setting(
        *("HUIYIN_OWNER", ""),
        "Who runs the site, and the numbers it is registered under (ICP, police), for the foot of the public pages; "
        "lines are parted by a vertical bar.",
    )
    name: str = _setting("HUIYIN_NAME", "回音", "Name of the site, shown in titles.")
    logo: Path | None = _setting(
        *("HUIYIN_LOGO", None, "Picture beside the name of the site, a file. Empty: its first character in a seal."),
        values.picture,
    )
    theme: str = _setting(
        *("HUIYIN_THEME", "gov-blue"),
        "Colours of all pages: `gov-blue` or `gov-red`.",
        values.one_of("gov-blue", "gov-red"),
    )
    band: str = _setting(
        *("HUIYIN_BAND", ""),
        "Words of a band across every page, such as 测试环境, where this is not the real system. Empty: none.",
    )
    demo_password: str = _setting(
        *("HUIYIN_DEMO_PASSWORD", ""),
        "Password of the demonstration accounts. Empty: a random one (`demo-password` in `HUIYIN_DATA`).",
    )
    sms: tuple[str, ...] = _setting(
        *("HUIYIN_SMS", ("outbox",)),
        "Gateways for messages in order of preference, separated by commas: `outbox` (a folder, and a page "
        "that shows each message), `http`.",
        values.gateways,
    )
    sms_http_url: str = _setting("HUIYIN_SMS_HTTP_URL", "", "Address of the `http` gateway.", values.address)
    sms_http_query_url: str = _setting(
        *("HUIYIN_SMS_HTTP_QUERY_URL", ""),
        "Address that tells whether the `http` gateway took a message. Empty: a message whose fate is unknown is "
        "left to a person, never sent again.",
        values.address,
    )
    sms_http_token: str = _setting("HUIYIN_SMS_HTTP_TOKEN", "", "Bearer token for the `http` gateway.")
    sms_http_timeout: int = _setting(
        "HUIYIN_SMS_HTTP_TIMEOUT", 10, "Seconds to wait for an answer of the `http` gateway.", values.count
    )
    sms_lease: int = _setting(
        *("HUIYIN_SMS_LEASE", 300),
        "Seconds for which the message of a worker that died is left alone: longer than the gateway takes to know "
        "what it has sent.",
        values.whole(5, 3600),
    )
    storage: Path | None = _setting(
        *("HUIYIN_STORAGE", None, "Folder for evidence, encrypted. Empty: `files` in `HUIYIN_DATA`.", values.folder)
    )
    clamd: str = _setting(
        *("HUIYIN_CLAMD", ""),
        "clamd that scans each file, `unix:/path` or `host:port`; while it is away no file is taken. Empty: none.",
        values.scanner,
    )
    web_workers: int = _setting("HUIYIN_WEB_WORKERS", 2, "Processes of the web server.", values.count)
    web_threads: int = _setting("HUIYIN_WEB_THREADS", 4, "Threads of each web process.", values.count)
    proxies: int = _setting(
        *("HUIYIN_PROXIES", 0),
        "How many trusted proxies stand in front, each of which adds to `X-Forwarded-For`: as many of its last "
        "addresses are believed, and `X-Forwarded-Proto` and `X-Request-Id` are. 0: none of them is.",
        values.whole(0, 5),
    )
    log: str = _setting(
        *("HUIYIN_LOG", ""),
        "The log, on standard error: `json` (one object a line) or `plain`. Empty: `plain` in development, `json` in "
        "production.",
        values.one_of("json", "plain"),
    )
    log_level: str = _setting(
        *("HUIYIN_LOG_LEVEL", "info"),
        "`debug` (beats of clock and worker too), `info` or `warning`.",
        values.one_of("debug", "info", "warning"),
    )
    metrics_token: str = _setting(
        *("HUIYIN_METRICS_TOKEN", ""),
        "Bearer token for `/metrics`; at least 16 characters. Empty: it answers on this machine only.",
        values.metrics_token,
    )
    now: datetime | None = _setting(
        *("HUIYIN_NOW", None),
        "Development and tests only: ISO instant (without offset: China time) from which business time runs.",
        values.instant,
    )
    clock_offset: float = _setting(
        *("HUIYIN_CLOCK_OFFSET", 0.0),
        "Business time minus real time in seconds, told by `run.py all` to its processes; not set by hand.",
        float,
    )

    @classmethod
    def from_env(cls, env: Mapping[str, str], real_now: datetime | None = None) -> Self:
        """Read, check and complete the settings; HUIYIN_NOW is measured from `real_now` (default: now)."""
        given = [each for each in fields(cls) if env.get(each.metadata["name"], "").strip()]
        settings = cls(**{each.name: _parse(each, env[each.metadata["name"]]) for each in given})
        if settings.is_production:
            _check_production(settings)
        is_offset_given = any(each.name == "clock_offset" for each in given)
        return replace(settings, **_completed(settings, is_offset_given, real_now or datetime.now(UTC)))

    @property
    def is_production(self) -> bool:
        """Whether made-up secrets, demonstration accounts and a moved clock are forbidden."""
        return self.env == "production"

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a SQLite file."""
        return self.database_url.startswith("sqlite")

    @property
    def valkey_folder(self) -> Path:
        """Where the embedded Valkey keeps its files and, unless the path is too long, its socket."""
        return self.data / "valkey"

    @property
    def offset(self) -> timedelta:
        """Business time minus real time."""
        return timedelta(seconds=self.clock_offset)


def load_settings(env: Mapping[str, str] | None = None) -> Settings:
    """Settings of this process: the environment, over the project's `.env`."""
    written = {name: value for name, value in dotenv_values(ROOT / ".env").items() if value}
    return Settings.from_env({**written, **(os.environ if env is None else env)})


def described() -> list[tuple[str, str, str]]:
    """(name, default, meaning) of every setting, in order: what docs/configuration.md must say."""
    return [(each.metadata["name"], _shown(each.default), each.metadata["meaning"]) for each in fields(Settings)]


def _shown(default: object) -> str:
    match default:
        case Path():
            return f"{default.relative_to(ROOT)}/"
        case tuple():
            return ",".join(default)
        case bool():
            return "on" if default else "off"
        case float():
            return f"{default:g}"
        case _:
            return "" if default is None else str(default)


def _parse(each: Field[Any], text: str) -> Any:
    try:
        return each.metadata["parse"](text.strip())
    except ValueError as error:
        name = each.metadata["name"]
        shown = "" if name in _HIDDEN else f" ({text.strip()!r})"
        raise SettingsError(f"{name} cannot be read{shown}: it must be {error}.") from None


def _check_production(settings: Settings) -> None:
    if not settings.secret_key or not settings.data_keys:
        raise SettingsError("Production needs HUIYIN_SECRET_KEY and HUIYIN_DATA_KEYS: set both, outside the database.")
    if settings.now is not None or settings.clock_offset:
        raise SettingsError("HUIYIN_NOW is for development and tests: unset it, or set HUIYIN_ENV=development.")
    if settings.demo_password:
        raise SettingsError("HUIYIN_DEMO_PASSWORD is for development: unset it, production has no such accounts.")


def _completed(settings: Settings, is_offset_given: bool, real_now: datetime) -> dict[str, Any]:
    shown_host = f"[{settings.host}]" if ":" in settings.host else settings.host
    found: dict[str, Any] = {
        "public_url": settings.public_url or f"http://{shown_host}:{settings.port}",
        "database_url": settings.database_url or f"sqlite:///{settings.data / 'huiyin.db'}",
        "log": settings.log or ("json" if settings.is_production else "plain"),
        "redis_url": settings.redis_url or f"unix://{socket_path(settings.valkey_folder)}",
    }
    if settings.now is not None and not is_offset_given:
        found["clock_offset"] = (settings.now - real_now).total_seconds()
    return {**found, **_secrets(settings)}


def _secrets(settings: Settings) -> dict[str, Any]:
    secret_key = settings.secret_key or kept_secret(settings.data / "secret-key", lambda: secrets.token_urlsafe(48))
    if len(secret_key) < _KEY_BYTES:
        raise SettingsError("HUIYIN_SECRET_KEY is too short: use at least 32 characters.")
    return {
        "secret_key": secret_key,
        "data_keys": settings.data_keys or values.data_keys(kept_secret(settings.data / "data-keys", _new_data_key)),
    }


def _new_data_key() -> str:
    return f"k1:{base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()}"


def kept_secret(path: Path, make: Callable[[], str]) -> str:
    """The secret kept in `path` (mode 600); made by the first of the processes that ask for it."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"{make()}\n")
        try:
            os.link(draft, path)  # fails where another process was first: its secret counts
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def socket_path(folder: Path) -> Path:
    """The embedded Valkey's socket: in `folder`, or elsewhere where that path is too long for one."""
    path = folder / "valkey.sock"
    if len(os.fsencode(path)) <= 100:
        return path
    short = f"huiyin-{os.getuid()}-{binascii.crc32(os.fsencode(folder)):08x}"
    return Path("/tmp", short, "valkey.sock")  # noqa: S108 # nosec B108 - a private folder: `embedded` checks its owner
