"""What a file is, whatever it is called; and everything that is not taken, each with a sentence of its own."""

from __future__ import annotations

import io

import pytest

from kernel.files import kinds, pictures
from kernel.files.errors import FileRefused
from kernel.files.inspection import Found, inspect
from kernel.files.names import LONGEST, clean_name
from tests.files import samples

SCRIPT = b"<script>alert(1)</script>"


def look(name: str, content: bytes) -> Found:
    return inspect(content, io.BytesIO(content), name, "Europe/Kyiv")


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("Акт.pdf", samples.pdf(), kinds.PDF),
        ("фото.PNG", samples.picture("PNG"), kinds.PNG),
        ("фото.jpeg", samples.picture("JPEG"), kinds.JPEG),
        ("фото.webp", samples.picture("WEBP"), kinds.WEBP),
        ("фото.gif", samples.picture("GIF"), kinds.GIF),
        ("скан.tif", samples.picture("TIFF"), kinds.TIFF),
        ("телефон.heic", samples.boxed(b"heic"), kinds.HEIC),
        ("відео.mp4", samples.boxed(b"mp42"), kinds.MP4),
        ("звук.mp3", b"ID3\x04\0\0\0\0\0\0" + b"\0" * 64, kinds.MP3),
        ("лист.docx", samples.office("word/document.xml"), kinds.DOCX),
        ("кошторис.xlsx", samples.office("xl/workbook.xml"), kinds.XLSX),
        ("звіт.pptx", samples.office("ppt/presentation.xml"), kinds.PPTX),
        ("лист.odt", samples.open_document(b"application/vnd.oasis.opendocument.text"), kinds.ODT),
        ("таблиця.ods", samples.open_document(b"application/vnd.oasis.opendocument.spreadsheet"), kinds.ODS),
        ("підпис.asice", samples.open_document(b"application/vnd.etsi.asic-e+zip"), kinds.ASICE),
        ("архів.zip", samples.zipped({"а.txt": b"x"}), kinds.ZIP),
        ("старий.doc", samples.ole("WordDocument"), kinds.DOC),
        ("старий.xls", samples.ole("Workbook"), kinds.XLS),
        ("підпис.p7s", samples.SIGNED, kinds.P7S),
        ("підпис.p7m", b"-----BEGIN PKCS7-----\nMIAG\n-----END PKCS7-----\n", kinds.P7S),
        ("дані.csv", "ПІБ;сума\nЇжак;1,5\n".encode("cp1251"), kinds.TEXT),
        ("дані.txt", "Ґанок".encode("utf-16"), kinds.TEXT),
        ("звіт.xml", b'<?xml version="1.0"?><DECLAR><HNAME>1</HNAME></DECLAR>', kinds.XML),
        ("без закінчення", samples.pdf(), kinds.PDF),
    ],
)
def test_a_file_is_known_by_its_content(name: str, content: bytes, kind: kinds.Kind) -> None:
    assert look(name, content).kind is kind


