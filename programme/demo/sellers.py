"""Who of the demo firm's own people, candidates and partners brings Clients, and who has come by a link and waits for a call."""

import datetime as dt

from clients.enums import LeadState, RecommenderKind
from clients.models import Client, Lead, Recommender, ReferralLink
from company.models import Employee, User
from programme.demo.customers import CHANNELS
from programme.demo.firm import CLERK, MANAGER, OWNER
from programme.demo.staff_texts import LEFT

EVERY = 5
"""Of those who came by a friend's word and have no Client named, every fifth was brought by somebody of the firm."""
ORDER = (0, 0, 0, 1, 1, 4, 2, 0, 1, 5, 4)
"""Who brought them, one after another: colleagues more often than partners."""
OTHERS = (
    (RecommenderKind.CANDIDATE, "Глеб Ясенев", "gleb@example.org"),
    (RecommenderKind.PARTNER, "Ателье «Игла»", "igla@example.org"),
    (RecommenderKind.PARTNER, "Гостиница «Ладога»", "ladoga@example.org"),
)
WAITING = (
    ("Полина Рябинина", "+79160004411", "Шторы, четыре окна, снять и повесить"),
    ("Артём Лисицын", "+79160004422", "Пуховик к выходным"),
)
AGREED = "«Лён и хлопок» может сохранить моё имя и контакт и связаться со мной по этому обращению."


def create_sellers(now: dt.datetime) -> None:
    """Name who brought whom, give them links, and let three people come by one."""
    ours = [Employee.objects.get(user__email=email) for email in (CLERK, MANAGER, OWNER)]
    gone = Employee.objects.filter(name=LEFT[0][0]).first()
    people = [Recommender.objects.create(kind=RecommenderKind.EMPLOYEE, employee=one) for one in (*ours, *filter(None, [gone]))]
    people += [Recommender.objects.create(kind=kind, name=name, email=email) for kind, name, email in OTHERS]
    bring(people)
    sender = Client.objects.filter(referrals__isnull=False, email__gt="").order_by("pk").first()
    links = [ReferralLink(code=code_of(number), recommender=one) for number, one in enumerate(people)]
    links += [ReferralLink(code=code_of(len(people)), client=sender)] if sender else []
    come(ReferralLink.objects.bulk_create(links), now)


def code_of(number: int) -> str:
    """Return the code of a link: the same each time the demo is filled."""
    return f"demo{number + 2222}"


def bring(people: list[Recommender]) -> None:
    """Write on some cards who of ours brought the Client."""
    invited = Client.objects.filter(channel__name=CHANNELS[0], referred_by__isnull=True).order_by("pk")
    chosen = list(invited)[::EVERY]
    for number, client in enumerate(chosen):
        client.brought_by = people[ORDER[number % len(ORDER)] % len(people)]
    Client.objects.bulk_update(chosen, ["brought_by"], batch_size=1000)


def come(links: list[ReferralLink], now: dt.datetime) -> None:
    """Let two people wait for a call, and one have become a Client whose sender nobody has thanked yet."""
    Lead.objects.bulk_create(
        Lead(link=links[-1 - number], name=name, phone=phone, note=note, agreed_to=AGREED)
        for number, (name, phone, note) in enumerate(WAITING)
    )
    client = Client.objects.filter(referred_by=links[-1].client).order_by("-pk").first() if links[-1].client else None
    if client:
        settled = {"state": LeadState.CLIENT, "settled_by": User.objects.get(email=MANAGER), "settled_at": now - dt.timedelta(days=1)}
        Lead.objects.create(link=links[-1], name=client.name, phone=client.phone, agreed_to=AGREED, client=client, **settled)
