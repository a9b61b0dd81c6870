"""Passwords kept elsewhere: settings as FAB wants them, LDAP in the place of our hash, OpenID Connect with a server."""

from __future__ import annotations

import json
import threading
from contextvars import Context
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from flask_appbuilder.const import AUTH_LDAP, AUTH_OAUTH

from app import create_app
from app.extensions import access, db
from app.fab.elsewhere import USER_CLAIM, fab_settings
from config import ADMINISTRATORS, SettingsError
from tests.doors.test_passwords import latest
from tests.doors.test_sign_ins import is_in
from tests.pages import PASSWORD, page

GOOD = {"issuer": "http://127.0.0.1:1", "client_id": "huiyin", "client_secret": "secret"}
LDAP = {"AUTH_LDAP_SERVER": "ldaps://ldap.example.invalid", "AUTH_LDAP_SEARCH": "dc=example"}


def written(tmp_path, content):
    file = tmp_path / "auth.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return file


def test_settings_become_those_of_fab(tmp_path):
    assert fab_settings("db", None) == {"AUTH_TYPE": 1}
    ldap = fab_settings("ldap", written(tmp_path, LDAP))
    assert ldap == {"AUTH_TYPE": AUTH_LDAP, "AUTH_LDAP_TLS_DEMAND": True, **LDAP}
    oidc = fab_settings("oidc", written(tmp_path, GOOD))
    assert (oidc["AUTH_TYPE"], oidc[USER_CLAIM]) == (AUTH_OAUTH, "preferred_username")
    remote = oidc["OAUTH_PROVIDERS"][0]["remote_app"]
    assert remote["server_metadata_url"] == "http://127.0.0.1:1/.well-known/openid-configuration"


@pytest.mark.parametrize(
    ("auth", "content"),
    [
        ("ldap", "no json"),
        ("ldap", []),
        ("ldap", {"AUTH_LDAP_SEARCH": "x"}),
        ("ldap", {**LDAP, "AUTH_USER_REGISTRATION": True}),
        ("ldap", {"AUTH_LDAP_SERVER": "ldap://plain.example.invalid"}),
        ("oidc", {**GOOD, "client_secret": ""}),
    ],
)
def test_what_cannot_be_used_is_said(tmp_path, auth, content):
    with pytest.raises(SettingsError):
        fab_settings(auth, written(tmp_path, content))
    with pytest.raises(SettingsError):
        fab_settings(auth, None)
    with pytest.raises(SettingsError):
        fab_settings(auth, tmp_path / "missing")


@pytest.fixture
def other(settings, tmp_path, app, office, monkeypatch):
    """An app whose passwords are elsewhere."""
    made = []

    def make(auth, content):
        for name in ("auth", "factor_roles", "hash_method"):
            monkeypatch.setattr(access, name, getattr(access, name))
        chosen = replace(settings, auth=auth, auth_file=written(tmp_path, content))
        made.append(create_app(chosen, TESTING=True, RATELIMIT_ENABLED=False))
        return made[-1]

    yield make
    for each in made:
        with each.app_context():
            db.engine.dispose()


def test_ldap_stands_in_the_place_of_the_hash(other, office, monkeypatch):
    office.sign_in("handler")
    name = latest(office.app).username
    app = other("ldap", LDAP)
    asked = []

    def ldap(self, username, password):
        asked.append(username)
        return self.find_user(username) if password == "theirs" else None

    monkeypatch.setattr(type(app.appbuilder.sm), "auth_user_ldap", ldap)

    def call(username, password):
        login = {"username": username, "password": password, "provider": "ldap"}
        return Context().run(app.test_client().post, "/api/v1/security/login", json=login).status_code

    assert [call(name, PASSWORD), call(name, "theirs"), call("nobody", "theirs")] == [401, 200, 401]
    assert asked == [name, name]
    browser = page(app)
    assert browser.send("/login/", username=name, password="theirs").status_code == 302
    assert is_in(browser)
    assert "resetmypassword" not in browser.get("/admin/account/").text
    for _ in range(5):
        call(name, "wrong")
    assert call(name, "theirs") == 429


class Provider:
    """A tiny OpenID provider: metadata, keys, and a token for whoever `user` names."""

    def __init__(self):
        from joserfc import jwk

        self.key = jwk.RSAKey.generate_key(2048, parameters={"kid": "one"})
        self.forger = jwk.RSAKey.generate_key(2048, parameters={"kid": "one"})
        self.claims, self.is_forged = {}, False
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.answer(provider.metadata if "configuration" in self.path else provider.keys)

            def do_POST(self):
                length = int(self.headers["Content-Length"])
                provider.form = parse_qs(self.rfile.read(length).decode())
                self.answer({"access_token": "at", "token_type": "Bearer", "id_token": provider.token()})

            def answer(self, body):
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(body).encode())

            def log_message(self, *_):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    @property
    def keys(self):
        return {"keys": [self.key.as_dict(private=False)]}

    @property
    def metadata(self):
        ends = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        return {
            "issuer": self.url,
            **{name: f"{self.url}/{path}" for name, path in ends.items()},
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def token(self):
        from joserfc import jwt

        key = self.forger if self.is_forged else self.key
        now = 1_700_000_000
        claims = {"iss": self.url, "aud": "huiyin", "sub": "1", "iat": now, "exp": 4_000_000_000, **self.claims}
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)


@pytest.fixture
def provider():
    made = Provider()
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def comes_back(app, provider, **claims):
    """Go to the provider and come back: (browser, answer)."""
    browser = page(app)
    sent = urlsplit(browser.get("/login/oidc?next=/admin/cases/list/").location)
    asked = {name: values[0] for name, values in parse_qs(sent.query).items()}
    assert asked["code_challenge_method"] == "S256"
    provider.claims = {"nonce": asked["nonce"], **claims}
    state = claims.pop("state", asked["state"])
    return browser, browser.get("/oauth-authorized/oidc", query_string={"code": "c", "state": state})


@pytest.mark.filterwarnings("ignore:The HMAC key is 30 bytes")  # FAB's own, for the state
def test_openid_connect_lets_in_whom_there_is_an_account_for(other, office, provider):
    office.sign_in("auditor")
    name = latest(office.app).username
    app = other("oidc", {**GOOD, "issuer": provider.url})
    assert 'href="/login/oidc"' in page(app).get("/login/").text
    assert 'href="/login/oidc?next=/admin/cases/list/"' in page(app).get("/login/?next=/admin/cases/list/").text
    browser, answer = comes_back(app, provider, preferred_username=name)
    assert (answer.status_code, answer.location) == (302, "/admin/cases/list/")
    assert provider.form["code_verifier"]
    assert is_in(browser)
    with browser.session_transaction() as session:
        assert "oauth" not in session
    browser.get("/logout/")
    assert not is_in(browser)
    for claims in (
        {"preferred_username": "nobody"},
        {},
        {"preferred_username": name, "nonce": "another"},
        {"preferred_username": name, "aud": "another"},
        {"preferred_username": name, "iss": "https://another.invalid"},
        {"preferred_username": name, "exp": 1_700_000_001},
    ):
        assert not is_in(comes_back(app, provider, **claims)[0]), claims
    provider.is_forged = True
    assert not is_in(comes_back(app, provider, preferred_username=name)[0])
    login = {"username": name, "password": PASSWORD}
    answer = Context().run(app.test_client().post, "/api/v1/security/login", json=login)
    assert (answer.status_code, answer.get_json()["reasons"][0]["code"]) == (401, "sign_in_elsewhere")
    assert ADMINISTRATORS
