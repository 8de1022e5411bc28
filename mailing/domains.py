"""Whether a domain is set up so that mail programs believe our letters: SPF, DKIM, DMARC, MX, PTR, and who stands in From."""

from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings
from django.utils.translation import gettext as _
from dns.exception import DNSException
from dns.resolver import NXDOMAIN, NoAnswer, Resolver
from dns.reversename import from_address

from mailing.links import envelope_address

PATIENCE = 4
MOST_LOOKUPS = 10


class Unreachable(Exception):  # noqa: N818 - reads as a sentence where it is caught
    """The name servers do not answer, which says nothing about the record."""


@dataclass(frozen=True)
class Finding:
    """One thing looked at: how it stands (`ok`, `warn`, `bad`), what was found, and what to do about it."""

    name: str
    state: str
    found: str
    advice: str = ""


def new_resolver() -> Resolver:
    """Return the resolver of the system, or of the settings."""
    host, _sign, port = settings.DNS_SERVER.rpartition(":")
    resolver = Resolver(configure=not host)
    if host:
        resolver.nameservers, resolver.port = [host], int(port)
    resolver.lifetime = PATIENCE
    return resolver


def own_domain() -> str:
    """Return the domain letters come from."""
    return envelope_address(settings.DEFAULT_FROM_EMAIL).rpartition("@")[2]


