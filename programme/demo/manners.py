"""Good manners in the demo firm: a code in its second wording, praise of two months, a shelf, and what waits for a manager."""

import datetime as dt
import uuid

from company.models import Branch, Employee, User
from mailing.enums import TemplateKind
from programme.demo import manners_texts as texts
from programme.demo.firm import CLERK, MANAGER, OWNER
from programme.demo.post import deliver
from programme.enums import PraiseState, ReadingState, Way
from programme.manners_start import BOOKS, start_intro, start_text
from programme.models import Book, MannersVersion, Praise
from programme.services.books import add_books, note_reading
from programme.services.colleagues import choose_board
from programme.services.manners import acknowledge_manners, publish_manners
from programme.services.praise import Speaker, decide_praise, leave_remark, open_praise_code, pick_of_month, praise_colleague
from touchpoints.models import Touchpoint

DAY = dt.timedelta(days=1)
FIRST_DAYS_AGO, SECOND_DAYS_AGO = 190, 34
READ, EVERY, READ_WITHIN = 5, 6, 20
KEYS = uuid.UUID("6f0d3d0e-7c36-49a4-8a0c-5d2f9b1f4a10")


def create_manners(now: dt.datetime) -> None:
    """Save all of it, the oldest first."""
    owner = User.objects.get(email=OWNER)
    publish_twice(owner, now)
    fill_shelf(owner, now)
    thank(now)
    settle_the_month(now)
    by_the_wall(now)
    deliver(TemplateKind.PRAISED)
    leave_remark(
        about=Employee.objects.get(name=texts.REMARK[0]),
        words=texts.REMARK[1],
        author_name="",
        key=uuid.uuid5(KEYS, "remark"),
        now=now - 2 * DAY,
    )


def publish_twice(owner: User, now: dt.datetime) -> None:
    """Publish our wording, later a changed one; five of six have read that."""
    version: MannersVersion | None = None
    for days_ago, text, note in (
        (FIRST_DAYS_AGO, start_text(), ""),
        (SECOND_DAYS_AGO, f"{start_text()}\n\n{texts.OWN_RULE}", texts.CHANGE),
    ):
        version = publish_manners(
            intro=start_intro(),
            text=text,
            change_note=note,
            asks_again=True,
            based_on=version.number if version else 0,
            actor=owner,
            now=now - days_ago * DAY,
        )
    if version is None:
        return
    readers = Employee.objects.filter(left_on=None).exclude(user__email=CLERK).order_by("pk")
    for number, person in enumerate(readers):
        if number % EVERY < READ:
            moment = version.published_at + (number % READ_WITHIN) * DAY
            way = Way.LINK if person.email else Way.PAPER
            acknowledge_manners(employee=person, version=version, way=way, actor=None if person.email else owner, now=moment)


def fill_shelf(owner: User, now: dt.datetime) -> None:
    """Put our books on the shelf; some are read, with a sentence."""
    add_books(books=[(str(book.title), str(book.author), str(book.why)) for book in BOOKS], actor=owner)
    books = list(Book.objects.order_by("pk"))
    for number, (name, sentence) in enumerate(texts.READERS):
        state = ReadingState.READ if sentence else ReadingState.READING
        employee = Employee.objects.get(name=name)
        note_reading(book=books[number % 4], employee=employee, state=state, sentence=sentence, now=now - (90 - 9 * number) * DAY)


def thank(now: dt.datetime) -> None:
    """Let colleagues thank each other; one of them would rather not stand on the board."""
    people = {person.name: person for person in Employee.objects.all()}
    points = {point.name: point for point in Touchpoint.objects.active()}
    for number, (about, author, days_ago, words, client_words, point) in enumerate(texts.PRAISES):
        praise_colleague(
            about=people[about],
            speaker=Speaker(Way.LINK, people[author]),
            said={"words": words, "client_words": client_words, "touchpoint": points.get(point)},
            key=uuid.uuid5(KEYS, f"praise {number}"),
            now=now - days_ago * DAY,
        )
    choose_board(employee=people[texts.SHY], is_off=True)


def settle_the_month(now: dt.datetime) -> None:
    """Pick whom the firm thanks for the month before."""
    last = (now.replace(day=1) - DAY).date()
    name, why = texts.PICK
    manager = User.objects.get(email=MANAGER)
    pick_of_month(employee=Employee.objects.get(name=name), month=last, why=why, actor=manager, now=now.replace(day=1))


def by_the_wall(now: dt.datetime) -> None:
    """Hang codes for those who do not sign in; one thank you is on the board, another waits."""
    manager, people = User.objects.get(email=MANAGER), {person.name: person for person in Employee.objects.all()}
    codes = {branch.name: open_praise_code(branch=branch, actor=manager) for branch in Branch.objects.all()}
    for number, (about, name, words) in enumerate(texts.BY_CODE):
        person = people[about]
        code = codes.get(person.branch.name if person.branch else "")
        praise: Praise = praise_colleague(
            about=person,
            speaker=Speaker(Way.CODE, None, name, code),
            said={"words": words},
            key=uuid.uuid5(KEYS, f"code {number}"),
            now=now - (number + 1) * DAY,
        )
        if number:
            decide_praise(praise=praise, state=PraiseState.SHOWN, actor=manager, now=now - number * DAY)
