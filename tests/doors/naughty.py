"""Texts that break careless programs, our own list: kinds of trouble spelled out, not copied from anywhere.

Tests use `some`: one of every kind, always the same ones for the same test; `HUIYIN_NAUGHTY=all` gives all of them.
How they are sent, and what an answer must be, is in `naughtily.py`.
"""

from __future__ import annotations

import os
import random
from itertools import product

_PAYLOADS = (
    *(
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "<a href=javascript:x>y</a>",
    ),
    *("<iframe src=//x>", "<form action=//x>", "<base href=//x>", "<style>*{display:none}</style>", "<?php x ?>"),
    *("<math><mi xlink:href='data:x'>", "<details open ontoggle=x>", "<input autofocus onfocus=x>", "<b>"),
)
_OUT_OF = ("", "</textarea>", "</title>", '">', "'>", "-->", "]]>")
_EXPRESSIONS = ("7*7", "config", "''.__class__", "case_no", "request", "x|safe")
_ENGINES = ("{{%s}}", "{%% %s %%}", "${%s}", "#{%s}", "<%%= %s %%>", "{{{%s}}}", "@(%s)", "[[%s]]")
_SQL = ("OR 1=1", "; DROP TABLE cases; --", "UNION SELECT NULL", "; SELECT pg_sleep(9)", "/**/", "; ATTACH 'x' AS y")
_QUOTES = ("'", '"', "`", "\\'", "')", "%27 ")
_COMMANDS = ("id", "cat /etc/passwd", "ping -c 9 127.0.0.1", "reboot")
_SHELLS = ("$(%s)", "`%s`", ";%s", "|%s", "&&%s", "\n%s", "<(%s)")
_FORMULAS = ("1+1", "SUM(1)", "cmd|'/c x'!A0", 'HYPERLINK("//x")', "@x")
_DEVICES = ("CON", "PRN", "AUX", "NUL", "COM1", "LPT9", "CONIN$")
_STEPS = ("../", "..\\", "%2e%2e/", "....//", "..%c0%af", "/", "file:///", "\\\\x\\")
_PLACES = ("etc/passwd", "windows\\win.ini", "proc/self/environ", "a.txt\x7f")
_FAMILY = (
    "👨\u200d👩\u200d👧\u200d👦",
    "🏳\ufe0f\u200d🌈",
    "👩🏽\u200d🚒",
    "🧑\u200d🤝\u200d🧑",
    "👁\ufe0f\u200d🗨\ufe0f",
)
_UNSEEN = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u061c\u115f\u17b4\u180e\u2061\u2800\u3164\ufe0f\U000e0041"
_BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f"
_BREAKS = "\n\r\t\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2003\u2028\u2029\u202f\u3000"
_CONTROLS = "\x01\x02\x03\x07\x08\x0e\x1a\x1b\x7f\x80\x9b\x9f"

