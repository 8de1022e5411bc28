"""Letters a company may reword: the places each kind may hold, and the text we supply for it."""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mailing.enums import TemplateKind
from mailing.formulas.calls import Silence, silence_of
from mailing.formulas.placeholders import strays
from mailing.models import LetterTemplate

Text = str | Promise
URL = "url"
COLLEAGUES = frozenset(
    {
        TemplateKind.CASE_ALERT,
        TemplateKind.CASE_LATE,
        TemplateKind.AUDIT_ASKED,
        TemplateKind.AUDIT_LATE,
        TemplateKind.ACTION_GIVEN,
        TemplateKind.ACTION_LATE,
        TemplateKind.MANNERS_ASKED,
        TemplateKind.BEACON_WELCOME,
        TemplateKind.PRAISED,
    }
)
# Mayak gives every recipient of these a link of their own; the others lead where the company says.
OWN_LINK = frozenset(TemplateKind) - {
    TemplateKind.VISIT_REMINDER,
    TemplateKind.WIN_BACK,
    TemplateKind.TRIAL,
    TemplateKind.REFERRAL_THANKS,
}
# A person writes and signs every one of these by themselves; the template is the frame round their words.
PERSONAL = frozenset({TemplateKind.WIN_BACK, TemplateKind.REFERRAL_THANKS})


@dataclass(frozen=True)
class Placeholder:
    """A place in a letter: its name, what stands there, and an example for previews."""

    name: str
    meaning: Text
    example: Text


@dataclass(frozen=True)
class LetterDraft:
    """The words of a letter before they get their look."""

    subject: str
    text: str
    button: str
    button_url: str = ""


GREETING = Placeholder("greeting", _("hello, by first name where we know it"), _("Hello, Irina!"))
COMPANY = Placeholder("company", _("the name of your company"), "")
OWN_URL = Placeholder(URL, _("the recipient's own link, as plain text"), "")
CLIENT = Placeholder("client", _("the Client's name"), _("Irina Sokolova"))
SCORE = Placeholder("score", _("the score"), "3")
WORDS = Placeholder("words", _("what the Client wrote, word for word"), _("I waited an hour and nobody came up"))
DUE = Placeholder("due", _("until when"), _("Friday, 18:00"))
ANONYMOUS = (
    GREETING,
    COMPANY,
    Placeholder("until", _("the last day for answers"), _("12 May")),
    OWN_URL,
    Placeholder("promise_url", _("the page that says what is stored about an answer"), ""),
)
ALERT = (CLIENT, SCORE, WORDS, DUE, Placeholder(URL, _("the link to the case"), ""))
AUDIT = (
    GREETING,
    COMPANY,
    Placeholder("place", _("the branch to walk"), _("Sadovaya")),
    Placeholder("points", _("how many touchpoints there are"), "24"),
    DUE,
    OWN_URL,
)
ACTION = (GREETING, Placeholder("action", _("what to do"), _("Mend the sign")), DUE, Placeholder(URL, _("the link to the action"), ""))

TO_BUYERS = (
    GREETING,
    COMPANY,
    Placeholder("last_visit", _("the day of the last purchase"), _("12 May 2026")),
    Placeholder(URL, _("the address the button leads to, as plain text"), ""),
)

