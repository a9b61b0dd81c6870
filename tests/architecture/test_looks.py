"""Looks: vendored files unchanged, contrast in every theme, colours named by tokens alone, light pages."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from html import unescape
from itertools import product
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "app" / "static"
TOKENS = (STATIC / "css" / "tokens.css").read_text()
THEMES = {
    "gov-blue": (":root",),
    "gov-red": (":root", ':root[data-hy-theme="gov-red"]'),
    "dark": (":root", ':root[data-bs-theme="dark"]'),
    "dark red": (
        *(":root", ':root[data-hy-theme="gov-red"]', ':root[data-bs-theme="dark"]'),
        ':root[data-bs-theme="dark"][data-hy-theme="gov-red"]',
    ),
}
GROUNDS = ("page", "card", "tint")
TEXTS = [
    *product(("ink", "soft", "brand", "brand-dark", "late", "soon", "good", "note"), GROUNDS),
    *((kind, f"{kind}-tint") for kind in ("good", "soon", "late", "note", "calm", "violet")),
    *(("on-brand", ground) for ground in ("brand", "brand-dark")),
    *(("side-ink", "side"), ("side-white", "side"), ("side-white", "side-on"), ("on-head", "head")),
    *(("on-seal", "seal"), ("on-band", "band"), ("on-band", "band-2"), ("ink", "mark"), ("card", "late")),
    *(("ink", f"{kind}-tint") for kind in ("good", "soon", "late", "note", "calm")),
]
SHAPES = [
    *product(("focus", "edge"), ("page", "card")),
    *product((f"chart-{number}" for number in range(1, 7)), ("card",)),
]
COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?)\((?!0 0 0 /|0, 0, 0, |var\()", re.IGNORECASE)
"""What names a colour; a shadow is black in every theme."""


def block(selector: str) -> dict[str, str]:
    found = re.search(rf"^{re.escape(selector)} \{{(.*?)\}}", TOKENS, re.DOTALL | re.MULTILINE)
    assert found, selector
    return dict(re.findall(r"--hy-([\w-]+):\s*([^;]+);", found[1]))


def tokens(theme: str) -> dict[str, str]:
    return {name: value for selector in THEMES[theme] for name, value in block(selector).items()}


def light(colour: str) -> float:
    assert re.fullmatch(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})", colour), colour
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_reckoned_as_wcag_does():
    assert round(contrast("#fff", "#000000"), 2) == 21
    assert round(contrast("#777", "#fff"), 2) == 4.48


@pytest.mark.parametrize("theme", THEMES)
def test_texts_and_shapes_stand_out(theme):
    known = tokens(theme)
    pairs = [(*pair, 4.5) for pair in TEXTS] + [(*pair, 3.0) for pair in SHAPES]
    weak = [
        (front, back, round(contrast(known[front], known[back]), 2))
        for front, back, least in pairs
        if contrast(known[front], known[back]) < least
    ]
    assert weak == []


def test_every_token_that_is_used_is_there():
    known = block(":root")
    for path in [*STATIC.glob("css/*.css"), STATIC / "portal/portal.css", STATIC / "api/swagger.css"]:
        used = set(re.findall(r"var\(--hy-([\w-]+)\)", path.read_text()))
        assert used <= known.keys(), path.name


def test_only_the_tokens_name_colours():
    for path in [*STATIC.glob("css/*.css"), STATIC / "portal/portal.css", STATIC / "api/swagger.css"]:
        if path.name != "tokens.css":
            assert COLOUR.findall(path.read_text()) == [], path.name


def listed(folder: Path) -> list[dict]:
    """All packages of a folder's list: fetched, built, or drawn from."""
    parts = json.loads((folder / "vendor.json").read_text()).values()
    return [package for part in parts for package in (part if isinstance(part, list) else [part])]


@pytest.mark.parametrize("folder", [STATIC / "vendor", ROOT / "tests" / "vendor"])
def test_vendored_files_are_those_that_were_fetched(folder):
    for package in listed(folder):
        paths = (folder / package["folder"]).iterdir()
        files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
        assert files == package["sums"], package["name"]
        assert any(name.startswith("LICENSE") for name in files), package["name"]


def test_every_vendored_folder_is_listed():
    known = {package["folder"] for package in listed(STATIC / "vendor")}
    assert {path.name for path in (STATIC / "vendor").iterdir() if path.is_dir()} == known


def weight(client, page: str) -> int:
    """What a first visit loads, compressed: the page and all its styles, scripts and pictures."""
    addresses = set(re.findall(r'<(?:link|script|img|use)\b[^>]*?(?:href|src)="(/static/[^"?#]+)', unescape(page)))
    assert addresses
    total = len(gzip.compress(page.encode(), 9))
    for address in addresses:
        with client.get(address) as file:
            total += len(gzip.compress(file.get_data(), 9))
    return total


@pytest.mark.parametrize("path", ["/", "/complain", "/track", "/guide", "/nowhere"])
def test_a_public_page_is_light(client, path):
    assert weight(client, client.get(path).text) <= 60 * 1024


@pytest.mark.parametrize("path", ["/admin/", "/admin/cases/list/", "/admin/matters/list/"])
def test_a_page_of_the_office_is_light_enough(login, path):
    client = login("platform_admin")
    assert weight(client, client.get(path).text) <= 200 * 1024