KINDS: dict[str, tuple[str, ...]] = {
    "markup": tuple(f"{out}{payload}" for out, payload in product(_OUT_OF, _PAYLOADS)),
    "attributes": tuple(
        f"{quote} {name}=alert(1) x={quote}" for quote in "\"'" for name in ("onfocus", "onload", "style")
    ),
    "entities": (
        "&lt;b&gt;",
        "&amp;amp;",
        "&#x0;",
        "&nbsp",
        "&#55296;",
        "&colon;",
        "\\u003cb\\u003e",
        "%3Cb%3E",
        "&lt",
    ),
    "templates": tuple(engine % text for engine, text in product(_ENGINES, _EXPRESSIONS)),
    "sql": tuple(f"x{quote} {text}" for quote, text in product(_QUOTES, _SQL)),
    "shell": tuple(way % text for way, text in product(_SHELLS, _COMMANDS)),
    "formulas": tuple(f"{sign}{text}" for sign, text in product("=+-@\t\r", _FORMULAS)),
    "formats": (
        *("%s%s%s", "%n", "%x" * 9, "%99999999d", "%(x)s", "%(password)r", "%", "%%", "%1$s", "{}", "{0}", "{x!r}"),
        *("{0.__class__.__mro__}", "{:>9999999}", "$name", "${x:-y}", "~s", "\\g<0>", "\\1", "$1", "{case_no}", "【】"),
    ),
    "rison": (
        "!(a:b)",
        "(a:!t)",
        "!(",
        "(",
        ")",
        "'!''",
        "(filters:!((col:a,opr:eq,value:b)))",
        "!n",
        "!!",
        "(a:!(" * 9,
    ),
    "json": (
        '{"a": 1}',
        '{"a"',
        "[1,",
        '"',
        "\\",
        "\\u0000",
        "\\ud800",
        "NaN",
        "1e9999",
        "[" * 500,
        '{"__proto__": {}}',
    ),
    "xml": ('<?xml version="1.0"?><!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>', "<![CDATA[x]]>"),
    "headers": (
        "a\r\nSet-Cookie: x=1",
        "a\nLocation: //x",
        "a%0d%0aX: y",
        "=?utf-8?b?eA==?=",
        'a"; filename="b',
        "a;b,c",
    ),
    "logs": ("x\n2026-11-24 ERROR forged", "\x1b[2J\x1b[31mred", "${jndi:ldap://127.0.0.1/a}", "\\x1b]0;x\\x07"),
    "words": (
        *("null", "NULL", "None", "undefined", "true", "False", "yes", "NaN", "Infinity", "constructor", "__proto__"),
        *(
            "__class__",
            "self",
            "admin",
            "root",
            "on",
            "off",
            "eval",
            "0",
            "-0",
            "[]",
            "{}",
            "()",
            ".",
            "..",
            "?",
            "*",
            "_%",
        ),
    ),
    "numbers": (
        *(
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775809",
            "18446744073709551616",
            "9" * 30,
            "9" * 5000,
        ),
        *(
            "1e400",
            "-1e400",
            "0x1F",
            "0b1",
            "1_000",
            "1,2,3",
            "1/0",
            "0" * 40,
            "٣",
            "３",
            "Ⅷ",
            "①",
            "½",
            "²",
            "一",
            "१२३",
            "+1",
        ),
    ),
    "days": (
        "0000-00-00",
        "2026-02-30",
        "9999-12-31",
        "10000-01-01",
        "-1-1-1",
        "2026-W01-1",
        "20260101",
        "２０２６-０１-０１",
    ),
    "phones": (
        "+8613812341234",
        "138 1234 1234",
        "１３８１２３４１２３４",
        "138-1234-12345",
        "tel:110",
        "0371-65500000x9",
    ),
    "addresses": (
        "http://127.0.0.1/",
        "//x/y",
        "javascript:x",
        "data:text/html,x",
        "file:///etc/passwd",
        "http://[::1]:6379/",
    ),
    "paths": tuple(f"{step * 3}{place}" for step, place in product(_STEPS, _PLACES)),
    "devices": tuple(f"{device}{end}" for device, end in product(_DEVICES, ("", ".txt", ":"))),
    "scripts": (
        *(
            "投诉：收费「乱」",
            "壹贰叁",
            "㐀㐁",
            "ﷺ",
            "السلام عليكم",
            "שלום",
            "Ωμέγα",
            "Żółć",
            "Привет",
            "ไทย",
            "हिन्दी",
            "한국어",
        ),
        *(
            "にほんご",
            "ཨོཾ",
            "ᠮᠣᠩᠭᠣᠯ",
            "ئۇيغۇر",
            "ꆈꌠ",
            "ꓡꓲꓢꓴ",
            "ｆｕｌｌ　ｗｉｄｔｈ",
            "ﾊﾝｶｸ",
            "İı",
            "ß",
            "ﬁ",
            "ǆ",
            "㎏",
            "𝒯𝑒𝓍𝓉",
            "Ａ０",
        ),
    ),
    "four bytes": (  # beyond two bytes in GB 18030: extensions A to H, and names that people have
        *(
            "𠮷野家",
            "𡈽",
            "𰻞𰻞面",
            "㛃",
            "䶮",
            "𬀩",
            "𫖯",
            "𬱖",
            "𭎂",
            "𮥏",
            "𰀀",
            "𱍐",
            "㑇",
            "䲟",
            "𪚥",
            "𣲗",
            "\U00031350",
            "\ue81e",
        ),
    ),
    "emoji": (*_FAMILY, "👍", "✋🏿", "🇨🇳", "🏴\U000e0067\U000e0062\U000e007f", "#\ufe0f\u20e3", "👍" * 60, "☺\ufe0e"),
    "combining": (
        *(
            "e\u0301",
            "\u00e9",
            "\u0301x",
            "Z\u0351\u036b\u0343\u036a\u0302",
            "a\u0300" * 20,
            "x\u20dd",
            "क\u094d\u200dष",
            "ạ̈̂",
        ),
        *("\u1100\u1161\u11a8", "o\u0328\u0304", "葛\U000e0100", "辻\U000e0101"),
    ),
    "unseen": (*(f"a{char}b" for char in _UNSEEN), *_UNSEEN[:3], "".join(_UNSEEN)),
    "direction": (*(f"a{char}b" for char in _BIDI), "photo\u202egpj.exe", "\u202e" * 99),
    "breaks": (*(f"a{char}b" for char in _BREAKS), "a\r\nb", "\n" * 999),
    "controls": (*(f"a{char}b" for char in _CONTROLS), *"\x01\x1b\x7f"),
    "no characters": ("\ufffe", "\uffff", "a\ufdd0b", "\U0001ffff", "\U0010ffff", "\ue000", "\ufffd", "\U000f0000"),
    "zeros": ("\x00", "a\x00b", "a\x00", "\x00a", "1\x00", "\x00" * 99),
    "halves": ("x\ud800", "\udfff", "\ud83d", "\ude00", "\ude00\ud83d", "a\udc80b"),
    "spaced": tuple(
        f"{before}x{after}" for before, after in product(("", " ", "\u3000", "\t"), ("", " ", "\n", "\u00a0"))
    ),
    "nothing": ("", " ", "\u3000", "\t", "\n", "\r\n", "\u00a0", "  " * 50),
    "long": (
        "x" * 101,
        "好" * 5001,
        "a " * 3000,
        "<" * 400,
        "&" * 999,
        "\"'" * 200,
        "x" * 100_000,
        "好" * 33_000,
        "％" * 64,
    ),
}
TEXTS = tuple(dict.fromkeys(text for texts in KINDS.values() for text in texts))
"""More than 500 of them."""
IS_LONG_FORM = os.environ.get("HUIYIN_NAUGHTY") == "all"


def some(test: str, share: int = 1) -> tuple[str, ...]:
    """One of every kind (or of one kind in `share`), chosen by the test's name; all of them in the long form."""
    if IS_LONG_FORM:
        return TEXTS
    dice = random.Random(test)
    first = dice.randrange(share)
    return tuple(dict.fromkeys(dice.choice(texts) for texts in list(KINDS.values())[first::share]))