PLACEHOLDERS: dict[TemplateKind, tuple[Placeholder, ...]] = {
    TemplateKind.PROMISE_KEPT: (
        GREETING,
        Placeholder("name", _("the first name, empty where we do not know it"), _("Irina")),
        Placeholder("promise", _("what was promised and done"), _("A second cash desk works on Saturdays")),
        WORDS,
        COMPANY,
        OWN_URL,
    ),
    TemplateKind.SECOND_SCORE: (GREETING, COMPANY, OWN_URL),
    TemplateKind.CASE_ALERT: ALERT,
    TemplateKind.CASE_LATE: ALERT,
    TemplateKind.VISIT_REMINDER: TO_BUYERS,
    TemplateKind.STAFF_SURVEY: ANONYMOUS,
    TemplateKind.STAFF_REMINDER: ANONYMOUS,
    TemplateKind.AUDIT_ASKED: AUDIT,
    TemplateKind.AUDIT_LATE: AUDIT,
    TemplateKind.GUEST_ASKED: AUDIT,
    TemplateKind.ACTION_GIVEN: ACTION,
    TemplateKind.ACTION_LATE: ACTION,
    TemplateKind.WIN_BACK: (
        Placeholder(
            "letter",
            _("the letter a colleague wrote to this Client, with greeting and signature"),
            _("Hello, Irina! In May you told us that you had waited for three hours. Since then couriers come within half an hour."),
        ),
        COMPANY,
    ),
    TemplateKind.TRIAL: TO_BUYERS,
    TemplateKind.BEACON_WELCOME: (
        GREETING,
        COMPANY,
        Placeholder("beacon", _("our definition, as published"), _("The Client leaves with the problem solved")),
        OWN_URL,
    ),
    TemplateKind.PRAISED: (
        GREETING,
        COMPANY,
        Placeholder("author", _("who says thank you; “a colleague” where no name is shown"), _("Oleg Dunaev")),
        Placeholder("thanks", _("what for, word for word"), _("You found the button we had been looking for since Monday")),
        OWN_URL,
    ),
    TemplateKind.MANNERS_ASKED: (
        GREETING,
        COMPANY,
        Placeholder("published", _("the day the code was published"), _("12 May")),
        OWN_URL,
    ),
    TemplateKind.REFERRAL_THANKS: (
        GREETING,
        COMPANY,
        Placeholder("friend", _("who came by the word of the one we thank"), _("Irina")),
        Placeholder("signature", _("the name of the colleague who sends it"), _("Oleg Dunaev")),
    ),
}

