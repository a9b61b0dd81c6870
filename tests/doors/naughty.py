"""Texts that break careless programs, our own list: kinds of trouble spelled out, not copied from anywhere."""

from __future__ import annotations

from itertools import product

_MARKUP = (
    *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</textarea><b>", "</title><svg onload=alert(1)>"),
    *(
        '" autofocus onfocus=alert(1) x="',
        "' onmouseover='x",
        "javascript:alert(1)",
        "<!-- -->",
        "]]>",
        "<![CDATA[x]]>",
    ),
    *(
        "&lt;b&gt;",
        "&amp;amp;",
        "&#x0;",
        "&nbsp",
        "<a href='//x'>y</a>",
        "<style>*{display:none}</style>",
        "<?php x ?>",
    ),
    *("<base href=//x>", "<form action=//x>", "<iframe src=//x>", "<meta http-equiv=refresh>", "\\u003cscript\\u003e"),
)
_CODE = (
    *("{{7*7}}", "{% raw %}", "${7*7}", "#{7*7}", "%s%n%x", "%(x)s", "{0.__class__}", "{case_no}", "$(id)", "`id`"),
    *("'; DROP TABLE cases; --", "' OR '1'='1", '" OR ""="', "1; SELECT 1", "\\'", "\\", "%", "_%", "*", "?", "||"),
    *("=1+1", "+1", "-1+1", "@SUM(1)", "=cmd|'/c x'!A0", "\t=1", "!(a:b)", "(a:!t)", "__proto__", "constructor"),
    *(
        "../../etc/passwd",
        "..\\..\\x",
        "file:///etc/passwd",
        "//x/y",
        "http://127.0.0.1/",
        "C:\\con",
        "a;b|c&d",
        "$HOME",
    ),
    *("null", "None", "undefined", "NaN", "true", "[]", "{}", "()", "0x1F", "1e400", "-0", "9" * 30, "1/0", "0" * 20),
)
_SCRIPTS = (
    *(
        "投诉：收费「乱」",
        "壹贰叁",
        "㐀㐁",
        "𠮷野家",
        "𡈽",
        "𰻞𰻞面",
        "ｆｕｌｌ　ｗｉｄｔｈ",
        "ﷺ",
        "السلام عليكم",
        "שלום",
        "Ωμέγα",
    ),
    *(
        "Żółć",
        "Привет",
        "ไทย",
        "हिन्दी",
        "한국어",
        "にほんご",
        "e\u0301",
        "\u00e9",
        "ﬁ",
        "ß",
        "İı",
        "ǆ",
        "½",
        "Ⅷ",
        "①",
        "㎏",
    ),
    *("👍", "👨‍👩‍👧‍👦", "🇨🇳", "✋🏿", "🤷‍♀️", "Z\u0351\u036b\u0343\u036a\u0302", "\u0301x", "a\u0300" * 20, "𝒯𝑒𝓍𝓉"),
)
_UNSEEN = (
    *("a\u200bb", "\ufeffx", "a\u202eb", "\u2066x\u2069", "a\u00adb", "a\u2028b", "a\u2029b", "a\u0085b", "a\x0bb"),
    *("a\x0cb", "a\x1bb", "\x7f", "\x01", "a\tb", "a\nb", "a\u00a0b", "\u3000", " ", "", "\u180e", "\ufffe", "\uffff"),
    *("\U0010ffff", "\ue000", "\ufffd", "a\x1fb", "\u2800", "\u115f", "a\x00b", "\x00", "x\ud800", "\udfff"),
)
_LONG = (*("x" * 101, "好" * 5001, "👍" * 60, "a " * 3000, "\n" * 999, "<" * 400, "9" * 100_000),)
_SPACED = tuple(f"{before}x{after}" for before, after in product(("", " ", "\u3000", "\t"), ("", " ", "\n")))
TEXTS = tuple(dict.fromkeys((*_MARKUP, *_CODE, *_SCRIPTS, *_UNSEEN, *_LONG, *_SPACED)))
"""At least 125 of them: with four fields each that makes 500, and there are more than a dozen fields."""
