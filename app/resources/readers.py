"""Sets of roles that the nouns' tables of rights are made of."""

from __future__ import annotations

from app.domain.access import CENTRE, FILERS, SHIPPED, UNIT, Role

EVERYBODY = SHIPPED
OFFICERS = SHIPPED - {Role.API_CLIENT}
CASEWORKERS = CENTRE | UNIT
WITH_FILERS = CASEWORKERS | FILERS
PROVINCE = frozenset({Role.PLATFORM_ADMIN})
USER_ADMINS = PROVINCE | {Role.SECURITY_ADMIN}