# Subject, text and words on the button of each kind.
TEXTS: dict[TemplateKind, tuple[Text, Text, Text]] = {
    TemplateKind.PROMISE_KEPT: (
        _("You asked, we have done it"),
        _(
            "{greeting}\n\nYou wrote to us: “{words}”\n\nWhat we have done since: {promise}.\n\n"
            "Thank you for saying it straight: without your words we would not have started. Has it become better?"
        ),
        _("Give a new score"),
    ),
    TemplateKind.SECOND_SCORE: (
        _("Has it become better? One question"),
        _(
            "{greeting}\n\nNot long ago we talked about what had gone wrong. We want to know whether we have put it right.\n\n"
            "Would you recommend us now? One question, ten seconds. A low score is as useful to us as a high one."
        ),
        _("Give a new score"),
    ),
    TemplateKind.CASE_ALERT: (
        _("A critic: {client}, score {score}"),
        _(
            "{client} gave us {score} out of 10.\n\nIn the Client's words: {words}\n\n"
            "Talk to the Client by {due} and write down what you learnt."
        ),
        _("Open the case"),
    ),
    TemplateKind.CASE_LATE: (
        _("Time is over: {client}, score {score}"),
        _(
            "The talk with {client} (score {score}) was due by {due}, and nobody has closed the case.\n\n"
            "In the Client's words: {words}\n\nDecide today who talks to the Client."
        ),
        _("Open the case"),
    ),
    TemplateKind.VISIT_REMINDER: (
        _("It is time to see you again"),
        _(
            "{greeting}\n\nYou were last with us on {last_visit}. It seems to be time again.\n\n"
            "Choose a day that suits you: we look forward to it."
        ),
        _("Choose a time"),
    ),
    TemplateKind.STAFF_SURVEY: (
        _("An anonymous survey: two minutes, until {until}"),
        _(
            "{greeting}\n\nWe want {company} to be a good place to work, and nobody knows better than you how to get there. "
            "Answer a short anonymous survey by {until}: it takes two minutes.\n\n"
            "Answers are sealed and counted all at once after the survey closes, so nobody learns who answered what. "
            "How this works and where its limits are: {promise_url}"
        ),
        _("Answer anonymously"),
    ),
    TemplateKind.STAFF_REMINDER: (
        _("The anonymous survey is open until {until}"),
        _(
            "{greeting}\n\nAlready answered? Thank you: we do not look at who has, so this letter goes to everybody.\n\n"
            "If not yet: it takes two minutes, until {until}. The more of us answer, the less anybody can be guessed behind a number. "
            "What is stored about an answer: {promise_url}"
        ),
        _("Answer anonymously"),
    ),
    TemplateKind.AUDIT_ASKED: (
        _("Walk the touchpoints by {due}: {place}"),
        _(
            "{greeting}\n\nWalk the places where a Client meets us: {place}, by {due}. Touchpoints: {points}.\n\n"
            "A phone is enough: three big buttons, a line of words, a photo. A lost connection loses nothing."
        ),
        _("Start the walk"),
    ),
    TemplateKind.AUDIT_LATE: (
        _("An audit is waiting for you: {place}"),
        _("{greeting}\n\nThe walk “{place}” is due by {due}. Touchpoints: {points}. What you have marked already is kept."),
        _("Go on with the walk"),
    ),
    TemplateKind.GUEST_ASKED: (
        _("Look at us with a Client's eyes"),
        _(
            "{greeting}\n\nThank you for agreeing to look at {company} with a Client's eyes: {place}, by {due}. Touchpoints: {points}.\n\n"
            "Open the link on a phone and mark what you see. The link is yours alone and works once: until you finish."
        ),
        _("Start the visit"),
    ),
    TemplateKind.ACTION_GIVEN: (
        _("Yours: {action}"),
        _("{greeting}\n\nThis is now yours: {action}. By {due}.\n\nIf the day does not suit you, say so today."),
        _("Open the action"),
    ),
    TemplateKind.ACTION_LATE: (
        _("By {due}: {action}"),
        _("{greeting}\n\n{action}: the day is {due}.\n\nDone? Write how we know it. Not yet? Set a day you believe in."),
        _("Open the action"),
    ),
    TemplateKind.WIN_BACK: (_("We have fixed what you named"), "{letter}", _("See what has changed")),
    TemplateKind.TRIAL: (
        _("We would be glad to see you"),
        _("{greeting}\n\nYou were last with us on {last_visit}. We would be glad to see you again: choose a day that suits you."),
        _("Choose a time"),
    ),
    TemplateKind.BEACON_WELCOME: (
        _("Welcome to {company}"),
        _(
            "{greeting}\n\nWe are glad that you are with us. One sentence says what the Client means to us:"
            "\n\n{beacon}\n\nIf something in our work does not fit it, say so: a fresh eye sees most in its first weeks. "
            "By your own link you can read how we treat Clients and each other."
        ),
        _("Open my page"),
    ),
    TemplateKind.PRAISED: (
        _("Thank you from a colleague"),
        _(
            "{greeting}\n\nYour work was noticed. From: {author}.\n\n{thanks}\n\n"
            "Everything colleagues thank you for is kept on your own page. There you can also say thank you to somebody yourself."
        ),
        _("Open my page"),
    ),
    TemplateKind.MANNERS_ASKED: (
        _("Our code of manners: three minutes to read"),
        _(
            "{greeting}\n\nOn {published} we published how we treat Clients and each other. It is short, and it concerns everybody "
            "who works here. Read it and press the button at the end: then we know that it has reached you.\n\n"
            "The link is yours alone. By it you can also say thank you to a colleague."
        ),
        _("Read the code"),
    ),
    TemplateKind.REFERRAL_THANKS: (
        _("Thank you: {friend} came by your word"),
        _(
            "{greeting}\n\n{friend} came to us and said it was by your word. Nothing we do is worth as much as this: you put your own "
            "name to us.\n\nWe will look after {friend} as we would after you. If anything goes wrong, write to me: I will see to it "
            "myself.\n\n{signature}"
        ),
        _("Look at what is new"),
    ),
}

