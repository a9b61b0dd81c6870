"""Lists of cases: each format and encoding, shapes checked field by field, no row and no file trusted."""

from __future__ import annotations

import json
import math
import zipfile
from datetime import UTC, date, datetime, time

import pytest
from openpyxl import Workbook

from app.domain.errors import Invalid
from app.exchange import lists, sheets, tables
from app.exchange.cases_in import candidate, candidates, sha256
from app.exchange.columns import fields
from app.exchange.reading import MAX_ROW

NEEDED = {"channel": "history", "region_code": "410105", "title": "A title", "body": "A body"}
HEAD = list(NEEDED)


def read(path, unused=None):
    return list(candidates(path, unused))


def filing(row):
    assert not isinstance(row[1], Invalid), row[1].fields
    return row[1].filing


def errors(rows):
    return {line: row.fields for line, row in rows if isinstance(row, Invalid)}


@pytest.fixture
def jsonl(tmp_path):
    def write(*rows, encoding="utf-8"):
        lines = (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)
        path = tmp_path / "cases.jsonl"
        path.write_text("\n".join(lines) + "\n", encoding=encoding)
        return path

    return write


@pytest.fixture
def sheet(tmp_path):
    def write(*rows):
        book = Workbook()
        for row in rows:
            book.active.append(row)
        path = tmp_path / "cases.xlsx"
        book.save(path)
        return path

    return write


