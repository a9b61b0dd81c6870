"""Files as people send them, and as they should not: built in memory, small."""

from __future__ import annotations

import io
import struct
import zipfile

from PIL import Image

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def picture(form: str = "PNG", side: int = 40) -> bytes:
    made = io.BytesIO()
    Image.effect_noise((side, side), 60).convert("P" if form == "GIF" else "RGB").save(made, form)
    return made.getvalue()


def packed(entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return made.getvalue()


def office(part: str = "word/document.xml", types: bytes = b"<Types/>", **more: bytes) -> bytes:
    return packed({"[Content_Types].xml": types, part: b"<x/>", **more})


def old_office(*streams: str) -> bytes:
    entries = b"".join(f"{name}\0".encode("utf-16-le").ljust(64, b"\0") for name in streams)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + entries


def gbk_zip() -> bytes:
    """A zip file as Windows in China makes it: names in GBK, without the flag for UTF-8."""
    name = "现场照片/证据一.txt".encode("gbk")
    return packed({"x" * len(name): b"1"}).replace(b"x" * len(name), name)


def movie(brand: bytes) -> bytes:
    return b"\0\0\0\x18ftyp" + brand + bytes(64)


def huge_png() -> bytes:
    """A PNG that says it has 10^10 pixels."""
    import zlib

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(20))) + chunk(b"IEND", b"")


def bomb() -> bytes:
    return packed({"0.txt": bytes(5_000_000)})


PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
GOOD = {
    "jpeg": ("照片.jpg", picture("JPEG")),
    "png": ("a.png", picture("PNG")),
    "gif": ("a.gif", picture("GIF")),
    "webp": ("a.webp", picture("WEBP")),
    "bmp": ("a.bmp", picture("BMP")),
    "heic": ("IMG_1.HEIC", movie(b"heic")),
    "pdf": ("合同.pdf", PDF),
    "docx": ("a.docx", office()),
    "xlsx": ("a.xlsx", office("xl/workbook.xml")),
    "pptx": ("a.pptx", office("ppt/presentation.xml")),
    "ofd": ("发票.ofd", packed({"OFD.xml": b"<x/>"})),
    "doc": ("a.wps", old_office("Root Entry", "WordDocument")),
    "xls": ("a.xls", old_office("Workbook")),
    "ppt": ("a.ppt", old_office("PowerPoint Document")),
    "txt": ("说明.txt", "收费情况说明".encode("gb18030")),
    "mp3": ("a.mp3", b"ID3\x03" + bytes(200)),
    "m4a": ("录音.m4a", movie(b"M4A ")),
    "wav": ("a.wav", b"RIFF\x28\0\0\0WAVEfmt " + bytes(40)),
    "amr": ("a.amr", b"#!AMR\n" + bytes(60)),
    "mp4": ("a.mp4", movie(b"isom")),
    "mov": ("a.mov", movie(b"qt  ")),
    "3gp": ("a.3gp", movie(b"3gp4")),
    "zip": ("a.zip", packed({"a.txt": b"1"})),
}
HOSTILE = {
    "empty": ("a.txt", b""),
    "exe": ("a.exe", b"MZ" + bytes(300)),
    "exe named pdf": ("a.pdf", b"MZ\x90\0" + bytes(300)),
    "elf": ("a.png", b"\x7fELF" + bytes(300)),
    "html": ("a.html", b"<!doctype html><script>alert(1)</script>"),
    "html named txt": ("a.txt", b"  <html><script>alert(1)</script>"),
    "html named jpg": ("a.jpg", b"<html><body onload=alert(1)>"),
    "svg": ("a.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
    "svg named png": ("a.png", b'<?xml version="1.0"?><svg onload="alert(1)"/>'),
    "script": ("a.sh", b"#!/bin/sh\nrm -rf /\n"),
    "script named txt": ("a.txt", b"#!/bin/sh\nrm -rf /\n"),
    "batch": ("a.bat", b"@echo off\r\n"),
    "javascript": ("a.js", b"alert(1)"),
    "php": ("a.php", b"<?php system($_GET['c']); ?>"),
    "php in a picture": (
        "a.jpg",
        picture("JPEG")[:2] + b"\xff\xfe\0\x20<?php system('id'); ?>      " + picture("JPEG")[2:],
    ),
    "gif and script": ("a.gif", b"GIF89a=1;alert(1);//" + bytes(40)),
    "gif and script in its size": ("a.gif", b"GIF89a/*" + bytes(30) + b"*/=1;alert(1)"),
    "gif and zip": ("a.gif", picture("GIF") + packed({"a.class": b"1"})),
    "pdf and zip": ("a.pdf", PDF + packed({"a.class": b"1"})),
    "picture cut off": ("a.gif", picture("GIF", 200)[:400]),
    "picture of noise": ("a.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(100)),
    "pixel bomb": ("a.png", huge_png()),
    "docx with macros": ("a.docx", office(types=b"application/vnd.ms-word.document.macroEnabled.main+xml")),
    "docx with a program": ("a.docx", office(**{"word/vbaProject.bin": b"1"})),
    "docm": ("a.docm", office()),
    "doc with macros": ("a.doc", old_office("WordDocument", "Macros", "_VBA_PROJECT")),
    "msi": ("a.msi", old_office("File", "Property")),
    "docx that is a zip": ("a.docx", packed({"a.txt": b"1"})),
    "zip that is a docx": ("a.zip", office()),
    "zip bomb by ratio": ("a.zip", bomb()),
    "zip bomb in a docx": ("a.docx", office(**{"word/big.xml": bytes(50_000_000)})),
    "zip in a zip": ("a.zip", packed({"b.zip": packed({"c.zip": b"1"})}, zipfile.ZIP_STORED)),
    "zip of 1,001 files": ("a.zip", packed({f"{n}": b"" for n in range(1001)})),
    "zip without an end": ("a.zip", packed({"a": b"1"})[:-22]),
    "zip with nothing": ("a.zip", packed({})),
    "zip of garbage": ("a.zip", b"PK\x03\x04" + bytes(100) + b"PK\x05\x06" + b"\1" * 18),
    "zip with a broken list": ("a.zip", packed({"a": b"1"}).replace(b"PK\x01\x02", b"PK\x07\x02")),
    "zip with a huge list": (
        "a.zip",
        b"PK\x03\x04" + bytes(40) + b"PK\x05\x06" + struct.pack("<4HLLH", 0, 0, 9, 9, 2**24, 0, 0),
    ),
    "rar": ("a.rar", b"Rar!\x1a\x07\0" + bytes(100)),
    "7z": ("a.7z", b"7z\xbc\xaf\x27\x1c" + bytes(100)),
    "jar": ("a.jar", packed({"META-INF/MANIFEST.MF": b"1"})),
    "shortcut": ("a.lnk", b"L\0\0\0\x01\x14\x02\0" + bytes(100)),
    "rtf": ("a.txt", b"{\\rtf1 hello}"),
    "binary named txt": ("a.txt", bytes(range(256)) * 4),
    "pdf named exe": ("a.exe", PDF),
    "a direction changed": ("photo\u202egpj.exe", PDF),
}
