"""Fifty threads with filters and scopes of twenty users: no answer holds a row of another's (FAB's #2366).

HUIYIN_DRILL_SECONDS=60 goes on for a minute.
"""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context

from app.domain.lifecycle import Status
from tests import factories

THREADS, USERS, TURNS = 50, 20, 4
OTHER = "410300-ZJ"


def test_no_answer_is_another_ones(office, rest, db):
    ids = [office.case(Status.INVESTIGATING) for _ in range(5)]
    numbers = {case_id: office.read(case_id).receipt_no for case_id in ids}
    db.session.remove()
    places = ("", factories.LEAD, OTHER)
    clients = [(rest("handler" if at else "intake", at=at), at) for at in (places * USERS)[:USERS]]
    db.session.remove()
    until = time.monotonic() + int(os.environ.get("HUIYIN_DRILL_SECONDS", "0"))

    def ask(turn):
        client, at = clients[turn % USERS]
        case_id = ids[turn % len(ids)]
        query = {"q": f"(filters:!((col:receipt_no,opr:eq,value:{numbers[case_id]})))"}
        answer = client("GET", "cases/", query_string=query).get_json()
        return answer["ids"], [] if at == OTHER else [case_id]

    asked = 0
    with ThreadPoolExecutor(THREADS) as pool:
        while asked < THREADS * TURNS or time.monotonic() < until:
            turns = range(asked, asked + THREADS)
            for found, expected in pool.map(lambda turn: Context().run(ask, turn), turns):
                assert found == expected
            asked += THREADS
