"""The code of manners we start a company with, and books to put on its shelf first. Both are there to be changed."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from programme.formulas.manners import Rule, text_of

Text = str | Promise

INTRO: Text = _(
    "This is how we treat Clients and each other, on good days and on hard ones. It is not for show and not for fines: "
    "whoever forgets is reminded kindly."
)
RULES: tuple[tuple[Text, Text], ...] = (
    (
        _("We greet first."),
        _("Whoever sees the other first says hello: to a Client, a courier, a cleaner, a colleague from another shift."),
    ),
    (_("We call people by name."), _("We ask the name once, remember it and say it as the person likes to hear it.")),
    (
        _("The Client before us comes before everything else."),
        _("The talk with a colleague stops, the phone is put down. If we cannot come at once, a look and “one minute” cost nothing."),
    ),
    (
        _("We listen to the end."),
        _("We do not finish other people's sentences, even when we know how they end. Then we repeat in our own words what we understood."),
    ),
    (
        _("We answer on the day we were asked."),
        _("If the answer is not ready, we say so the same day and name the hour when it will be."),
    ),
    (
        _("We promise a little less and do it a little sooner."),
        _("A promise has a day and a name. If we see that we are late, the Client hears it from us first, not the other way round."),
    ),
    (
        _("We say what we can do."),
        _("Not “that is impossible” and not “that is not mine”: what is possible, who will do it and when. We lead people by the hand."),
    ),
    (
        _("A mistake of ours is our own."),
        _("We admit it, apologise once, put it right and tell how it ended. We do not look for the guilty in front of a Client."),
    ),
    (
        _("We thank for a complaint."),
        _("Whoever complains still hopes for us. First thanks, then questions, then deeds. We do not argue about feelings."),
    ),
    (
        _("We speak plainly."),
        _("No words that only we understand. If somebody did not understand us, we explained badly."),
    ),
    (
        _("We speak of absent people as if they heard us."),
        _("Of Clients too, in the back room too. A bad word said there is heard out front the same day."),
    ),
    (
        _("Every person's money and time are worth the same respect."),
        _("A Client with a small purchase hears the same voice as one with a large one."),
    ),
    (
        _("We leave a place better than we found it."),
        _("A crooked sign, an empty bottle, a queue with one desk open: whoever sees it begins."),
    ),
    (
        _("We help each other without being asked twice."),
        _("We say thank you aloud and by name; what we do not like we say to the person alone, on the same day and calmly."),
    ),
)


@dataclass(frozen=True)
class StartBook:
    """A book worth beginning with."""

    title: Text
    author: Text
    why: Text


BOOKS = (
    StartBook(_("Customers for Life"), _("Carl Sewell, Paul Brown"), _("How a car dealer made people come back for decades.")),
    StartBook(_("Moments of Truth"), _("Jan Carlzon"), _("Why fifteen seconds at a desk decide more than advertising does.")),
    StartBook(_("Setting the Table"), _("Danny Meyer"), _("Service is what was done, hospitality is how it felt.")),
    StartBook(_("Delivering Happiness"), _("Tony Hsieh"), _("How a shop grew on calls that nobody cut short.")),
    StartBook(
        _("Raving Fans"),
        _("Ken Blanchard, Sheldon Bowles"),
        _("An evening's reading: decide what you want, find out what they want, add one per cent."),
    ),
    StartBook(_("The Nordstrom Way"), _("Robert Spector"), _("What happens when people on the floor may decide by themselves.")),
)


def start_text() -> str:
    """Return our rules in the language in use, as the text a version keeps."""
    return text_of([Rule(str(title), str(body)) for title, body in RULES])


def start_intro() -> str:
    """Return our introduction in the language in use."""
    return str(INTRO)
