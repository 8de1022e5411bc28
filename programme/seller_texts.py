"""The words we supply to people who bring Clients: a speech for one breath, and what each of them is told."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from programme.enums import KitKind

Text = str | Promise

KITS: dict[KitKind, tuple[Text, Text]] = {
    KitKind.EMPLOYEE: (
        _(
            "I work at {company}. People come to us when they are tired of explaining things twice: we remember what they like and "
            "answer for the result. Here is my card: say you are from me, and I will see to it."
        ),
        _(
            "Carry three cards with you: one to give, two to spare.\n"
            "Speak of what you would offer your own sister, and only to those who need it.\n"
            "Promise what we really do. One promise that was not kept costs more than ten Clients.\n"
            "Write down the name and say who will call and when.\n"
            "Whoever you have brought stays yours: ask after a week how it went."
        ),
    ),
    KitKind.FORMER: (
        _(
            "I used to work at {company} and still go there myself: I know from the inside how they do it. "
            "Take my link, they will call you back the same day."
        ),
        _(
            "Thank you for the work we have done together: here is what has become better with you (name it).\n"
            "The door stays open: for a visit, for advice, for coming back.\n"
            "Your link goes on working. Whoever comes by it is yours, and we say thank you every time.\n"
            "If something went wrong between us, tell us on the last day: it will be heard and not held against you.\n"
            "On the last day: a talk of twenty minutes, cards, a warm letter with everybody's signature."
        ),
    ),
    KitKind.CANDIDATE: (
        _(
            "I once came to {company} for an interview. They did not have a place for me, but they were so straight and kind about it that "
            "I send people there. Here is the link."
        ),
        _(
            "We answer everybody, within two working days, by a person and with a name.\n"
            "Say thank you for the time, and one strong side we have really seen.\n"
            "Say the reason as it is: another had more experience, there is one place. No “we will keep you in mind” if we will not.\n"
            "Leave something useful: a book, advice on what to learn, a contact.\n"
            "Invite as a Client: here is your personal link, you and your friends are welcome."
        ),
    ),
    KitKind.CLIENT: (
        _(
            "I go to {company} and am calm about it: they do what they say, and if something is wrong they mend it without arguing. "
            "Take my link, they will call you themselves."
        ),
        _(
            "Ask those who have just thanked you: this is the one moment when asking is natural.\n"
            "“Who among your friends could we help the same way?” Then be silent: let the person think.\n"
            "Give two cards: one to keep, one to pass on.\n"
            "When the friend has come, say thank you at once, whatever they buy.\n"
            "Never pay for a good word: thank for the one that was said."
        ),
    ),
    KitKind.PARTNER: (
        _(
            "Many of our Clients ask where to go for this. We send them to {company}: we know the people there, and nobody has come back "
            "disappointed. Here is the card with the code."
        ),
        _(
            "Agree on one thing: whom we send to them and whom they send to us.\n"
            "Bring two samples and ten cards with the partner's own code: then both see who came.\n"
            "Call back the same day anybody the partner sends, and tell the partner how it ended.\n"
            "Once a quarter show the partner the figures: how many came, how many stayed.\n"
            "If a partner's Client is displeased with us, the partner hears it from us first."
        ),
    ),
}
