"""Files that people have uploaded, sent so that no browser runs, sniffs, frames or keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from flask import Response

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def sent(name: str, media_type: str, size: int, chunks: Iterator[bytes], *, inline: bool = False) -> Response:
    """An answer with a file's content; `inline` only for pictures that we have made ourselves.

    The name is given twice (RFC 6266): in full for all of today's browsers, in ASCII for the rest.
    """
    plain = "".join(char if char.isascii() and char.isprintable() and char not in '"\\%' else "_" for char in name)
    way = "inline" if inline else "attachment"
    answer = Response(chunks, mimetype=media_type, headers=HEADERS)
    answer.content_length = size
    full = quote(name, safe="")
    answer.headers["Content-Disposition"] = f"{way}; filename=\"{plain}\"; filename*=UTF-8''{full}"
    return answer
