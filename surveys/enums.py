"""Closed lists of surveys."""

from django.db import models
from django.utils.translation import gettext_lazy as _

FIRST_PASSIVE, FIRST_PROMOTER = 7, 9


class WaveState(models.TextChoices):
    """The life of a wave."""

    DRAFT = "draft", _("draft")
    RUNNING = "running", _("running")
    CLOSED = "closed", _("closed")


class SurveyAudience(models.TextChoices):
    """Who is asked."""

    CLIENTS = "clients", _("Clients")
    PARTNERS = "partners", _("partners")
    CANDIDATES = "candidates", _("candidates")

    @classmethod
    def others(cls) -> list[str]:
        """Return the audiences that are no Clients."""
        return [cls.PARTNERS.value, cls.CANDIDATES.value]


class Rhythm(models.TextChoices):
    """How often a survey makes a wave."""

    WEEKLY = "weekly", _("every week")
    MONTHLY = "monthly", _("every month")
    QUARTERLY = "quarterly", _("every quarter")
    HALF_YEARLY = "half_yearly", _("twice a year")
    YEARLY = "yearly", _("once a year")
    AFTER_PURCHASE = "after_purchase", _("some days after a purchase")
    ALWAYS = "always", _("all the time, without letters")

    @classmethod
    def rolling(cls) -> list[str]:
        """Return the rhythms without a day of their own: a wave a month."""
        return [cls.AFTER_PURCHASE.value, cls.ALWAYS.value]


class InterviewOutcome(models.TextChoices):
    """What came of a call to ask the three questions."""

    ANSWERED = "answered", _("answered")
    NO_ANSWER = "no_answer", _("nobody picked up")
    LATER = "later", _("asked to call later")
    DECLINED = "declined", _("does not want to answer")
    DO_NOT_CALL = "do_not_call", _("asked not to be called")

    @classmethod
    def again(cls) -> list[str]:
        """Return the outcomes after which there is another call."""
        return [cls.NO_ANSWER.value, cls.LATER.value]


class PastKind(models.TextChoices):
    """Where a file of past answers comes from."""

    DELIGHTED = "delighted", "Delighted"
    PLAIN = "plain", _("another table")


class PastField(models.TextChoices):
    """What a column of past answers holds."""

    SCORE = "score", _("score, 0 to 10")
    WHY = "why", _("comment")
    TEN = "ten", _("what to do for a 10")
    MOMENT = "moment", _("when it was given")
    EMAIL = "email", _("e-mail")
    PHONE = "phone", _("phone")
    NUMBER = "number", _("number in your system")
    ANSWER_ID = "answer_id", _("number of the answer")
    SURVEY_KIND = "survey_kind", _("kind of survey: only NPS is loaded")
    TAGS = "tags", _("tags, with commas between")


class DoorKind(models.TextChoices):
    """What a permanent way to a survey is."""

    QR = "qr", _("QR code")
    KIOSK = "kiosk", _("tablet")
    WIDGET = "widget", _("widget on the site")


class CommentKind(models.TextChoices):
    """What a comment is, in the order of the keys 1 to 6."""

    NEGATIVE = "negative", _("negative")
    POSITIVE = "positive", _("positive")
    QUESTION = "question", _("question")
    CRITICISM = "criticism", _("criticism")
    IDEA = "idea", _("idea")
    LEAD = "lead", _("lead")


class CaseKind(models.TextChoices):
    """Why there is a case."""

    DETRACTOR = "detractor", _("critic")
    SILENCE = "silence", _("a dear Client keeps silent")
    BY_HAND = "by_hand", _("opened by hand")


class CaseState(models.TextChoices):
    """How far a case is, in order; it may be closed from anywhere and never goes back."""

    NEW = "new", _("new")
    WORKING = "working", _("in work")
    TALKED = "talked", _("talked to the Client")
    CLOSED = "closed", _("closed")


class CaseOutcome(models.TextChoices):
    """What came of a case."""

    SOLVED = "solved", _("solved, the Client is content")
    ACCEPTED = "accepted", _("explained, the Client understands")
    UNSOLVED = "unsolved", _("not solved")
    NOT_REACHED = "not_reached", _("could not be reached")


class AnswerChannel(models.TextChoices):
    """By which road an answer came."""

    EMAIL = "email", _("e-mail")
    LINK = "link", _("personal link")
    PUBLIC = "public", _("public link")
    QR = "qr", _("QR code")
    KIOSK = "kiosk", _("tablet")
    WIDGET = "widget", _("widget on the site")
    PHONE = "phone", _("by phone")
    API = "api", _("another system")
    IMPORT = "import", _("brought from elsewhere")