def csv_file(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "cases.csv"
    path.write_bytes(text.encode(encoding))
    return path


# --- JSON lines ---------------------------------------------------------------------------------------------------


def test_a_json_line_is_a_lenient_filing(jsonl):
    given = {
        **NEEDED,
        "source_system": "board",
        "external_no": "8744",
        "filed_at": "2017-05-14T15:53:52+08:00",
        "matter_code": None,
        "respondent": {"department_code": "410105-SCJG", "kind": "government"},
        "complainant": {"kind": "person", "name": "UU1", "anonymous": False, "phone": None},
        "form": {"fee_name": "Fee", "fee_amount": 100.0, "empty": None},
        "reply": "A reply",
        "replied_at": "2017-06-13T14:07:38+08:00",
    }
    ((line, row),) = read(jsonl(given))
    assert (line, row.reply) == (1, "A reply")
    assert row.replied_at == datetime(2017, 6, 13, 6, 7, 38, tzinfo=UTC)
    found = row.filing
    assert (found.is_lenient, found.matter_code, found.external_no) == (True, None, "8744")
    assert found.filed_at == datetime(2017, 5, 14, 7, 53, 52, tzinfo=UTC)
    assert (found.respondent.department_code, found.respondent.kind) == ("410105-SCJG", "government")
    assert (found.complainant.name, found.complainant.phone, found.complainant.is_anonymous) == ("UU1", None, False)
    assert found.form == {"fee_name": "Fee", "fee_amount": "100"}


def test_nulls_and_missing_parts_are_fine(jsonl):
    rows = read(jsonl({**NEEDED, "respondent": None, "complainant": None, "form": None, "reply": None}, NEEDED))
    assert filing(rows[0]) == filing(rows[1])


def test_bad_lines_are_named_and_the_rest_is_read(jsonl):
    deep = "[" * 100_000
    path = jsonl(
        *(NEEDED, "{nonsense", "", "[1]", {**NEEDED, "respondent": "text"}, deep),
        json.dumps({**NEEDED, "body": "x" * MAX_ROW}),
        json.dumps({**NEEDED, "body": "x" * 3 * MAX_ROW}),
        NEEDED,
    )
    rows = read(path)
    assert [line for line, _ in rows] == [1, 2, 4, 5, 6, 7, 8, 9]
    assert errors(rows) == {
        2: {"row": "The line is not valid JSON."},
        4: {"row": "Give a JSON object."},
        5: {"respondent": "Give a JSON object."},
        6: {"row": "The line is not valid JSON."},
        7: {"row": "The row is longer than 1 MB."},
        8: {"row": "The row is longer than 1 MB."},
    }


def test_a_last_line_that_is_too_long_and_has_no_end(tmp_path):
    path = tmp_path / "cases.jsonl"
    path.write_text("x" * (MAX_ROW + 10))
    assert errors(read(path)) == {1: {"row": "The row is longer than 1 MB."}}


def test_names_without_a_meaning_are_told(jsonl):
    unused = set()
    read(jsonl({**NEEDED, "colour": "red", "respondent": {"size": 3}, "form.": 1}), unused)
    assert unused == {"colour", "respondent.size", "form."}


# --- CSV ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_titles_and_words_in_each_encoding(tmp_path, encoding):
    text = (
        "标题,内容,渠道,*区划代码,投诉人,是否匿名,投诉人类型,登记时间,答复\r\n"
        '"多行，\r\n标题",正文,热线,410105,张三,否,个人,2017年5月14日 15:53,已办\r\n'
    )
    rows = read(csv_file(tmp_path, text, encoding))
    found = filing(rows[0])
    assert (found.title, found.channel, found.region_code) == ("多行，\r\n标题", "hotline", "410105")
    assert (found.complainant.name, found.complainant.kind) == ("张三", "person")
    assert found.filed_at == datetime(2017, 5, 14, 7, 53, tzinfo=UTC)
    assert rows[0][1].reply == "已办"


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_flat_columns_with_a_dot_and_each_delimiter(tmp_path, mark):
    lines = [[*HEAD, "respondent.name", "form.fee_name", "x"], [*NEEDED.values(), "Some office", "Fee", "y"]]
    unused = set()
    ((line, row),) = read(csv_file(tmp_path, "\n".join(mark.join(cells) for cells in lines)), unused)
    assert (line, row.filing.respondent.name, row.filing.form) == (2, "Some office", {"fee_name": "Fee"})
    assert unused == {"x"}


def test_empty_short_and_long_csv_rows(tmp_path):
    good = ",".join(NEEDED.values())
    many = ",".join(["x" * 1000] * (MAX_ROW // 1000 + 1))
    cell = f'"{"x" * 600_000}\n{"x" * 600_000}",a,b,c'
    text = "\n".join([",".join(HEAD), good, "", ",,,", "only", many, good, cell, good])
    rows = read(csv_file(tmp_path, text))
    assert [line for line, _ in rows] == [2, 5, 6, 7, 8, 10]
    assert errors(rows) == {6: {"row": "The row is longer than 1 MB."}, 8: {"row": "The row is longer than 1 MB."}}
    assert filing(rows[1]).title == ""


def test_cells_that_make_a_row_too_long_together(tmp_path):
    half = f'"{"x" * 400_000}\n{"x" * 200_000}"'
    rows = read(csv_file(tmp_path, f"{','.join(HEAD)}\n{half},{half},a,b\n"))
    assert errors(rows) == {2: {"row": "The row is longer than 1 MB."}}


@pytest.mark.parametrize(
    ("head", "fault"),
    [
        ("", dict.fromkeys(HEAD, "The column is missing.")),
        ("title,body,channel,标题,region_code", {"title": "The column is there twice."}),
        ("title,body,channel", {"region_code": "The column is missing."}),
    ],
)
def test_a_header_that_cannot_be_used_refuses_the_file(tmp_path, head, fault):
    with pytest.raises(Invalid) as refused:
        read(csv_file(tmp_path, f"{head}\n"))
    assert refused.value.fields == fault


def test_other_encodings_are_refused(tmp_path):
    path = tmp_path / "cases.csv"
    path.write_bytes(b"title\xff\xff\n")
    with pytest.raises(Invalid, match="GB18030"):
        read(path)


# --- workbooks ----------------------------------------------------------------------------------------------------


def test_a_workbook_with_dates_and_numbers(sheet):
    head = [*HEAD, "filed_at", "occurred_on", "external_no", "source_system", "form.count", "form.day", None]
    values = [*NEEDED.values(), datetime(2017, 5, 14, 15, 53), date(2017, 5, 1), 8744, "board", 3.0]  # noqa: DTZ001
    rows = read(sheet(head, [*values, datetime(2017, 5, 2), "z"], [], [None, ""]))  # noqa: DTZ001
    assert len(rows) == 1
    found = filing(rows[0])
    assert found.filed_at == datetime(2017, 5, 14, 7, 53, tzinfo=UTC)
    assert (found.occurred_on, found.external_no) == (date(2017, 5, 1), "8744")
    assert found.form == {"count": "3", "day": "2017-05-02"}


def test_a_bare_number_in_a_column_of_times_is_a_day_count(sheet):
    rows = read(sheet([*HEAD, "filed_at"], *([*NEEDED.values(), value] for value in (42869.5, 1e12, True))))
    assert filing(rows[0]).filed_at == datetime(2017, 5, 14, 4, tzinfo=UTC)
    assert list(errors(rows)) == [3, 4]


def test_formulas_give_their_last_value_and_rows_may_be_too_long(sheet):
    long = [*NEEDED.values()][:3] + ["x" * 32_000] + ["x" * 32_000] * 40
    rows = read(sheet([*HEAD, "reply"], [*NEEDED.values(), "=1+1"], long))
    assert rows[0][1].reply is None
    assert errors(rows) == {3: {"row": "The row is longer than 1 MB."}}


def test_no_workbook_a_damaged_one_and_a_bomb(tmp_path, sheet, monkeypatch):
    path = sheet(HEAD, [*NEEDED.values()])
    monkeypatch.setattr(sheets, "MAX_UNPACKED", 100)
    with pytest.raises(Invalid, match="unpacks"):
        read(path)
    monkeypatch.undo()
    other = tmp_path / "other.xlsx"
    other.write_bytes(b"no zip at all")
    with pytest.raises(Invalid, match="no workbook"):
        read(other)
    with zipfile.ZipFile(other, "w") as package:
        package.writestr("a.txt", "no workbook either")
    with pytest.raises(Invalid, match="damaged"):
        read(other)


@pytest.mark.parametrize("xml", ["<worksheet><sheetData><row", '<!DOCTYPE a [<!ENTITY b "c">]><worksheet>&b;'])
def test_a_sheet_that_breaks_off(tmp_path, sheet, xml):
    whole, broken = sheet(HEAD, [*NEEDED.values()]), tmp_path / "broken.xlsx"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(broken, "w") as target:
        for name in source.namelist():
            target.writestr(name, xml if name.endswith("sheet1.xml") else source.read(name))
    with pytest.raises(Invalid, match="damaged"):
        read(broken)


@pytest.mark.parametrize(("cell", "is_damaged"), [("A99999999999", False), ("XFD3", False), ("ZZZZZ3", True)])
def test_what_a_sheet_says_of_its_size_is_not_believed(tmp_path, sheet, monkeypatch, cell, is_damaged):
    monkeypatch.setattr(sheets, "MAX_LINES", 1000)
    far = f'<row r="{cell.strip("ADFXZ")}"><c r="{cell}"><v>1</v></c></row></sheetData>'.encode()
    whole, liar = sheet(HEAD, [*NEEDED.values()]), tmp_path / "liar.xlsx"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(liar, "w") as target:
        for name in source.namelist():
            text = source.read(name)
            text = text.replace(b'ref="A1:D2"', b'ref="A1:A1"').replace(b"</sheetData>", far)
            target.writestr(name, text)
    if is_damaged:
        with pytest.raises(Invalid, match="damaged"):
            read(liar)
    else:
        assert len(read(liar)) == 1


# --- files and values ---------------------------------------------------------------------------------------------


def test_other_names_and_files_that_are_too_large_are_refused(tmp_path, monkeypatch, jsonl):
    with pytest.raises(Invalid, match="must end"):
        read(tmp_path / "cases.xls")
    monkeypatch.setattr(tables, "MAX_FILE", 10)
    with pytest.raises(Invalid, match="200 MB"):
        read(jsonl(NEEDED))


def test_large_files_are_sniffed_to_the_end(tmp_path, monkeypatch):
    monkeypatch.setattr(lists, "MB", 8)
    path = csv_file(tmp_path, ",".join(HEAD) + "\n" + "history,410105,title,正文\n", "gb18030")
    assert filing(read(path)[0]).body == "正文"


def test_the_hash_of_a_file(jsonl):
    assert len(sha256(jsonl(NEEDED))) == 64


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2017-05-14", datetime(2017, 5, 13, 16, tzinfo=UTC)),
        ("2017/5/4 9:05", datetime(2017, 5, 4, 1, 5, tzinfo=UTC)),
        ("2017.05.14 15:53:52", datetime(2017, 5, 14, 7, 53, 52, tzinfo=UTC)),
        ("2017-05-14T07:53:52Z", datetime(2017, 5, 14, 7, 53, 52, tzinfo=UTC)),
        ("2017-05-14T15:53:52.5+08:00", datetime(2017, 5, 14, 7, 53, 52, 500_000, tzinfo=UTC)),
        ("  ", None),
    ],
)
def test_times_as_people_write_them(text, expected):
    assert candidate({**NEEDED, "filed_at": text}).filing.filed_at == expected


@pytest.mark.parametrize(
    "given",
    [
        "yesterday",
        "2017-02-30",
        "2017-05-14 25:00",
        "1900-01-01",
        "0001-01-01T00:00:00+08:00",
        "9999-01-01",
        5,
        [],
        True,
    ],
)
def test_times_that_are_none(given):
    with pytest.raises(Invalid) as fault:
        candidate({**NEEDED, "filed_at": given, "occurred_on": given})
    assert set(fault.value.fields) == {"filed_at", "occurred_on"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [(True, True), ("是", True), ("Yes", True), (1, True), ("0", False), ("否", False), (None, False), ("", False)],
)
def test_yes_and_no(given, expected):
    found = candidate({**NEEDED, "is_confidential": given, "complainant.anonymous": given}).filing
    assert (found.is_confidential, found.complainant.is_anonymous) == (expected, expected)


@pytest.mark.parametrize("given", [True, [], {}, math.nan, math.inf, 10**15, time(1)])
def test_what_is_no_text(given):
    with pytest.raises(Invalid) as fault:
        candidate({**NEEDED, "external_no": given})
    assert list(fault.value.fields) == ["external_no"]


def test_every_wrong_field_is_named_at_once():
    wrong = {"title": [], "is_confidential": "perhaps", "form.a": [], "form." + "b" * 100: {}, "form.c": True}
    with pytest.raises(Invalid) as fault:
        candidate({**NEEDED, **wrong})
    assert set(fault.value.fields) == {"title", "is_confidential", "form.a", ("form." + "b" * 100)[:60]}


def test_a_date_in_a_text_column_stays_readable():
    assert candidate({**NEEDED, "title": date(2017, 5, 14), "body": 1.5}).filing.title == "2017-05-14"


def test_every_field_has_a_title_and_all_are_taken():
    given = dict.fromkeys(fields(), "1") | {"filed_at": "2017-05-14", "replied_at": None, "occurred_on": None}
    row = candidate(given)
    assert (row.reply, row.filing.complainant.id_no, row.filing.respondent.kind) == ("1", "1", "1")
