"""The planted names: nobody is found in a log, in Valkey, in the figures or on the page of an error.

People with names, phones and ID numbers that nobody else has file by every way in, put all that into every other
place where somebody could type it, and errors happen everywhere. A short form; HUIYIN_DRILL_NAMES=500 makes it long.
"""

from __future__ import annotations

import html
import json
import os
import random
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.cookiejar import CookieJar
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import permutations

import pytest
import redis

from app.jobs.queues import JOBS, queue_on
from tests.dumps import everything
from tests.system.site import FORM, PASSWORD, Site

COUNT = int(os.environ.get("HUIYIN_DRILL_NAMES", "40"))
SURNAMES = ["欧阳", "夏侯", "诸葛", "尉迟", "皇甫", "澹台", "公冶", "濮阳", "淳于", "单于"]
RARE = "龘靐齉爩鱻麤灪龖厵滟爨癵驫麣纞虋讟钃鸜麷鞻韽顟顠饙"
WEIGHTS, CHECKS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "10X98765432"
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass(frozen=True)
class Person:
    """Somebody who is nowhere else."""

    name: str
    latin: str
    phone: str
    id_no: str

    @property
    def needles(self) -> list[str]:
        """What to look for: as it is, as addresses and as JSON spell it."""
        escaped = json.dumps(self.name)[1:-1]
        return [self.name, urllib.parse.quote(self.name), escaped, self.latin, self.phone, self.id_no]

    @property
    def told(self) -> str:
        """All of it in one sentence."""
        return f"{self.name} ({self.latin}), {self.phone}, {self.id_no}"


