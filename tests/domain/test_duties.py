"""No account runs the system and keeps accounts, or looks at the logs of what it does."""

from __future__ import annotations

from itertools import combinations

import pytest

from app.domain.access import ADMINS, SHIPPED, Role
from app.domain.duties import check_duties
from app.domain.errors import Refused

APART = {Role.SECURITY_ADMIN, Role.AUDITOR}


@pytest.mark.parametrize("pair", list(combinations(sorted(SHIPPED), 2)))
def test_two_duties_are_never_one_account_s(pair):
    is_apart = len(APART & set(pair)) == 2 or bool(APART & set(pair) and ADMINS & set(pair))
    if not is_apart:
        check_duties(pair)
        return
    with pytest.raises(Refused) as error:
        check_duties(pair)
    assert error.value.reasons[0].code == "duties"


def test_administrators_of_two_levels_are_one_duty():
    check_duties(ADMINS)
    check_duties(())
