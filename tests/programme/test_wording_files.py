"""Documents of every kind: only the letter changes, hostile files are refused."""

import io
import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from company.formulas.morphology import word_forms_of
from company.formulas.words import CLIENT
from programme.formulas.wording import Lexicon, find_places, mend
from programme.wording.documents import check, encoding_of, mended
from programme.wording.refusals import FILE_BYTES, RefusedError

LEXICON = Lexicon(CLIENT)
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MAIN = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}


def packed(kind: str, **members: str) -> bytes:
    """Pack an office file; `a__b` stands for a path."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        names = {name.replace("__", "/") + ".xml": text for name, text in members.items()}
        for name, text in ({MAIN[kind]: "<x/>"} | names).items():
            archive.writestr(name, text)
    return out.getvalue()


def member(body: bytes, name: str) -> str:
    """Read one member."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return archive.read(name).decode()


def docx(inside: str) -> bytes:
    """Return a document with the body."""
    return packed("docx", word__document=f"<w:document {W}><w:body>{inside}</w:body></w:document>")


def runs(*texts: str) -> str:
    """Return a paragraph split into runs."""
    return "<w:p>" + "".join(f'<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>' for text in texts) + "</w:p>"


def fixed(body: bytes, name: str) -> bytes:
    """Mend everything."""
    return mended(body, name, LEXICON, skipped=())


def refused(body: bytes, name: str) -> str:
    """Return why a file is refused."""
    with pytest.raises(RefusedError) as refusal:
        check(body, name, LEXICON)
    return refusal.value.code


def test_one_letter_changes_in_a_word_split_over_runs() -> None:
    body = docx(runs("Наш к", "лие", "нт доволен"))
    assert member(fixed(body, "a.docx"), MAIN["docx"]) == member(body, MAIN["docx"]).replace("Наш к", "Наш К")


@pytest.mark.parametrize("part", ["header1", "footer2", "footnotes", "endnotes"])
def test_headers_and_notes_are_read(part: str) -> None:
    body = packed("docx", **{f"word__{part}": f"<w:x {W}>{runs('клиент')}</w:x>"})
    assert ">Клиент<" in member(fixed(body, "a.docx"), f"word/{part}.xml")


def test_tables_and_text_boxes_are_read_apart_from_what_surrounds_them() -> None:
    box = f"<w:p><w:r><w:t>почтовый </w:t><w:txbxContent>{runs('клиент')}</w:txbxContent></w:r></w:p>"
    body = docx(f"<w:tbl><w:tr><w:tc>{runs('почтовый')}</w:tc><w:tc>{runs('клиент')}</w:tc></w:tr></w:tbl>{box}")
    assert len(check(body, "a.docx", LEXICON).places) == 2


def test_comments_tracked_changes_and_code_stay() -> None:
    tracked = "<w:p><w:ins><w:r><w:t>клиент</w:t></w:r></w:ins><w:del><w:r><w:delText>клиент</w:delText></w:r></w:del></w:p>"
    code = '<w:p><w:r><w:rPr><w:rFonts w:ascii="Courier New"/></w:rPr><w:t>клиент</w:t></w:r></w:p>'
    quote = '<w:p><w:pPr><w:pStyle w:val="Quote"/></w:pPr><w:r><w:t>клиент</w:t></w:r></w:p>'
    body = packed("docx", word__document=f"<w:d {W}>{tracked}{code}{quote}</w:d>", word__comments=f"<w:c {W}>{runs('клиент')}</w:c>")
    assert fixed(body, "a.docx") == body


def test_shared_strings_and_inline_strings_of_a_sheet_are_read_and_formulas_stay() -> None:
    strings = "<sst><si><t>клиент</t></si><si><r><t>к</t></r><r><t>лиенты</t></r></si></sst>"
    sheet = '<sheetData><c><f>"клиент"</f><v>клиент</v></c><c t="inlineStr"><is><t>клиента</t></is></c></sheetData>'
    body = fixed(packed("xlsx", xl__sharedStrings=strings, xl__worksheets__sheet1=sheet), "a.xlsx")
    assert member(body, "xl/sharedStrings.xml") == "<sst><si><t>Клиент</t></si><si><r><t>К</t></r><r><t>лиенты</t></r></si></sst>"
    assert member(body, "xl/worksheets/sheet1.xml") == sheet.replace("<t>клиента", "<t>Клиента")