@pytest.mark.parametrize(
    ("name", "content", "code", "next_step"),
    [
        ("герб.svg", b"<svg onload='x()'><script>x()</script></svg>", "markup", "збережіть"),
        ("герб.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "markup", "збережіть"),
        ("герб.xml", b"<?xml version='1.0'?><svg><script>x()</script></svg>", "markup", "збережіть"),
        ("сторінка.html", b"<!doctype html><p>x", "markup", "збережіть"),
        ("текст.txt", b"  <html><body onload=x()>", "markup", "збережіть"),
        ("текст.txt", "<script>x()</script>".encode("utf-16"), "markup", "збережіть"),
        ("нотатка.txt", b"hello " + SCRIPT, "markup", "збережіть"),
        (
            "дані.xml",
            b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
            "markup",
            "збер",
        ),
        (
            "дані.xml",
            b"<?xml version='1.0'?>" + b"<a>" + b"x" * 2000 + b"<h:script xmlns:h='u'/></a>",
            "markup",
            "збер",
        ),
        ("гра.exe", b"MZ\x90\0" + b"\0" * 64, "program", "Додайте"),
        ("фото.jpg", b"MZ\x90\0" + b"\0" * 64, "program", "Додайте"),
        ("фото.jpg", b"\x7fELF" + b"\0" * 64, "program", "Додайте"),
        ("запуск.txt", b"#!/bin/sh\nrm -rf /\n", "program", "Додайте"),
        ("макрос.docm", samples.office("word/document.xml"), "program", "Додайте"),
        ("лист.docx", samples.office("word/document.xml", **{"word/vbaProject.bin": b"x"}), "macros", "без макросів"),
        ("архів.zip", samples.zipped({"тека/гра.EXE": b"MZ"}), "program", "Вилучіть"),
        ("фото.jpg", samples.picture("PNG"), "mismatch", ".png"),
        ("лист.docx", samples.office("xl/workbook.xml"), "mismatch", ".xlsx"),
        ("акт.pdf", samples.zipped({"а.txt": b"x"}), "mismatch", ".zip"),
        ("фото.gif", samples.picture("GIF") + samples.zipped({"A.class": b"x"}), "polyglot", "заново"),
        ("акт.pdf", samples.pdf() + samples.zipped({"а.txt": b"x"}), "polyglot", "заново"),
        ("фото.png", samples.picture("PNG") + SCRIPT, "polyglot", "заново"),
        ("фото.jpg", samples.picture("JPEG", comment=b"<?php system($_GET[0]); ?>"), "polyglot", "заново"),
        ("фото.gif", b"GIF89a/*" + SCRIPT + b"*/=1;", "polyglot", "заново"),
        ("фото.gif", b"GIF89a=1;alert(1)//" + b" " * 64, "damaged", "додайте"),
        ("фото.gif", b"GIF89a/*\0\0" + b"*/=0;alert(1);", "damaged", "додайте"),
        ("акт.pdf", b"%PDF-1.7\n<html>" + SCRIPT + samples.pdf(), "polyglot", "заново"),
        ("акт.pdf", samples.pdf(b"<< /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>"), "active", "Надрукуйте"),
        ("акт.pdf", samples.pdf(b"<< /S /J#61vaScript >>"), "active", "Надрукуйте"),
        ("акт.pdf", samples.pdf(b"<< /S /Launch /F (cmd.exe) >>"), "active", "Надрукуйте"),
        ("акт.pdf", samples.packed_pdf(b"3 0 << /S /JavaScript /JS (x) >>"), "active", "Надрукуйте"),
        ("акт.pdf", b"\n" * 100 + samples.pdf(), "mismatch", "додайте"),
        ("бомба.zip", samples.zipped({"0": b"\0" * (64 * 1024 * 1024)}), "bomb", "Розділіть"),
        ("багато.zip", samples.zipped({str(n): b"" for n in range(20_001)}, 0), "bomb", "Розділіть"),
        ("битий.zip", samples.zipped({"а.txt": b"x" * 99})[:-30], "damaged", "заново"),
        ("стіна.png", samples.png_of_declared_size(30_000, 30_000), "pixels", "Зменште"),
        ("битий.jpg", samples.picture("JPEG", (640, 480))[:300], "damaged", "збережіть"),
        ("щось.bin", b"\x00\x01\x02\x03" * 64, "unknown", "Збережіть"),
        ("щось.rar", b"Rar!\x1a\x07\x00" + b"\0" * 64, "unknown", "Збережіть"),
    ],
)
def test_what_is_not_taken_says_why_and_what_next(name: str, content: bytes, code: str, next_step: str) -> None:
    with pytest.raises(FileRefused) as refused:
        look(name, content)
    assert refused.value.code == code
    assert next_step.lower() in str(refused.value).lower()


def test_an_encrypted_archive_cannot_be_looked_into() -> None:
    content = bytearray(samples.zipped({"а.txt": b"x"}))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(FileRefused) as refused:
        look("архів.zip", bytes(content))
    assert refused.value.code == "encrypted"


def test_a_field_photo_tells_when_and_where() -> None:
    facts = look("об’єкт.jpg", samples.field_photo()).facts
    assert facts is not None
    assert (facts.width, facts.height) == (400, 800)
    assert facts.taken_at is not None and facts.taken_at.isoformat() == "2026-07-14T07:15:00+00:00"
    assert facts.taken_where is not None
    assert [round(part, 4) for part in facts.taken_where.coords] == [34.25, 49.51]


def test_a_thumbnail_is_upright_and_says_nothing_of_the_place() -> None:
    from PIL import Image

    made = pictures.thumbnail(io.BytesIO(samples.field_photo()), "JPEG", 320)
    with Image.open(io.BytesIO(made)) as small:
        assert (small.format, small.size) == ("WEBP", (160, 320))
        assert not small.getexif() and "exif" not in small.info


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Акт огляду №5.pdf", "Акт огляду №5.pdf"),
        ("<script>alert(1)</script>.pdf", "_script_alert(1)_script_.pdf"),
        ("фото\u202egpj.exe", "фотоgpj.exe"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("👩\u200d🌾 врожай 🌾.jpg", "👩\u200d🌾 врожай 🌾.jpg"),
        ("нуль\x00байт\r\n.pdf", "нуль_байт.pdf"),
        ("  .htaccess", "htaccess"),
        ("CON.txt", "_CON.txt"),
        ("///", "файл"),
        ("", "файл"),
        ("и\u0306ого.pdf", "його.pdf"),
        ("\u200b\u2066.pdf", "pdf"),
    ],
)
def test_a_name_stays_readable_and_deceives_nobody(given: str, kept: str) -> None:
    assert clean_name(given) == kept


def test_a_long_name_keeps_its_end() -> None:
    cleaned = clean_name("ї" * 500 + ".docx")
    assert len(cleaned) == LONGEST and cleaned.endswith("ї.docx")
