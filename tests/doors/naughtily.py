"""Sending naughty texts byte by byte, and what every answer must be: calm, and in the reader's language."""

from __future__ import annotations

import html
import json
import re
from typing import Any
from urllib.parse import quote

from tests.pages import Page

_FAULTS = (
    re.compile(r'<p class="wrong"[^>]*>\s*(?:<b>[^<]*</b>)?(.*?)</p>', re.DOTALL),
    re.compile(r'<p class="hy-error"[^>]*>.*?<span>(.*?)</p>', re.DOTALL),
    re.compile(r'<div class="alert alert-danger alert-dismissible">(.*?)<button', re.DOTALL),
    re.compile(r'<div class="alert alert-danger hy-summary".*?<ul>(.*?)</ul>', re.DOTALL),
    re.compile(r'<div class="summary".*?<ul>(.*?)</ul>', re.DOTALL),
)
_TAG = re.compile(r'<(?:input|textarea)[^>]* name="([^"]+)"[^>]*>(?:\n?([^<]*)</textarea>)?')
REFUSED = {400, 409, 413, 422, 429}


class Sender:
    """Sends forms byte by byte, with a token taken once."""

    def __init__(self, visitor: Page, path: str) -> None:
        """Take the token of a page's form."""
        self.visitor, self.token = visitor, visitor.token(path)

    def __call__(self, path: str, **fields: str) -> Any:
        """POST."""
        pairs = {**fields, "csrf_token": self.token}.items()
        raw = "&".join(f"{quote(name)}={quote(text.encode('utf-8', 'surrogatepass'))}" for name, text in pairs)
        return self.visitor.post(path, data=raw.encode(), content_type="application/x-www-form-urlencoded")


def as_json(body: Any) -> dict[str, Any]:
    """A body in ASCII, so that half a surrogate pair can be sent too."""
    return {"data": json.dumps(body).encode(), "content_type": "application/json"}


def sent(text: str) -> str:
    """A text as it arrives from a form: half a surrogate pair is no UTF-8, its bytes stay spelled out (%ED%A0%80)."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "werkzeug.url_quote")


def is_chinese(message: str) -> bool:
    """Whether a message has been translated."""
    return any("\u4e00" <= letter <= "\u9fff" for letter in message)


def faults(page: str) -> list[str]:
    """What a page says is wrong."""
    found = [re.sub("<[^>]*>", "", each).strip() for pattern in _FAULTS for each in pattern.findall(page)]
    return [html.unescape(each) for each in found if each]


def values(page: str) -> dict[str, str]:
    """What the inputs of a page hold."""
    found = {}
    for each in _TAG.finditer(page):
        value = re.search(r' value="([^"]*)"', each[0])
        found[each[1]] = html.unescape(each[2] or (value[1] if value else ""))
    return found


def calm(answer: Any, *fine: int, about: object = "") -> Any:
    """One of the fine statuses, or a refusal that says in Chinese what is wrong. Never a fault of ours."""
    said = (answer.status_code, about)
    assert answer.status_code in {*fine, *REFUSED}, said
    if answer.status_code not in fine and answer.status_code in {409, 422}:
        told = faults(answer.text)
        assert told, said
        assert all(map(is_chinese, told)), (told, said)
    return answer


def told(answer: Any, *fine: int, about: object = "") -> Any:
    """The same for REST: fine, or a problem in Chinese, field by field."""
    said = (answer.status_code, about)
    assert answer.status_code < 500, said
    if answer.status_code in fine:
        return answer
    assert answer.mimetype == "application/problem+json", said
    problem = answer.get_json()
    lines = [line["message"] for name in ("errors", "reasons") for line in problem.get(name, ())]
    assert lines or problem["detail"], said
    assert all(map(is_chinese, lines or [problem["detail"]])), (lines, problem["detail"], said)
    return answer
