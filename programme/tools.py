"""The tools of the path in words: what each is for, what it takes, what to do first and when it works."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from programme.enums import Tool, ToolStage

Text = str | Promise


@dataclass(frozen=True)
class ToolWords:
    """One tool: the page where it lives, its stage, how long it takes, and what is said of it."""

    stage: ToolStage
    view: str
    about: Text
    effort: Text
    why: Text
    first: Text
    done_when: Text


STAGE_WORDS: dict[ToolStage, Text] = {
    ToolStage.COUNT: _("So that everybody knows whom we serve and what that is worth"),
    ToolStage.HEAR: _("So that we know what Clients and the team think"),
    ToolStage.KEEP: _("So that fewer leave"),
    ToolStage.IMPROVE: _("So that people want to come back"),
}

WORDS: dict[Tool, ToolWords] = {
    Tool.WORD: ToolWords(
        ToolStage.COUNT,
        "programme:wording",
        _("Say it and write it with respect"),
        _("15 minutes"),
        _("A capital letter costs nothing, and everybody who writes it remembers for whom they work."),
        _("Check one contract, one letter and the site."),
        _("The last check found the word right in at least 95 of 100 places."),
    ),
    Tool.BEACON: ToolWords(
        ToolStage.COUNT,
        "programme:beacon",
        _("One sentence: what serving Clients means here"),
        _("1 hour"),
        _("While everybody understands service in their own way, everybody serves in their own way."),
        _("Collect variants from employees by one link."),
        _("A definition is published with its date."),
    ),
    Tool.LTV: ToolWords(
        ToolStage.COUNT,
        "metrics:ltv",
        _("Three numbers and the result in money"),
        _("15 minutes"),
        _("Whoever knows what a Client brings over the years does not quarrel with them over one purchase."),
        _("Type three numbers and save the result."),
        _("A calculation was saved in the last year."),
    ),
    Tool.SIGN: ToolWords(
        ToolStage.COUNT,
        "metrics:signs",
        _("The number before everybody's eyes"),
        _("1 hour"),
        _("A number in a report is forgotten; a number by the till is seen with every Client."),
        _("Print the sign, hang it and take a photo."),
        _("It hangs in at least one place, with a photo of it."),
    ),
    Tool.NPS: ToolWords(
        ToolStage.HEAR,
        "surveys:wave_list",
        _("Three questions once a quarter"),
        _("2 hours"),
        _("Who would recommend us brings others; who would not leaves and tells why only when asked."),
        _("Send the first wave: the letter is ready."),
        _("A wave of the last 120 days has 5 answers or more."),
    ),
    Tool.ENPS: ToolWords(
        ToolStage.HEAR,
        "surveys:staff_list",
        _("Ask the team anonymously"),
        _("1 hour"),
        _("Clients are never happier than the people who serve them."),
        _("Ask employees: two minutes, no names."),
        _("A survey closed in the last 200 days has a result that may be shown."),
    ),
    Tool.MANNERS: ToolWords(
        ToolStage.HEAR,
        "programme:manners",
        _("A code of manners, books, praise"),
        _("2 hours"),
        _("Courtesy is seen by every Client, and it has to be agreed on once."),
        _("Read the ready code, change it and publish it."),
        _("A code is published, and half of the team has read it."),
    ),
    Tool.POINTS: ToolWords(
        ToolStage.HEAR,
        "touchpoints:map",
        _("Find where we disappoint"),
        _("4 hours"),
        _("A Client judges the whole company by its worst place."),
        _("Draw the map from the ready catalogue, then walk it with a phone."),
        _("An audit was finished in the last 120 days."),
    ),
    Tool.PHONE: ToolWords(
        ToolStage.HEAR,
        "touchpoints:phone",
        _("Call ourselves as a Client would"),
        _("30 minutes"),
        _("Advertising pays for calls that nobody picks up."),
        _("Call your own number and note how it went."),
        _("Three calls or more were noted in the last 90 days."),
    ),
    Tool.ACTIONS: ToolWords(
        ToolStage.HEAR,
        "touchpoints:action_list",
        _("What we fix, who and by when"),
        _("1 hour a week"),
        _("Whoever asked and changed nothing had better not have asked."),
        _("Make one action of one answer, with an owner and a date."),
        _("An action was done in the last 45 days."),
    ),
    Tool.POOL: ToolWords(
        ToolStage.KEEP,
        "metrics:pool",
        _("How many came and left in a month"),
        _("30 minutes"),
        _("The pool looks full while one pipe hides what runs out of the other."),
        _("Load purchases of the last two years."),
        _("There are purchases of the last 45 days."),
    ),
    Tool.CALLS: ToolWords(
        ToolStage.KEEP,
        "churn:queue",
        _("Ask why, and bring back"),
        _("1 hour a week"),
        _("Those who left know best what to mend, and some come back when asked."),
        _("Call the one who left last."),
        _("Somebody was talked to in the last 30 days."),
    ),
    Tool.RETURNS: ToolWords(
        ToolStage.KEEP,
        "churn:return_list",
        _("“We have fixed it”: tell those who left over it"),
        _("2 hours"),
        _("Who left over one thing comes back when that one thing is mended and they hear of it."),
        _("Choose an action that is done and see who named it."),
        _("Somebody was told of it in the last 120 days."),
    ),
    Tool.CHAIN: ToolWords(
        ToolStage.IMPROVE,
        "metrics:constraint",
        _("Where the weakest link of sales is"),
        _("1 hour a month"),
        _("Effort outside the main constraint brings nothing."),
        _("Enter what each channel cost last month."),
        _("A month of the last three has spending and what came of it."),
    ),
    Tool.MOTIVES: ToolWords(
        ToolStage.IMPROVE,
        "surveys:staff_list",
        _("What the team works for besides money"),
        _("2 hours"),
        _("People are kept by different things, and a guess at them is easy to check."),
        _("Ask about motives, and guess before you look."),
        _("A survey of motives closed in the last year."),
    ),
    Tool.REMINDERS: ToolWords(
        ToolStage.IMPROVE,
        "clients:reminder_list",
        _("Invite back when it is time"),
        _("1 hour"),
        _("Many leave without a reason: nobody invited them back in time."),
        _("Switch on one reminder with a ready letter."),
        _("A reminder is on and wrote to somebody in the last 60 days."),
    ),
    Tool.SELLERS: ToolWords(
        ToolStage.IMPROVE,
        "programme:sellers",
        _("Everybody who knows us can bring a Client"),
        _("2 hours"),
        _("People choose by the advice of people they know."),
        _("Give the first personal links to employees."),
        _("In the last 90 days a new Client has come with a known adviser."),
    ),
    Tool.PLAYBOOKS: ToolWords(
        ToolStage.IMPROVE,
        "programme:playbook_list",
        _("What to do in the first hour of a surprise"),
        _("1 hour"),
        _("A surprise comes once; calm comes to those who have read what to do."),
        _("Read ten ready memos, mend them for yourselves."),
        _("A memo was used, and the note after it is written."),
    ),
}
