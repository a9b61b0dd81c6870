"""Settings: what is read, what is made up in development, and what is refused with a sentence."""

from __future__ import annotations

import base64
import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.configured import flask_config
from app.jobs.embedded import is_embedded, server_command
from config import Settings, SettingsError

KEYS = f"k2:{base64.b64encode(b'2' * 32).decode()},k1:{base64.b64encode(b'1' * 32).decode()}"
PRODUCTION = {"HUIYIN_ENV": "production", "HUIYIN_SECRET_KEY": "s" * 32, "HUIYIN_DATA_KEYS": KEYS}
NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


@pytest.fixture
def read(tmp_path):
    return lambda **env: Settings.from_env({"HUIYIN_DATA": str(tmp_path / "data"), **env}, NOW)


def test_a_first_start_needs_no_setting_and_makes_its_secrets_once(read):
    first, second = read(), read()
    assert first == second
    assert first.database_url == f"sqlite:///{first.data}/huiyin.db"
    assert first.public_url == "http://127.0.0.1:8080"
    for name in ("secret-key", "data-keys"):
        assert stat.S_IMODE((first.data / name).stat().st_mode) == 0o600
    assert sorted(path.name for path in first.data.iterdir()) == ["data-keys", "secret-key"]


def test_the_first_data_key_is_the_current_one(read):
    assert read(HUIYIN_DATA_KEYS=KEYS).data_keys == (("k2", b"2" * 32), ("k1", b"1" * 32))


@pytest.mark.parametrize(
    ("missing", "named"), [("HUIYIN_SECRET_KEY", "HUIYIN_SECRET_KEY"), ("HUIYIN_DATA_KEYS", "HUIYIN_DATA_KEYS")]
)
def test_production_refuses_to_start_without_its_secrets(read, tmp_path, missing, named):
    with pytest.raises(SettingsError, match=named):
        read(**{name: value for name, value in PRODUCTION.items() if name != missing})
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    "forbidden",
    [
        {"HUIYIN_NOW": "2026-03-02T09:00:00+08:00"},
        {"HUIYIN_CLOCK_OFFSET": "60"},
        {"HUIYIN_DEMO_PASSWORD": "Pass-Word-1x"},
    ],
)
def test_production_refuses_what_is_for_development(read, forbidden):
    assert read(**PRODUCTION).is_production
    with pytest.raises(SettingsError, match="is for development"):
        read(**PRODUCTION, **forbidden)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HUIYIN_ENV", "staging"),
        ("HUIYIN_PORT", "eighty"),
        ("HUIYIN_PORT", "70000"),
        ("HUIYIN_WEB_WORKERS", "0"),
        ("HUIYIN_SMS", "pigeon"),
        ("HUIYIN_SMS", ","),
        ("DATABASE_URL", "mysql://x"),
        ("HUIYIN_PUBLIC_URL", "example.org"),
        ("HUIYIN_NOW", "tomorrow"),
        ("HUIYIN_DATA_KEYS", "k1:c2hvcnQ="),
        ("HUIYIN_DATA_KEYS", "k1:%%%"),
        ("HUIYIN_SECRET_KEY", "short"),
    ],
)
def test_what_cannot_be_read_is_named(read, name, value):
    with pytest.raises(SettingsError, match=name):
        read(**{name: value})


def test_secrets_are_in_no_error_and_no_repr(read):
    with pytest.raises(SettingsError) as refusal:
        read(HUIYIN_DATA_KEYS="k1:topsecret")
    assert "topsecret" not in str(refusal.value)
    shown = repr(read(**PRODUCTION, DATABASE_URL="postgresql://u:topsecret@h/d", HUIYIN_SMS_HTTP_TOKEN="topsecret"))
    assert "topsecret" not in shown
    assert "s" * 32 not in shown


@pytest.mark.parametrize("text", ["2026-11-25T09:00:00+08:00", "2026-11-25T09:00", "2026-11-25T01:00:00Z"])
def test_the_clock_starts_at_the_instant_given(read, text):
    assert read(HUIYIN_NOW=text).clock_offset == 86400


def test_an_offset_told_by_the_supervisor_counts_more_than_the_instant(read):
    assert read(HUIYIN_NOW="2026-11-25T09:00", HUIYIN_CLOCK_OFFSET="5.5").offset.total_seconds() == 5.5


def test_cookies_are_secure_where_the_site_is(read):
    plain = flask_config(read())
    secure = flask_config(read(HUIYIN_PUBLIC_URL="https://complaints.example.org/"))
    assert (plain["SESSION_COOKIE_SECURE"], plain["SESSION_COOKIE_NAME"]) == (False, "huiyin")
    assert (secure["SESSION_COOKIE_SECURE"], secure["SESSION_COOKIE_NAME"]) == (True, "__Host-huiyin")


def test_postgresql_means_psycopg_and_is_pinged(read):
    config = flask_config(read(DATABASE_URL="postgresql://u@h/d"))
    assert config["SQLALCHEMY_DATABASE_URI"] == "postgresql+psycopg://u@h/d"
    assert config["SQLALCHEMY_ENGINE_OPTIONS"]["pool_pre_ping"]


def test_without_redis_url_a_valkey_is_embedded_behind_a_private_socket(read):
    settings = read()
    assert is_embedded(settings)
    assert not is_embedded(read(REDIS_URL="redis://127.0.0.1:6379/0"))
    assert f"{settings.valkey_folder}/valkey.sock" in server_command(settings)
    assert stat.S_IMODE(settings.valkey_folder.stat().st_mode) == 0o700


def test_a_socket_path_that_would_be_too_long_moves_elsewhere(tmp_path):
    settings = Settings.from_env({"HUIYIN_DATA": str(tmp_path / ("d" * 120))}, NOW)
    command = server_command(settings)
    socket = Path(command[command.index("--unixsocket") + 1])
    assert len(os.fsencode(socket)) < 108
    assert stat.S_IMODE(socket.parent.stat().st_mode) == 0o700
    assert settings.redis_url == f"unix://{socket}"
    socket.parent.rmdir()


def test_a_logo_is_a_picture_that_is_there(read, tmp_path):
    picture = tmp_path / "seal.png"
    with pytest.raises(SettingsError, match="HUIYIN_LOGO"):
        read(HUIYIN_LOGO=str(picture))
    picture.write_bytes(b"")
    assert read(HUIYIN_LOGO=str(picture)).logo == picture
    with pytest.raises(SettingsError, match="HUIYIN_LOGO"):
        read(HUIYIN_LOGO=str(tmp_path / "seal.exe"))
    assert read().logo is None
