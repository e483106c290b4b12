"""Old Word documents, written by LibreOffice; read through LibreOffice or antiword."""

from __future__ import annotations

import functools
import io
import shutil
import struct
import subprocess
import tempfile
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.reading import ole
from matcher.reading.base import Document, ReadError, Source

needs_office = pytest.mark.skipif(ole.office_program() is None, reason="LibreOffice (soffice) is not installed")


def convert(data: bytes, given: str, wanted: str, form: str = "") -> bytes:
    """A file in another format, by LibreOffice."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, f"in.{given}").write_bytes(data)
        subprocess.run(
            ["soffice", f"-env:UserInstallation={ole.office_profile().as_uri()}", "--headless", "--convert-to",
             f"{wanted}:{form}" if form else wanted, "--outdir", folder, str(Path(folder, f"in.{given}"))],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        return Path(folder, f"in.{wanted}").read_bytes()


@functools.cache
def resume_docx() -> bytes:
    """A resume with a header, a table, hidden text, a tracked deletion and insertion, a text in two columns."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "姓名：冯测试 电话13800000001"
    document.add_paragraph("教育经历")
    document.add_paragraph("2014.09-2018.06 某大学 金融学 全日制本科")
    table = document.add_table(2, 4)
    texts = ["学历", "本科", "专业", "金融学", "出生年月", "1992.05", "电子邮箱", "feng@example.com"]
    for cell, text in zip((c for row in table.rows for c in row.cells), texts, strict=True):
        cell.text = text
    line = document.add_paragraph("证书：CFA二级")
    line.add_run("隐藏的博士").font.hidden = True
    document.add_paragraph("工作经历")
    document.add_paragraph("2018.07-至今 甲银行 金融产品经理")
    changed = document.add_paragraph("职称：")
    for kind, text in (("w:del", "高级"), ("w:ins", "中级")):
        mark = OxmlElement(kind)
        mark.set(qn("w:id"), "1")
        mark.set(qn("w:author"), "a")
        mark.set(qn("w:date"), "2024-01-01T00:00:00Z")
        run = OxmlElement("w:r")
        words = OxmlElement("w:delText" if kind == "w:del" else "w:t")
        words.text = text
        run.append(words)
        mark.append(run)
        changed._p.append(mark)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@functools.cache
def resume_doc() -> bytes:
    return convert(resume_docx(), "docx", "doc", "MS Word 97")


def read(data: bytes, name: str = "简历.doc") -> Document:
    source = Source(data, name)
    assert ole.accepts(source)
    (found,) = ole.read(source)
    assert isinstance(found, Document)
    return found


def code_of(data: bytes) -> str:
    with pytest.raises(ReadError) as error:
        list(ole.read(Source(data, "x")))
    assert error.value.reason
    assert error.value.reason_en
    return error.value.code


WHOLE = [
    "姓名：冯测试", "13800000001", "2014.09-2018.06 某大学 金融学 全日制本科", "学历：本科", "专业：金融学", "出生年月：1992.05",
    "feng@example.com", "证书：CFA二级", "2018.07-至今 甲银行 金融产品经理", "职称：中级",
]  # fmt: skip


@needs_office
@pytest.mark.parametrize("name", ["简历.doc", "简历.docx", "简历.wps", "resume", "简历.pdf"])
def test_a_doc_is_read_whole_whatever_it_is_called(name: str) -> None:
    found = read(resume_doc(), name)
    assert found.name == name
    for part in WHOLE:
        assert part in found.text
    assert "博士" not in found.text
    assert "高级" not in found.text
    assert {"hidden_text", "tracked_changes"} <= {n.code for n in found.notices}


@needs_office
def test_antiword_is_the_second_choice_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("antiword") is None:
        pytest.skip("antiword is not installed")
    data = resume_doc()
    monkeypatch.setattr(ole, "office_program", lambda: None)
    found = read(data)
    for part in (
        "2014.09-2018.06 某大学 金融学 全日制本科",
        "学历：本科",
        "出生年月：1992.05",
        "2018.07-至今 甲银行 金融产品经理",
    ):
        assert part in found.text
    assert [n.code for n in found.notices] == ["light_conversion"]


@needs_office
def test_no_converter_at_all_is_said_with_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    data = resume_doc()
    monkeypatch.setattr(ole, "office_program", lambda: None)
    monkeypatch.setattr(ole, "by_antiword", lambda data: None)
    assert code_of(data) == "needs_office"


@needs_office
def test_a_converter_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    data = resume_doc()
    slow = tmp_path / "soffice"
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o755)
    monkeypatch.setattr(ole, "office_program", lambda: str(slow))
    monkeypatch.setattr(ole, "by_antiword", lambda data: None)
    monkeypatch.setattr(ole, "OFFICE_SECONDS", 0.2)
    assert code_of(data) == "timeout"


@needs_office
def test_a_doc_with_a_password_is_said() -> None:
    data = bytearray(resume_doc())
    at = data.find(b"\xec\xa5", 512)
    assert at > 0
    data[at + 10 : at + 12] = struct.pack("<H", struct.unpack_from("<H", data, at + 10)[0] | 0x0100)
    assert code_of(bytes(data)) == "encrypted"


@needs_office
@pytest.mark.parametrize("keep", [0.05, 0.3])
def test_a_cut_doc_is_damaged(keep: float) -> None:
    data = resume_doc()
    assert code_of(data[: int(len(data) * keep)]) == "damaged"


@needs_office
def test_a_presentation_is_no_resume() -> None:
    from tests.reading.test_mail import ole as compound

    assert code_of(compound({"PowerPoint Document": bytes(5000)})) == "unknown_format"
    assert code_of(compound({"EncryptedPackage": bytes(5000), "EncryptionInfo": bytes(100)})) == "encrypted"


def test_workbooks_and_outlook_messages_are_left_to_their_readers() -> None:
    from tests.reading.test_mail import ole as compound

    assert not ole.accepts(Source(compound({"Workbook": bytes(5000)}), "x"))
    assert not ole.accepts(Source(compound({"__properties_version1.0": bytes(50)}), "x"))
    assert ole.accepts(Source(compound({"Workbook": bytes(5000), "WordDocument": bytes(5000)}), "x"))


@settings(max_examples=50)
@given(st.binary(max_size=2000))
def test_any_bytes_behind_the_mark_are_damaged(data: bytes) -> None:
    source = Source(ole.MAGIC + data, "x")
    assert ole.accepts(source)
    assert code_of(source.data) in ("damaged", "unknown_format")