class Check:
    """Looks at one domain."""

    def __init__(self, domain: str, selector: str, resolver: Resolver | None = None) -> None:
        self.domain = domain.strip().lower().rstrip(".")
        self.selector = selector.strip()
        self.resolver = resolver or new_resolver()

    def findings(self) -> list[Finding]:
        """Return everything that was found."""
        checks = (
            ("SPF", self.spf),
            ("DKIM", self.dkim),
            ("DMARC", self.dmarc),
            ("MX", self.mx),
            ("PTR", self.ptr),
            ("From", self.alignment),
        )
        return [self.guarded(name, check) for name, check in checks]

    def guarded(self, name: str, check: Callable[[], Finding]) -> Finding:
        """Return the finding, or that nobody answered."""
        try:
            return check()
        except Unreachable as error:
            return Finding(name, "warn", str(error), _("The name servers do not answer. Try again later."))

    def records(self, name: str, kind: str) -> list[str]:
        """Return the records of the name as text, none if there are none."""
        try:
            answer = self.resolver.resolve(name, kind)
        except (NXDOMAIN, NoAnswer):
            return []
        except DNSException as error:
            raise Unreachable(f"{name}: {error}") from error
        if kind == "TXT":
            return [b"".join(row.strings).decode(errors="replace") for row in answer]
        return [row.to_text() for row in answer]

    def starting(self, name: str, beginning: str) -> list[str]:
        """Return the TXT records that begin so."""
        return [text for text in self.records(name, "TXT") if text.lower().startswith(beginning)]

    def spf(self) -> Finding:
        """Look at who may send for the domain."""
        found = self.starting(self.domain, "v=spf1")
        example = _("Ask your mail provider for the line, such as: v=spf1 include:… ~all")
        if not found:
            return Finding("SPF", "bad", _("none"), _("Add a TXT record at %(domain)s.") % {"domain": self.domain} + " " + example)
        if len(found) > 1:
            return Finding("SPF", "bad", " | ".join(found), _("Leave one record: with two, mail servers take neither."))
        if found[0].split()[-1].lower() in {"+all", "all", "?all"}:
            return Finding("SPF", "bad", found[0], _("It lets everybody send in your name: end it with ~all or -all."))
        if (count := self.lookups(found[0])) > MOST_LOOKUPS:
            text = _("It needs %(n)s look-ups of names and mail servers stop at ten: take out includes you do not use.") % {"n": count}
            return Finding("SPF", "bad", found[0], text)
        return Finding("SPF", "ok", found[0])

    def lookups(self, record: str, depth: int = 0) -> int:
        """Return how many look-ups the record costs a server, those of its includes too."""
        count = 0
        for term in record.lower().split()[1:]:
            word = term.lstrip("+-~?")
            if not word.startswith(("include:", "exists:", "redirect=")) and word.split(":")[0].split("/")[0] not in {"a", "mx", "ptr"}:
                continue
            count += 1
            if word.startswith(("include:", "redirect=")) and depth < MOST_LOOKUPS and count <= MOST_LOOKUPS:
                inner = self.starting(word.split("=" if "=" in word else ":", 1)[1], "v=spf1")
                count += self.lookups(inner[0], depth + 1) if inner else 0
        return count

    def dkim(self) -> Finding:
        """Look at the key letters are signed with."""
        if not self.selector:
            return Finding("DKIM", "warn", "", _("Name the selector: it stands as s= in the DKIM-Signature header of a letter you sent."))
        name = f"{self.selector}._domainkey.{self.domain}"
        found = [text for text in self.records(name, "TXT") if "p=" in text]
        if not found:
            return Finding("DKIM", "bad", _("none"), _("Add the TXT record of your mail provider at %(name)s.") % {"name": name})
        key = found[0].partition("p=")[2].partition(";")[0].strip()
        if not key:
            return Finding("DKIM", "bad", found[0], _("The key is withdrawn: its p= is empty. Add the present key of your mail provider."))
        return Finding("DKIM", "ok", f"{found[0][:60]}…" if len(found[0]) > 61 else found[0])

    def dmarc(self) -> Finding:
        """Look at what is asked of servers that get a forged letter; a domain above answers for those below."""
        parents = [self.domain, ".".join(self.domain.split(".")[-2:])]
        found = next((records for parent in parents if (records := self.starting(f"_dmarc.{parent}", "v=dmarc1"))), [])
        if not found:
            text = _("Add a TXT record at %(name)s: v=DMARC1; p=none; rua=mailto:postmaster@%(domain)s")
            return Finding("DMARC", "bad", _("none"), text % {"name": f"_dmarc.{self.domain}", "domain": self.domain})
        if "p=none" in found[0].replace(" ", "").lower():
            return Finding("DMARC", "ok", found[0], _("It only watches. Once the reports are clean, change p=none to p=quarantine."))
        return Finding("DMARC", "ok", found[0])

    def mx(self) -> Finding:
        """Look at where answers and reports go."""
        found = self.records(self.domain, "MX")
        if found:
            return Finding("MX", "ok", ", ".join(sorted(found)))
        return Finding("MX", "bad", _("none"), _("Answers and reports of undelivered letters have nowhere to go: add an MX record."))

    def ptr(self) -> Finding:
        """Look at whether the address of the mail server has a name that leads back to it."""
        host = settings.EMAIL_HOST if settings.EMAIL_URL else ""
        if not host:
            return Finding("PTR", "warn", "", _("No mail server is set: put its address into EMAIL_URL."))
        for address in self.records(host, "A"):
            names = self.records(from_address(address).to_text(), "PTR")
            if not any(address in self.records(name.rstrip("."), "A") for name in names):
                text = _("Ask the owner of the address %(address)s for a reverse record that leads back to it.") % {"address": address}
                return Finding("PTR", "warn", ", ".join(names) or _("none"), text)
        return Finding("PTR", "ok", host)

    def alignment(self) -> Finding:
        """Look at whether From and the return path are of this domain, which DMARC asks for."""
        sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
        if not belongs(own_domain(), self.domain):
            text = _("Letters come from another domain: set FROM_EMAIL to an address at %(domain)s.") % {"domain": self.domain}
            return Finding("From", "bad", sender, text)
        back = settings.BOUNCE_ADDRESS
        if back and not belongs(envelope_address(back).rpartition("@")[2], self.domain):
            text = _("Reports go to another domain: set BOUNCE_ADDRESS to an address at %(domain)s or below it.") % {"domain": self.domain}
            return Finding("From", "warn", back, text)
        return Finding("From", "ok", sender)


def belongs(domain: str, parent: str) -> bool:
    """Say whether the domain is the other one or below it."""
    return domain == parent or domain.endswith(f".{parent}")
