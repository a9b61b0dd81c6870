"""What Flask, Flask-AppBuilder and their extensions are told, from the settings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app.fab.elsewhere import fab_settings
from config import LOCALES, TRANSLATIONS, Settings


def engine_options(settings: Settings) -> dict[str, Any]:
    """SQLAlchemy's engine: a connection for each thread; SQLite waits 30 s for a writer; no value ever in an error."""
    usual = {"pool_size": settings.web_threads + 2, "hide_parameters": True}
    if settings.is_sqlite:
        return {**usual, "connect_args": {"timeout": 30}}
    return {**usual, "pool_pre_ping": True, "pool_recycle": 1800}


def flask_config(settings: Settings) -> dict[str, Any]:
    """What Flask, Flask-AppBuilder and their extensions are told."""
    return {
        "HUIYIN": settings,
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(settings),
        "APP_NAME": settings.name,
        "MAX_CONTENT_LENGTH": 25 * 1024 * 1024,
        **BUILDER,
        **fab_settings(settings.auth, settings.auth_file),
        **_sessions(settings),
        **_limits(settings),
    }


BUILDER = {
    "FAB_CREATE_DB": False,  # Alembic makes the tables
    "FAB_UPDATE_PERMS": False,  # `run.py upgrade` writes the permissions
    "FAB_ADD_SECURITY_API": False,  # users are managed by `run.py user` and our own screens
    "FAB_API_SWAGGER_UI": True,
    "FAB_API_MAX_PAGE_SIZE": 100,
    "FAB_API_SHOW_STACKTRACE": False,
    "FAB_PASSWORD_COMPLEXITY_ENABLED": False,  # domain/passwords.py says what is taken
    "AUTH_USER_REGISTRATION": False,
    "LANGUAGES": LOCALES,
    "BABEL_DEFAULT_LOCALE": "zh_Hans",
    "BABEL_DEFAULT_TIMEZONE": "Asia/Shanghai",
    "BABEL_TRANSLATION_DIRECTORIES": str(TRANSLATIONS),
}


def _sessions(settings: Settings) -> dict[str, Any]:
    is_secure = settings.public_url.startswith("https://")
    return {
        "WTF_CSRF_ENABLED": True,
        "WTF_CSRF_TIME_LIMIT": 8 * 3600,
        "WTF_CSRF_SSL_STRICT": False,  # the token is checked; public pages send no referrer
        "SESSION_COOKIE_NAME": "__Host-huiyin" if is_secure else "huiyin",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": is_secure,
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=settings.session_hours),
        "REMEMBER_COOKIE_SECURE": is_secure,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
        "JWT_ACCESS_TOKEN_EXPIRES": timedelta(hours=1),
        "JWT_REFRESH_TOKEN_EXPIRES": timedelta(hours=settings.session_hours),
        "JWT_TOKEN_LOCATION": ["headers"],
    }


def _limits(settings: Settings) -> dict[str, Any]:
    return {
        "RATELIMIT_ENABLED": True,
        "RATELIMIT_STORAGE_URI": settings.redis_url.replace("unix://", "redis+unix://", 1),
        "RATELIMIT_HEADERS_ENABLED": True,
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": True,  # Redis away: each process counts for itself
        "RATELIMIT_SWALLOW_ERRORS": True,
    }
