"""From a letter and a context to an RFC 5322 message, and back."""

from collections.abc import Mapping
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from django.test import override_settings
from hypothesis import given, settings
from hypothesis import strategies as st

from common.tokens import derived_token
from mailing.links import unsubscribe_url
from mailing.models import Letter, Message
from mailing.rendering import RenderError, filled, may_be_posted_to, preview, rendered

PRINTABLE = st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"])


def message_to(name: str = "Ирина", address: str = "irina@example.org", context: Mapping[str, str] | None = None) -> Message:
    """Return an unsaved message."""
    return Message(to_name=name, to_address=address, context=dict(context or {}), message_id="<0123@example.org>")


def letter_of(subject: str = "Вопрос", text: str = "Текст", html: str = "<p>Текст</p>") -> Letter:
    """Return an unsaved letter."""
    return Letter(subject=subject, text=text, html=html)


def parsed(data: bytes) -> EmailMessage:
    """Read the message as a mail program does."""
    return message_from_bytes(data, policy=policy.default)


def header(data: bytes, name: str) -> str:
    """Return the header unfolded and decoded by RFC 2047, the way the older programs do."""
    return str(make_header(decode_header(str(message_from_bytes(data)[name]))))


@settings(max_examples=200, deadline=None)
@given(name=st.text(PRINTABLE, max_size=160), question=st.text(PRINTABLE, min_size=1, max_size=200))
def test_any_name_and_subject_comes_back_as_it_was(name: str, question: str) -> None:
    data = rendered(message_to(name, context={"question": question}), letter_of(subject="{question}"))
    assert header(data, "Subject") == question.strip()
    assert next(iter(message_from_bytes(data)["Subject"].splitlines()), "").strip() or not question.strip()
    shown, address = parseaddr(str(message_from_bytes(data)["To"]).replace("\r\n", ""))
    assert str(make_header(decode_header(shown))) == name.strip()
    assert address == "irina@example.org"
    assert max(len(line) for line in data.split(b"\r\n")) <= 998
    assert data.count(b"\n") == data.count(b"\r\n")


@settings(max_examples=100, deadline=None)
@given(value=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\x00"), max_size=2000))
def test_any_value_comes_back_in_the_text(value: str) -> None:
    mail = parsed(rendered(message_to(context={"value": value}), letter_of(text="[{value}]")))
    body = mail.get_body(("plain",))
    assert body is not None
    assert body.get_payload(decode=True).decode().replace("\r\n", "\n") == f"[{value}]"  # type: ignore[union-attr]


@pytest.mark.parametrize("bad", ["Анна\r\nBcc: all@example.org", "Анна\nX: y", "Anna\x00", "Anna\u2028X", "a\x85b"])
def test_a_line_break_in_a_header_is_refused(bad: str) -> None:
    with pytest.raises(RenderError):
        rendered(message_to(bad), letter_of())
    with pytest.raises(RenderError):
        rendered(message_to(context={"name": bad}), letter_of(subject="{name}, вопрос"))


def test_values_are_escaped_in_html_only() -> None:
    values = {"name": '<b>"Анна"</b>'}
    assert filled("{name}", values) == '<b>"Анна"</b>'
    assert filled('<a title="{name}">', values, html=True) == '<a title="&lt;b&gt;&quot;Анна&quot;&lt;/b&gt;">'


def test_only_placeholders_are_filled_and_values_are_not_filled_again() -> None:
    css = "@media (max-width:620px){.pad{padding:0 20px!important}}"
    assert filled(css + "{name}{{ name }}{% now %}", {"name": "{other}"}) == css + "{other}{{ name }}{% now %}"


def test_an_unknown_placeholder_is_an_error() -> None:
    with pytest.raises(RenderError, match="answer_url"):
        rendered(message_to(), letter_of(text="{answer_url}"))


def test_headers_for_machines() -> None:
    mail = parsed(rendered(message_to(), letter_of()))
    assert mail["Message-ID"] == "<0123@example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["List-Unsubscribe"] == f"<{unsubscribe_url('<0123@example.org>')}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Date"] is not None
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize(
    ("url", "is_allowed"),
    [("https://mayak.example.org/u/1", True), ("http://127.0.0.1:8000/u/1", True), ("http://mayak.example.org/u/1", False)],
)
def test_one_click_is_offered_over_https_or_to_this_machine(url: str, is_allowed: bool) -> None:
    assert may_be_posted_to(url) == is_allowed


@override_settings(BASE_URL="http://mayak.example.org")
def test_without_https_the_link_is_named_but_not_for_posting() -> None:
    mail = parsed(rendered(message_to(), letter_of()))
    assert mail["List-Unsubscribe"].startswith("<http://mayak.example.org/")
    assert mail["List-Unsubscribe-Post"] is None


def test_a_domain_of_its_own_letters_is_written_in_ascii() -> None:
    assert parsed(rendered(message_to(address="anna@почта.рф"), letter_of()))["To"].addresses[0].domain == "xn--80a1acny.xn--p1ai"


def test_a_line_too_long_for_mail_is_refused() -> None:
    with pytest.raises(RenderError, match="998"):
        rendered(message_to(context={"name": "x" * 1200}), letter_of(subject="{name}"))


@override_settings(DEFAULT_FROM_EMAIL="Лён и хлопок <hello@example.org>")
def test_the_sender_may_have_a_name() -> None:
    assert parsed(rendered(message_to(), letter_of()))["From"] == "Лён и хлопок <hello@example.org>"


def test_the_personal_link_is_put_together_with_the_letter() -> None:
    message = message_to()
    message.link = {"view": "mailing:unsubscribe", "purpose": "test", "value": "7"}
    body = parsed(rendered(message, letter_of(text="{url}?score=9"))).get_body(["plain"])
    assert body is not None
    assert body.get_content().strip() == f"http://127.0.0.1:8000/mail/u/{derived_token('test', '7')}/?score=9"
    assert preview(message, letter_of(html="{url}")).html == "#"


def test_a_preview_leads_nowhere() -> None:
    message = message_to(context={"name": "Ирина", "answer_url": "https://mayak.example.org/s/secret"})
    shown = preview(
        message, letter_of("{name}?", "{answer_url} {unsubscribe_url}", '<a href="{answer_url}?score=9">9</a>{unsubscribe_url}')
    )
    assert shown.subject == "Ирина?"
    assert "secret" not in shown.text + shown.html
    assert "https://" not in shown.text
    assert shown.html == '<a href="#?score=9">9</a>#'
