"""People and systems that file complaints with files and do not give up until they are told that all is well."""

from __future__ import annotations

import hashlib
import http.client
import json
import re
import threading
import uuid
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tests.operations.files import picture
from tests.system.site import FORM, Site

GIVE_UP = 2000
"""Tries, with a pause after each: more than ten minutes."""
PHONE = "1391234"


@dataclass
class Crowd:
    """What was told to whom: each filing by its name, with the hashes of its files; every answer by its status."""

    site: Site
    token: str
    acknowledged: dict[str, list[str]] = field(default_factory=dict)
    answers: Counter[str] = field(default_factory=Counter)
    bad: list[str] = field(default_factory=list)
    pause: threading.Event = field(default_factory=threading.Event)

    def api(self, number: int) -> None:
        """A connected system: uploads a picture, files with its token; both again until they are taken."""
        name, content = f"R{number}", picture(side=40)
        body = {
            "source_system": "hotline-a",
            "external_no": name,
            "channel": "hotline",
            "matter_code": "A10",
            "region_code": "410105",
            "title": f"A fee, {name}.",
            "body": "We were charged a fee.",
            "respondent": {"name": "Some office", "kind": "government"},
            "complainant": {"kind": "person", "name": "Drill Person", "phone": f"{PHONE}{number:04d}"},
            "form": FORM,
        }
        body["complainant"]["anonymous"] = False
        kind, packed = multipart({}, [("file", f"{name}.png", content)])
        taken = self.until("POST", "/api/v1/attachments/", packed, kind, {201})
        body["attachments"] = [json.loads(taken)["token"]]
        self.until("POST", "/api/v1/cases/", json.dumps(body).encode(), "application/json", {200, 201})
        self.acknowledged[name] = [hashlib.sha256(content).hexdigest()]

    def portal(self, number: int) -> None:
        """A visitor without scripts: the form with two files in one go, sent again until the receipt comes."""
        name, contents = f"P{number}", [picture(side=40), picture("JPEG", 50)]
        address = f"127.1.{number // 250}.{1 + number % 250}"
        fields = {
            "title": f"A fee, {name}.",
            "body": "We were charged a fee.",
            "respondent.name": "Some office",
            "complainant.kind": "person",
            "complainant.anonymous": "no",
            "complainant.name": "Drill Person",
            "complainant.phone": f"{PHONE}{number:04d}",
            "promise": "yes",
            "token": str(uuid.uuid4()),
            **{f"form.{key}": value for key, value in FORM.items()},
        }
        path = f"/complain/A10?{urlencode({'region': '410105'})}"
        for _ in range(GIVE_UP):
            status, page, cookie = self.send("GET", path, address=address)
            if status != 200:
                self.pause.wait(0.3)
                continue
            fields["csrf_token"] = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.decode())[1]
            files = [("files", f"{name}.{end}", content) for end, content in zip(("png", "jpg"), contents, strict=True)]
            kind, packed = multipart(fields, files)
            status, page, _ = self.send("POST", path, packed, kind, cookie, address)
            if status == 303:
                self.acknowledged[name] = sorted(hashlib.sha256(each).hexdigest() for each in contents)
                return
            self.pause.wait(0.3)
        raise AssertionError((name, self.answers, self.bad[-3:]))

    def until(self, method: str, path: str, body: bytes, kind: str, good: set[int]) -> bytes:
        """Send until it is taken; the answer."""
        for _ in range(GIVE_UP):
            status, answer, _ = self.send(method, path, body, kind)
            if status in good:
                return answer
            self.pause.wait(0.3)
        raise AssertionError((path, self.answers, self.bad[-3:]))

    def send(
        self, method: str, path: str, body: bytes | None = None, kind: str = "", cookie: str = "", address: str = ""
    ) -> tuple[int, bytes, str]:
        """One request, from an address of one's own; status 0 when nobody answers."""
        headers = {"Connection": "close", **({"Content-Type": kind} if kind else {})}
        headers |= {"Cookie": cookie} if cookie else {}
        if path.startswith("/api/"):
            headers["Authorization"] = f"Bearer {self.token}"
        source = (address, 0) if address else None
        connection = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=40, source_address=source)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
            cookies = [value.partition(";")[0] for name, value in answer.getheaders() if name.lower() == "set-cookie"]
            self.note(path, answer.status, answer.getheader("Content-Type", ""), content)
            return answer.status, content, "; ".join(cookies)
        except (OSError, http.client.HTTPException):
            self.answers["nobody"] += 1
            return 0, b"", ""
        finally:
            connection.close()

    def note(self, path: str, status: int, kind: str, content: bytes) -> None:
        """Count the answer; one that is neither good nor clear is kept."""
        self.answers[str(status)] += 1
        is_problem = path.startswith("/api/") and kind.startswith("application/problem+json")
        is_page = not path.startswith("/api/") and b"</html>" in content
        if status >= 400 and not (status in (422, 503, 507) and (is_problem or is_page)):
            self.bad.append(f"{status} {path} {content[:300]!r}")


def multipart(fields: dict[str, str], files: list[tuple[str, str, bytes]]) -> tuple[str, bytes]:
    """Content type and body of a form with files."""
    line = uuid.uuid4().hex
    start = f"--{line}\r\nContent-Disposition: form-data; name="
    made = [f'{start}"{key}"\r\n\r\n{text}\r\n'.encode() for key, text in fields.items()]
    for key, name, content in files:
        head = f'{start}"{key}"; filename="{name}"\r\nContent-Type: application/octet-stream\r\n\r\n'
        made.append(head.encode() + content + b"\r\n")
    return f"multipart/form-data; boundary={line}", b"".join(made) + f"--{line}--\r\n".encode()


class Hands:
    """Threads that take numbers from one heap until it is empty."""

    def __init__(self, acts: list, count: int) -> None:
        self.numbers = iter(range(count))
        self.lock, self.acts, self.failed = threading.Lock(), acts, []
        self.threads = [threading.Thread(target=self._work, args=(act,), daemon=True) for act in acts]
        for thread in self.threads:
            thread.start()

    def _work(self, act) -> None:
        while True:
            with self.lock:
                number = next(self.numbers, None)
            if number is None:
                return
            try:
                act(number)
            except BaseException as error:  # noqa: BLE001 - told at the end
                self.failed.append(repr(error))
                return

    @property
    def are_busy(self) -> bool:
        return any(thread.is_alive() for thread in self.threads)
