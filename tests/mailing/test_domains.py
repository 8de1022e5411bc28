"""What is said about a domain, asked of a real name server of our own."""

import socketserver
import threading
from collections.abc import Iterator
from typing import Any

import dns.message
import dns.rcode
import dns.rrset
import pytest
from django.core.management import CommandError, call_command
from django.test import Client as Browser
from django.urls import reverse
from django.utils import translation

from mailing.domains import Check

ZONE = {
    ("example.org.", "TXT"): ['"v=spf1 include:_spf.example.org ~all"', '"some other text"'],
    ("_spf.example.org.", "TXT"): ['"v=spf1 ip4:192.0.2.1 -all"'],
    ("mail._domainkey.example.org.", "TXT"): ['"v=DKIM1; k=rsa; " "p=MIIBIjANBg"'],
    ("old._domainkey.example.org.", "TXT"): ['"v=DKIM1; p="'],
    ("_dmarc.example.org.", "TXT"): ['"v=DMARC1; p=none"'],
    ("example.org.", "MX"): ["10 mx.example.org."],
    ("mx.example.org.", "A"): ["192.0.2.1"],
    ("1.2.0.192.in-addr.arpa.", "PTR"): ["mx.example.org."],
    ("twice.example.org.", "TXT"): ['"v=spf1 a ~all"', '"v=spf1 mx ~all"'],
    ("open.example.org.", "TXT"): ['"v=spf1 +all"'],
    ("long.example.org.", "TXT"): ['"v=spf1 include:long.example.org ~all"'],
}


class NameServer(socketserver.BaseRequestHandler):
    """Answers from the zone above; a name that begins with `broken` gets a failure."""

    def handle(self) -> None:
        """Answer one question."""
        data, back = self.request
        query = dns.message.from_wire(data)
        question = query.question[0]
        answer = dns.message.make_response(query)
        rows = ZONE.get((question.name.to_text(), dns.rdatatype.to_text(question.rdtype)))
        if question.name.to_text().startswith("broken"):
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif rows:
            answer.answer.append(dns.rrset.from_text_list(question.name, 60, "IN", question.rdtype, rows))
        elif not any(name == question.name.to_text() for name, _kind in ZONE):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        back.sendto(answer.to_wire(), self.client_address)


@pytest.fixture(autouse=True)
def _name_server(settings: Any) -> Iterator[None]:
    """Run the server and make it the one that is asked."""
    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), NameServer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        settings.DNS_SERVER = f"127.0.0.1:{server.server_address[1]}"
        settings.DEFAULT_FROM_EMAIL = "Лён и хлопок <hello@example.org>"
        settings.EMAIL_URL, settings.EMAIL_HOST = "smtp://mx.example.org:25", "mx.example.org"
        yield
        server.shutdown()
        thread.join()


def found(domain: str, selector: str = "mail") -> dict[str, tuple[str, str]]:
    """Return how each thing stands and what to do, in English."""
    with translation.override("en"):
        return {finding.name: (finding.state, finding.advice) for finding in Check(domain, selector).findings()}


def test_a_domain_in_order() -> None:
    states = {name: state for name, (state, _advice) in found("Example.org.").items()}
    assert states == {"SPF": "ok", "DKIM": "ok", "DMARC": "ok", "MX": "ok", "PTR": "ok", "From": "ok"}


def test_a_domain_with_nothing_says_what_to_add() -> None:
    said = found("empty.invalid")
    assert {name: state for name, (state, _advice) in said.items()} == {
        "SPF": "bad",
        "DKIM": "bad",
        "DMARC": "bad",
        "MX": "bad",
        "PTR": "ok",
        "From": "bad",
    }
    assert said["DKIM"][1] == "Add the TXT record of your mail provider at mail._domainkey.empty.invalid."
    assert "_dmarc.empty.invalid: v=DMARC1; p=none" in said["DMARC"][1]


@pytest.mark.parametrize("domain", ["twice.example.org", "open.example.org", "long.example.org"])
def test_records_that_do_harm(domain: str) -> None:
    assert found(domain)["SPF"][0] == "bad"


def test_keys_and_policies() -> None:
    assert found("example.org", "")["DKIM"][0] == "warn"
    assert found("example.org", "old")["DKIM"][0] == "bad"
    assert found("shop.example.org")["DMARC"][0] == "ok"  # the domain above answers for it


def test_a_server_that_does_not_answer_says_nothing_about_the_domain() -> None:
    said = found("broken.invalid")
    assert (said["SPF"][0], said["MX"][0]) == ("warn", "warn")


def test_reports_to_another_domain_are_not_aligned(settings: Any) -> None:
    settings.BOUNCE_ADDRESS = "bounce@elsewhere.invalid"
    assert found("example.org")["From"][0] == "warn"
    settings.BOUNCE_ADDRESS = "bounce@bounces.example.org"
    assert found("example.org")["From"][0] == "ok"


def test_the_command_speaks_both_languages_and_fails_when_something_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check_mail_domain", "--selector", "mail", "--language", "ru")
    assert "Пока она только наблюдает" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("check_mail_domain", "empty.invalid", "--language", "en")
    assert "Add a TXT record at empty.invalid." in capsys.readouterr().out


def test_the_page_asks_only_when_told_to(as_manager: Browser) -> None:
    page = reverse("mailing:domain")
    assert as_manager.get(page).context["findings"] == []
    assert as_manager.get(page).context["form"].initial["domain"] == "example.org"
    assert len(as_manager.post(page, {"domain": "example.org", "selector": "mail"}).context["findings"]) == 6
    assert as_manager.post(page, {"domain": "http://example.org/"}).status_code == 422