def test_slides_and_their_notes_are_read() -> None:
    slide = "<p:sld><a:p><a:r><a:t>Каждый клиент</a:t></a:r></a:p></p:sld>"
    body = fixed(packed("pptx", ppt__slides__slide1=slide, ppt__notesSlides__notesSlide1=slide), "a.pptx")
    assert [member(body, f"ppt/{name}1.xml") for name in ("slides/slide", "notesSlides/notesSlide")] == [slide.replace("кл", "Кл")] * 2


def test_members_keep_their_order_dates_and_ways_of_packing() -> None:
    body = docx(runs("клиент"))
    before, after = (zipfile.ZipFile(io.BytesIO(each)).infolist() for each in (body, fixed(body, "a.docx")))
    assert [(one.filename, one.date_time, one.compress_type) for one in after] == [
        (one.filename, one.date_time, one.compress_type) for one in before
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "koi8-r", "utf-16"])
def test_a_text_keeps_its_encoding_and_line_ends(encoding: str) -> None:
    text = "Договор с покупателем.\r\nКаждый клиент подписывает его сам, и мы говорим ему спасибо за это решение.\r\n"
    assert fixed(text.encode(encoding), "a.txt").decode(encoding) == text.replace("клиент", "Клиент")


def test_bytes_that_are_no_letters_survive() -> None:
    body = "клиент ".encode("cp1251") + b"\x98"
    assert fixed(b'<meta charset="windows-1251">' + body, "a.html").endswith("Клиент ".encode("cp1251") + b"\x98")


def test_an_encoding_a_page_invents_is_not_believed() -> None:
    assert encoding_of('<meta charset="zip">клиент и другие люди'.encode("cp1251")) in {"cp1251", "cp866", "koi8_r", "mac_cyrillic"}


def test_a_bomb_is_not_opened() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(13):
            archive.writestr(f"word/{number}.xml", b"\x00" * 10 * 1024 * 1024)
    assert refused(out.getvalue(), "a.docx") == "bomb"


@pytest.mark.parametrize("declared", ['<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>', '<!ENTITY a "клиент">'])
def test_entities_are_not_expanded(declared: str) -> None:
    assert refused(packed("docx", word__document=f"{declared}<w:p><w:t>&a;</w:t></w:p>"), "a.docx") == "entities"


@pytest.mark.parametrize(
    ("body", "name", "code"),
    [
        (b"", "a.txt", "empty"),
        (b"x", "a.exe", "unknown"),
        (b"x", "name", "unknown"),
        (b"%PDF-1.7", "a.txt", "binary"),
        (b"a\x00b", "a.txt", "binary"),
        (b"PK\x03\x04broken", "a.docx", "broken"),
        (b"x" * (FILE_BYTES + 1), "a.txt", "too_large"),
        (packed("xlsx"), "a.docx", "broken"),
    ],
)
def test_what_is_no_document_is_refused(body: bytes, name: str, code: str) -> None:
    assert refused(body, name) == code


def test_a_skipped_place_stays() -> None:
    assert mended("клиент, клиенты".encode(), "a.txt", LEXICON, skipped={0}).decode() == "клиент, Клиенты"


@pytest.mark.parametrize(
    ("word", "text", "mended_text"),
    [
        ("Гость", "наш гость, у гостя, пойти в гости, гостевой", "наш Гость, у Гостя, пойти в гости, гостевой"),
        ("Партнёр", "партнер и партнёры", "Партнер и Партнёры"),
        ("Пациент", "be patient; the patients wait", "be patient; the Patients wait"),
        ("Частный Инвестор", "частный инвестор и Частного инвестора", "Частный Инвестор и Частного Инвестора"),
        ("Жилец", "двое жильцов и жилец", "двое Жильцов и Жилец"),
    ],
)
def test_any_word_of_a_company_is_found(word: str, text: str, mended_text: str) -> None:
    assert mend(text, find_places(text, Lexicon(word_forms_of(word))).hits) == mended_text


def test_a_long_text_is_read_with_work_in_step_with_its_length() -> None:
    text = "Каждый клиент важен. " + "Мы работаем с девяти до шести без обеда. " * 12
    assert len(find_places(text * 2_000, LEXICON).hits) == 2_000


@pytest.mark.django_db
def test_the_command_shows_places_fails_and_mends(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "договор.txt"
    path.write_text("Каждый клиент важен.", encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("wording", str(path), "--fix")
    assert "Каждый [клиент] важен." in capsys.readouterr().out
    assert (tmp_path / "договор.fixed.txt").read_text(encoding="utf-8") == "Каждый Клиент важен."
    call_command("wording", str(tmp_path / "договор.fixed.txt"))
    with pytest.raises(CommandError, match="nowhere"):
        call_command("wording", str(tmp_path / "nowhere.txt"))
