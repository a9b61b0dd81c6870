"""Passwords kept elsewhere, by FAB's own configuration: LDAP and OpenID Connect. Accounts, roles and units stay here.

Nobody is registered by signing in, and no role is taken from elsewhere.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from flask_appbuilder.const import AUTH_DB, AUTH_LDAP, AUTH_OAUTH

from config import SettingsError

PROVIDER, USER_CLAIM = "oidc", "HUIYIN_OIDC_USER"
TYPES = {"db": AUTH_DB, "ldap": AUTH_LDAP, "oidc": AUTH_OAUTH}
_OIDC = ("issuer", "client_id", "client_secret")


def fab_settings(auth: str, file: Path | None) -> dict[str, Any]:
    """What FAB is told. The file holds FAB's AUTH_LDAP_* settings, or issuer, client and secret of OpenID Connect.

    Raises SettingsError.
    """
    if auth == "db":
        return {"AUTH_TYPE": AUTH_DB}
    return {"AUTH_TYPE": TYPES[auth], **(_ldap if auth == "ldap" else _oidc)(_read(auth, file))}


def _read(auth: str, file: Path | None) -> dict[str, Any]:
    try:
        given = json.loads(file.read_text()) if file else {}
    except (OSError, ValueError) as error:
        raise SettingsError(f"HUIYIN_AUTH_FILE cannot be read as JSON: {type(error).__name__}.") from None
    if not isinstance(given, dict) or not given:
        raise SettingsError(f"HUIYIN_AUTH={auth} needs HUIYIN_AUTH_FILE, a JSON object; see docs/accounts.md.")
    return given


def _ldap(given: dict[str, Any]) -> dict[str, Any]:
    strange = [name for name in given if not name.startswith("AUTH_LDAP_")]
    if strange or "AUTH_LDAP_SERVER" not in given:
        raise SettingsError("HUIYIN_AUTH_FILE for ldap holds AUTH_LDAP_SERVER and other AUTH_LDAP_* settings only.")
    if not (str(given["AUTH_LDAP_SERVER"]).startswith("ldaps://") or given.get("AUTH_LDAP_USE_TLS")):
        raise SettingsError("Passwords go to the LDAP server encrypted only: use ldaps:// or AUTH_LDAP_USE_TLS.")
    return {"AUTH_LDAP_TLS_DEMAND": True, **given}


def _oidc(given: dict[str, Any]) -> dict[str, Any]:
    if lacking := [name for name in _OIDC if not given.get(name)]:
        raise SettingsError(f"HUIYIN_AUTH_FILE for oidc lacks {', '.join(lacking)}.")
    remote = {
        "client_id": given["client_id"],
        "client_secret": given["client_secret"],
        "server_metadata_url": f"{str(given['issuer']).rstrip('/')}/.well-known/openid-configuration",
        "client_kwargs": {"scope": given.get("scope", "openid profile"), "code_challenge_method": "S256"},
    }
    provider = {"name": PROVIDER, "icon": "fa-key", "token_key": "access_token", "remote_app": remote}
    return {"OAUTH_PROVIDERS": [provider], USER_CLAIM: given.get("user_claim", "preferred_username")}