class AnswerMode(models.TextChoices):
    """How people were asked: kept apart in results, since people are kinder to a voice than to a form."""

    LETTER = "letter", _("by letter")
    OPEN = "open", _("on site and on the spot")
    PHONE = "phone", _("by phone")
    API = "api", _("another system")
    IMPORT = "import", _("brought from elsewhere")

    @classmethod
    def of(cls, channel: str) -> "AnswerMode":
        """Return the mode a channel belongs to."""
        return MODES.get(AnswerChannel(channel), cls.OPEN)


MODES = {
    AnswerChannel.EMAIL: AnswerMode.LETTER,
    AnswerChannel.LINK: AnswerMode.LETTER,
    AnswerChannel.PHONE: AnswerMode.PHONE,
    AnswerChannel.API: AnswerMode.API,
    AnswerChannel.IMPORT: AnswerMode.IMPORT,
}


class AnswerGroup(models.TextChoices):
    """Who an answer makes its author: 0-6, 7-8, 9-10."""

    DETRACTOR = "detractor", _("detractor")
    PASSIVE = "passive", _("passive")
    PROMOTER = "promoter", _("promoter")

    @classmethod
    def of(cls, score: int) -> "AnswerGroup":
        """Return the group a score belongs to."""
        if score >= FIRST_PROMOTER:
            return cls.PROMOTER
        return cls.PASSIVE if score >= FIRST_PASSIVE else cls.DETRACTOR


class SuspectReason(models.TextChoices):
    """Why an answer may not come from a person; such answers are shown apart and never deleted."""

    TOO_FAST = "too_fast", _("sent sooner than a person reads")
    HONEYPOT = "honeypot", _("a hidden field was filled in")
    NO_PAGE = "no_page", _("sent without opening the page")
    TOO_SOON = "too_soon", _("sent within seconds of the letter's arrival")


class SkipReason(models.TextChoices):
    """Why somebody in the audience gets no letter."""

    NO_EMAIL = "no_email", _("no e-mail")
    DO_NOT_MAIL = "do_not_mail", _("asked not to be written to")
    SUPPRESSED = "suppressed", _("unsubscribed")
    RECENTLY_ASKED = "recently_asked", _("asked not long ago")
    SAME_ADDRESS = "same_address", _("another Client has this address")
    REMOVED = "removed", _("taken out by hand")
    BY_PHONE = "by_phone", _("asked by phone")
    BY_API = "by_api", _("answered through another system")


class StaffSurveyKind(models.TextChoices):
    """What employees are asked."""

    ENPS = "enps", _("eNPS: would they recommend us as an employer")
    MOTIVES = "motives", _("motives: what moves people")
    PULSE = "pulse", _("pulse: which of these is ours")
    VOTE = "vote", _("vote: choose one of several")


class StaffSlice(models.TextChoices):
    """By what the results of a staff survey are divided."""

    BRANCH = "branch", _("branch")
    DEPARTMENT = "department", _("department")
    TENURE = "tenure", _("time with us")


class Tenure(models.TextChoices):
    """How long somebody has worked here when a staff survey starts; unknown is empty."""

    FIRST_YEAR = "first_year", _("less than a year")
    TO_THREE = "to_three", _("one to three years")
    OVER_THREE = "over_three", _("more than three years")


class RemindWhom(models.TextChoices):
    """Who gets the reminders of a staff survey; a reminder to the silent ones alone shows who was silent that day."""

    EVERYBODY = "everybody", _("everybody, so that nobody learns who has answered")
    SILENT = "silent", _("only those who have not answered yet")


class StaffQuestion(models.TextChoices):
    """The two open questions of eNPS."""

    WHY = "why", _("why")
    TEN = "ten", _("what to do for a 10")


class GroupStatus(models.TextChoices):
    """How much of a group's result the release audit lets out."""

    EXACT = "exact", _("shown")
    BAND = "band", _("shown as a band")
    WITHHELD = "withheld", _("withheld")


class WithheldReason(models.TextChoices):
    """Why the release audit does not let out a group's exact result."""

    TOO_FEW = "too_few", _("too few answers")
    SUBTRACTION = "subtraction", _("a small group could be worked out by subtraction")
    BETWEEN_WAVES = "between_waves", _("a few people's answers could be worked out by comparing with an earlier survey")
    ALIKE = "alike", _("almost everybody answered alike")
    LANDSLIDE = "landslide", _("three of four or more chose the same")


class Motive(models.TextChoices):
    """What moves people at work, in the order of Kovach's national ranking (USA, 1987)."""

    WORK = "work", _("interesting work")
    RECOGNITION = "recognition", _("recognition of what I do")
    INVOLVED = "involved", _("being in on things")
    SECURITY = "security", _("job security")
    PAY = "pay", _("good pay")
    GROWTH = "growth", _("growth")
    CONDITIONS = "conditions", _("good working conditions")
    CARE = "care", _("care from management")
    HELP = "help", _("help with personal matters")
    RULES = "rules", _("reasonable rules")