FOOTERS: dict[TemplateKind, Text] = {
    TemplateKind.PROMISE_KEPT: _("We write because you answered our question."),
    TemplateKind.SECOND_SCORE: _("We write because we talked with you."),
    TemplateKind.CASE_ALERT: _("Only colleagues get this letter."),
    TemplateKind.CASE_LATE: _("Only colleagues get this letter."),
    TemplateKind.VISIT_REMINDER: _("We write because you have bought from us."),
    TemplateKind.STAFF_SURVEY: _("We write because you work with us. Links in this letter are not counted."),
    TemplateKind.STAFF_REMINDER: _("We write because you work with us. Links in this letter are not counted."),
    TemplateKind.AUDIT_ASKED: _("Only colleagues get this letter."),
    TemplateKind.AUDIT_LATE: _("Only colleagues get this letter."),
    TemplateKind.GUEST_ASKED: _("We write because you agreed to visit us as a guest."),
    TemplateKind.ACTION_GIVEN: _("Only colleagues get this letter."),
    TemplateKind.ACTION_LATE: _("Only colleagues get this letter."),
    TemplateKind.WIN_BACK: _("We write because you told us what was wrong."),
    TemplateKind.TRIAL: _("We write because you have bought from us."),
    TemplateKind.BEACON_WELCOME: _("Only colleagues get this letter."),
    TemplateKind.PRAISED: _("Only colleagues get this letter."),
    TemplateKind.MANNERS_ASKED: _("Only colleagues get this letter."),
    TemplateKind.REFERRAL_THANKS: _("We write because somebody came to us by your word."),
}

SILENCES: dict[Silence, Text] = {
    Silence.NO_BUTTON: _("The letter calls to nothing: there are no words on the button."),
    Silence.NO_ADDRESS: _("The letter calls to nothing: the button leads nowhere."),
    Silence.NO_VERB: _("The letter calls to nothing: the button does not say what to do, such as “Choose a time”."),
}


def built_in(kind: TemplateKind, locale: str) -> LetterDraft:
    """Return the text we supply, in the language."""
    with translation.override(locale):
        subject, text, button = map(str, TEXTS[kind])
    return LetterDraft(subject, text, button)


def draft_of(template: LetterTemplate) -> LetterDraft:
    """Return the words of a saved template."""
    return LetterDraft(template.subject, template.text, template.button, template.button_url)


def names_of(kind: TemplateKind) -> list[str]:
    """Return the names of the places a kind may hold."""
    return [placeholder.name for placeholder in PLACEHOLDERS[kind]]


def places_of(kind: TemplateKind) -> tuple[Placeholder, ...]:
    """Return the places a kind may hold, with what they mean."""
    return PLACEHOLDERS[kind]


def has_address(kind: TemplateKind, button_url: str) -> bool:
    """Say whether the button leads anywhere."""
    return kind in OWN_LINK or bool(button_url)


def call_problem(kind: TemplateKind, draft: LetterDraft) -> Text:
    """Return why the letter calls to nothing, in words; nothing if it does call."""
    silence = silence_of(draft.button, has_address=has_address(kind, draft.button_url))
    return SILENCES[silence] if silence else ""


def stray_problem(kind: TemplateKind, text: str) -> str:
    """Return what is wrong with the braces of a text, in words; nothing if every brace is a place of its kind."""
    return stray_words(text, names_of(kind))


def stray_words(text: str, allowed: Collection[str]) -> str:
    """Say where the first brace stands that is no allowed place."""
    found = strays(text, allowed)
    if not found:
        return ""
    where = {"line": found[0].line, "piece": found[0].piece}
    return gettext("Line %(line)s: “%(piece)s” is no place of this letter. Choose one from the list or take the braces out.") % where
