"""The second factor: codes of six digits from an app (RFC 6238), and ten recovery codes; each is good once.

Times are real time. The secret is sealed in its row, recovery codes are kept as keyed hashes.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlalchemy import delete, func, select, update

from app.domain.access import Actor
from app.extensions import access, db, keyring
from app.models.account import RecoveryCode, SecondFactor
from app.models.officer import Officer
from app.operations import attempts, configuration, passwords
from app.operations.attempts import Key, Rule

STEP: Final = 30
TRIES: Final = Rule(5, timedelta(minutes=15), timedelta(minutes=15))
_CODES: Final = 10
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # pragma: allowlist secret
_FIXED: Final = {"synchronize_session": False}


def is_required(officer: Officer) -> bool:
    """Whether the roles of an account ask for a second factor."""
    return bool({role.name for role in officer.roles} & access.factor_roles) and not passwords.is_spared(officer)


def is_enrolled(user_id: int) -> bool:
    """Whether an account has one that is confirmed: it is then asked for, required or not."""
    mine = select(SecondFactor.id).where(SecondFactor.user_id == user_id, SecondFactor.confirmed_at.is_not(None))
    return db.session.scalar(mine) is not None


def start(user_id: int) -> None:
    """Make a new secret that waits for its first code, and commit; a confirmed one stays as it is."""
    if is_enrolled(user_id):
        return
    db.session.execute(delete(SecondFactor).where(SecondFactor.user_id == user_id), execution_options=_FIXED)
    db.session.add(
        SecondFactor(user_id=user_id, secret=base64.b32encode(secrets.token_bytes(20)).decode(), last_step=0)
    )
    db.session.commit()


def waiting_secret(user_id: int) -> str | None:
    """The secret (base 32) that is not confirmed yet, to be shown; never one that is."""
    row = db.session.scalar(select(SecondFactor).where(SecondFactor.user_id == user_id))
    return row.secret if row is not None and row.confirmed_at is None else None


def uri(secret: str, username: str, issuer: str) -> str:
    """What the picture for the app says."""
    return _totp(secret).get_provisioning_uri(username, issuer)


def confirm(user_id: int, code: str, real_now: datetime) -> list[str]:
    """Take the first code, and commit: the recovery codes, to be shown once; none where the code is wrong."""
    if waiting_secret(user_id) is None or not _proved(user_id, code, real_now):
        return []
    stamped = update(SecondFactor).where(SecondFactor.user_id == user_id).values(confirmed_at=real_now)
    db.session.execute(stamped, execution_options=_FIXED)
    return renew_codes(user_id)


def renew_codes(user_id: int) -> list[str]:
    """Replace the recovery codes, and commit: the new ones, to be shown once."""
    _forget_codes(user_id)
    codes = [_made_up() for _ in range(_CODES)]
    db.session.add_all(RecoveryCode(user_id=user_id, code_hash=_hash(user_id, code)) for code in codes)
    db.session.commit()
    return codes


def codes_left(user_id: int) -> int:
    """How many recovery codes are left."""
    return int(db.session.scalar(select(func.count(RecoveryCode.id)).where(RecoveryCode.user_id == user_id)) or 0)


def prove(user_id: int, code: str, real_now: datetime) -> bool:
    """Whether this is a code of a confirmed factor, or a recovery code, which is used up with that; commits."""
    return (is_enrolled(user_id) and _proved(user_id, code, real_now)) or _recovered(user_id, code)


def take(user_id: int, real_now: datetime) -> datetime | None:
    """Take a place for one try, and commit; None, or until when no more is looked at. `forget` it when it was right."""
    return attempts.take([_key(user_id)], real_now)


def forget(user_id: int) -> None:
    """Count tries from nothing again, and commit."""
    attempts.forget([_key(user_id)])


def reset(officer: Officer, actor: Actor, now: datetime) -> None:
    """Take an account's second factor away (its owner has lost it); logged, and what is signed in ends."""
    user_id = officer.id
    db.session.execute(delete(SecondFactor).where(SecondFactor.user_id == user_id), execution_options=_FIXED)
    _forget_codes(user_id)
    officer.stamp += 1
    configuration.save(officer, "update", actor, now, {"second_factor": (True, False)})
    forget(user_id)


def _proved(user_id: int, code: str, real_now: datetime) -> bool:
    """Compare with this half minute and its neighbours; a step that was used, or one before it, is used up."""
    row = db.session.scalars(select(SecondFactor).where(SecondFactor.user_id == user_id)).one()
    totp, step = _totp(row.secret or ""), int(real_now.timestamp()) // STEP
    given = code.strip().encode(errors="replace")
    for each in (step - 1, step, step + 1):
        if hmac.compare_digest(totp.generate(each * STEP), given):
            fresh = (SecondFactor.user_id == user_id, SecondFactor.last_step < each)
            used = db.session.execute(
                update(SecondFactor).where(*fresh).values(last_step=each), execution_options=_FIXED
            ).rowcount
            db.session.commit()
            return bool(used == 1)
    return False


def _recovered(user_id: int, code: str) -> bool:
    mine = (RecoveryCode.user_id == user_id, RecoveryCode.code_hash == _hash(user_id, code))
    gone = db.session.execute(delete(RecoveryCode).where(*mine), execution_options=_FIXED).rowcount
    db.session.commit()
    return bool(gone == 1)


def _forget_codes(user_id: int) -> None:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id), execution_options=_FIXED)


def _totp(secret: str) -> TOTP:
    return TOTP(base64.b32decode(secret), 6, SHA1(), STEP)  # noqa: S303 # nosec B303 - what the apps compute


def _made_up() -> str:
    letters = "".join(secrets.choice(_LETTERS) for _ in range(10))
    return f"{letters[:5]}-{letters[5:]}"


def _hash(user_id: int, code: str) -> str:
    plain = "".join(char for char in code.lower() if char.isalnum())
    return keyring.index(f"recovery:{user_id}:{plain.encode(errors='replace')!r}")


def _key(user_id: int) -> Key:
    return Key("second factor", str(user_id), TRIES)