def people(count: int) -> list[Person]:
    chance = random.Random(20261124)
    made, pairs = [], list(permutations(RARE, 2))
    chance.shuffle(pairs)
    for number in range(count):
        name = SURNAMES[number % len(SURNAMES)] + "".join(pairs[number])
        digits = f"41010519{chance.randrange(50, 99)}{chance.randrange(1, 13):02}{chance.randrange(1, 29):02}"
        digits += f"{number % 1000:03}"
        check = CHECKS[sum(int(d) * w for d, w in zip(digits, WEIGHTS, strict=True)) % 11]
        latin = "Zhuplant" + "".join("bcdfghjklmnp"[number // 12**place % 12] for place in range(4))
        made.append(Person(name, latin, f"199{number:04}{chance.randrange(10**4):04}", digits + check))
    return made


class Refusing(BaseHTTPRequestHandler):
    """A gateway that takes nothing and quotes everything."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked += 1
        status = (500, 200, 400, 404)[self.server.asked % 4]
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def gateway():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    server.asked = 0
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def site(tmp_path, gateway):
    env = {"HUIYIN_SMS": "http", "HUIYIN_SMS_HTTP_URL": f"http://127.0.0.1:{gateway.server_port}/"}
    with Site(tmp_path, HUIYIN_NOW="2026-11-24T10:00:00+08:00", HUIYIN_LOG="json", **env) as running:
        yield running


class Browser:
    """Pages with cookies and forms; the pages of errors are kept."""

    def __init__(self, port: int, errors: list[str], answers: Counter[int]) -> None:
        self.port, self.errors, self.answers = port, errors, answers
        self.open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar())).open

    def __call__(self, path, data=None, **headers):
        body = None if data is None else data if isinstance(data, bytes) else urllib.parse.urlencode(data).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", body, headers)
        try:
            with self.open(request, timeout=60) as answer:
                self.answers[answer.status] += 1
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                text = error.read().decode(errors="replace")
            self.answers[error.code] += 1
            if error.headers["X-Request-Id"] in text:  # others show back what was typed, to whoever typed it
                self.errors.append(text)
            return error.code, text

    def send(self, path, page="", **data):
        found = TOKEN.search(self(page or path)[1])
        return self(path, {**data, "csrf_token": html.unescape(found[1]) if found else ""})


def plant(who: Person) -> dict[str, str]:
    """Every field of a filing, as pages name them."""
    return {
        "matter": "A10",
        "matter_code": "A10",
        "region": "410105",
        "region_code": "410105",
        "title": f"收费 {who.told}",
        "body": f"窗口的 {who.told} 收了钱。",
        "occurred_on": "2026-10-08",
        "respondent.name": f"{who.name}办事处 {who.latin} {who.phone}",
        "form.fee_name": f"{who.name} {who.phone}",
        "form.fee_amount": "100",
        "form.fee_date": "2026-10-08",
        "complainant.kind": "company",
        "complainant.anonymous": "no",
        "complainant.name": who.name,
        "complainant.phone": who.phone,
        "complainant.id_no": who.id_no,
        "complainant.org_name": f"{who.name}{who.latin}有限公司",
    }


def by_portal(browser: Browser, who: Person) -> int:
    typed = plant(who)
    steps = (("/complain", ""), ("/complain/step/events", ""), ("/complain/step/contact", ""))
    for path, page in steps:
        status, _ = browser.send(path, page, **typed)
        assert status == 200, (path, status)
    return browser.send("/complain/step/check", promise="yes")[0]


def by_window(browser: Browser, who: Person) -> int:
    typed = {name: text for name, text in plant(who).items() if name != "complainant.anonymous"}
    return browser.send("/admin/desk/", do="sure", channel="window", received_on="2026-11-24", **typed)[0]


def by_rest(site: Site, token: str, who: Person) -> int:
    typed = plant(who)
    body = {name: typed[name] for name in ("matter_code", "region_code", "title", "body", "occurred_on")}
    names = ("kind", "name", "phone", "id_no", "org_name")
    complainant = {name: typed[f"complainant.{name}"] for name in names if name != "id_no"} | {"anonymous": False}
    body |= {"channel": "hotline", "source_system": "planted", "external_no": who.latin}
    body |= {"respondent": {"name": typed["respondent.name"], "kind": "government"}, "complainant": complainant}
    return site.call("POST", "/api/v1/cases/", {**body, "form": {**FORM, "fee_name": typed["form.fee_name"]}}, token)[0]


def pry(browser: Browser, token: str, who: Person) -> None:
    """Put a person into every other place that somebody could type into."""
    quoted, bearer = urllib.parse.quote(who.name), {"Authorization": f"Bearer {token}"}
    json_type = {"Content-Type": "application/json"}
    told = {"User-Agent": f"{who.latin} {who.phone}", "Referer": f"http://x/{who.phone}", "X-Request-Id": who.phone}
    for path in (
        f"/nowhere/{quoted}/{who.phone}",
        f"/evaluate/{who.phone}-{quoted}",
        f"/track?number={who.phone}&name={quoted}",
        f"/api/v1/nothing/{who.id_no}?name={quoted}",
        f"/complain/draft/{who.latin}-{who.phone}",
        f"/static/{quoted}.css",
        "/" + quoted * 100,
    ):
        browser(path, **told, **{"X-Forwarded-For": who.phone, "Cookie": f"draft={who.phone}"})
    for path in (f"/api/v1/cases/?q={quoted}", f"/api/v1/cases/by-number/{who.phone}", f"/api/v1/cases/{who.id_no}"):
        browser(path, **bearer)
    browser("/api/v1/cases/", json.dumps({"title": who.told, "complainant": who.told}).encode(), **bearer, **json_type)
    browser("/api/v1/cases/", f'{{"title": "{who.told}'.encode(), **bearer, **json_type)
    browser("/api/v1/cases/", b"{}", **{"X-API-Key": f"{who.latin}-{who.phone}"}, **json_type)
    browser.send("/track", number=who.phone, code=who.id_no)


def pry_slowly(browser: Browser, clerk: Browser, who: Person) -> None:
    """The places where the site takes its time, because somebody might guess: for some of the people only."""
    login = {"username": f"{who.latin} {who.phone}", "password": who.id_no, "provider": "db"}
    for body in ({"username": who.name, "password": who.phone}, login):
        browser("/api/v1/security/login", json.dumps(body).encode(), **{"Content-Type": "application/json"})
    browser.send("/login/", username=who.name, password=who.phone)
    browser.send("/mine", phone=who.phone)
    clerk.send("/admin/desk/find/", q=who.phone)
    clerk.send("/admin/desk/find/", q=f"{who.name}{who.latin}有限公司")


TABLES = {"drafts": "INSERT", "case_events": "INSERT", "messages": "UPDATE", "deadlines": "UPDATE"}


def break_all(site: Site, who: Person) -> None:
    """From now on the database refuses, and quotes somebody in doing so."""
    said = f"DETAIL:  Failing row contains (7, {who.told}). Key (phone)=({who.phone}) of {who.name}"
    quote = f"SELECT json_extract('{{}}', '{said}')"  # an error that quotes it, and is no race
    execute(site, *(f"CREATE TRIGGER planted_{t} BEFORE {on} ON {t} BEGIN {quote}; END" for t, on in TABLES.items()))


def mend_all(site: Site) -> None:
    execute(site, *(f"DROP TRIGGER planted_{table}" for table in TABLES))


def execute(site: Site, *statements: str) -> None:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(site.folder / "data" / "huiyin.db", timeout=60)) as connection:
        for each in statements:
            connection.execute(each)
        connection.commit()


def lines(site: Site) -> list[dict]:
    found = [line.partition(" | ")[2] for line in site.log.read_text().splitlines()]
    return [json.loads(line) for line in found if line.startswith("{")]


def hits(text: str, planted: list[Person]) -> list[str]:
    """Planted words that a text holds."""
    lowered = text.lower()
    return [needle for who in planted for needle in who.needles if needle.lower() in lowered]


@pytest.mark.slow
def test_nobody_is_found_where_nobody_may_be(site, gateway):
    planted = people(COUNT)
    assert len({needle for who in planted for needle in who.needles}) == COUNT * 6
    errors, answers = [], Counter()
    token, filed = site.token("api_client"), Counter()
    clerk = Browser(site.port, errors, answers)
    clerk.send("/login/", username="window", password=PASSWORD)
    ways = {
        "portal": lambda who: by_portal(Browser(site.port, errors, answers), who),
        "window": lambda who: by_window(clerk, who),
        "rest": lambda who: by_rest(site, token, who),
    }

    def live(number: int) -> str:
        who, way = planted[number], list(ways)[number % 3]
        status, browser = ways[way](who), Browser(site.port, errors, answers)
        pry(browser, token, who)
        if number % max(1, COUNT // 20) == 0:
            pry_slowly(browser, clerk, who)
        return f"{way} {status}"

    with ThreadPoolExecutor(4) as threads:
        filed.update(threads.map(live, range(COUNT)))
    assert set(filed) == {"portal 200", "window 200", "rest 201"}, filed
    broken = _while_all_is_broken(site, planted, ways)
    metrics = Browser(site.port, errors, answers)("/metrics")[1]
    dump = _valkey(site)
    log = site.log.read_text()
    print("filed", dict(filed), "broken", dict(broken), "answers", dict(sorted(answers.items())))
    print("log lines", len(log.splitlines()), "valkey bytes", len(dump), "error pages", len(errors))
    print(
        "gateway asked",
        gateway.asked,
        "failures logged",
        Counter(line["message"] for line in lines(site) if "error" in line),
    )
    assert hits(log, planted) == []
    assert hits(dump, planted) == []
    assert hits(metrics, planted) == []
    assert hits("\n".join(errors), planted) == []
    assert hits(f"{log} {planted[-1].phone}", planted) == [planted[-1].phone]
    assert "huiyin_request_seconds_count" in metrics
    assert gateway.asked > 0


def _while_all_is_broken(site: Site, planted: list[Person], ways) -> Counter[str]:
    """File, work and tick with a database that refuses: pages, jobs and the clock fail, and say so in the log."""
    execute(site, "UPDATE deadlines SET next_check_at = '2026-01-01 00:00:00.000000' WHERE next_check_at IS NOT NULL")
    break_all(site, planted[0])
    statuses: Counter[str] = Counter()
    for who in planted[:3]:
        for way in ("window", "rest"):
            statuses[f"{way} {ways[way](who)}"] += 1
        statuses[f"portal {Browser(site.port, [], Counter()).send('/complain', **plant(who))[0]}"] += 1
    with redis.Redis(unix_socket_path=f"{site.folder}/data/valkey/valkey.sock") as connection:
        for name in JOBS.values():
            queue_on(connection).enqueue(name, failure_ttl=3600)
    wanted = {"a request failed", "a job failed"}
    site.wait(lambda: wanted <= {line["message"] for line in lines(site) if "error" in line}, 90)
    mend_all(site)
    return statuses


def _valkey(site: Site) -> str:
    folder = site.folder / "data" / "valkey"
    with redis.Redis(unix_socket_path=f"{folder}/valkey.sock") as connection:
        assert queue_on(connection).failed_job_registry.count > 0
        held = everything(connection)
    time.sleep(1.5)  # the append-only file is written each second
    return "\n".join([held.decode(errors="replace"), *(p.read_text(errors="replace") for p in folder.rglob("*.aof"))])
