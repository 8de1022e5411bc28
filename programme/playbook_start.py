"""Ten memos we start a company with: surprises that come to everybody. They are there to be changed."""

from collections.abc import Iterator
from dataclasses import dataclass, fields

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from programme.enums import SurpriseKind

Text = str | Promise


@dataclass(frozen=True)
class Memo:
    """A ready memo; `first_hour` are its steps."""

    kind: SurpriseKind
    title: Text
    trigger: Text
    first_hour: tuple[Text, ...]
    decides: Text
    tell: Text
    afterwards: Text

    def words(self) -> dict[str, str]:
        """Return what the memo says in the language in use."""
        said = {field.name: str(getattr(self, field.name)) for field in fields(self) if field.name not in {"kind", "first_hour"}}
        return said | {"first_hour": "\n".join(str(step) for step in self.first_hour)}


MEMOS = (
    Memo(
        SurpriseKind.BAD,
        _("A Client complained in public"),
        _("A post, a review or a video about us is being read and shared, and there is more anger in it than questions."),
        (
            _("Save the page with its address and the hour: it may change."),
            _("Find the Client and everything we know of the case; talk to the colleague who was there, without blame."),
            _("Answer in the same place within the hour: thank, say what you are doing, name yourself."),
            _("Call the Client and listen to the end. Ask what would put it right."),
            _("Do not argue in public, do not ask to remove the post, do not ask friends to defend us."),
        ),
        _("The head of the branch; if the loss is above one purchase, the owner"),
        _(
            "Thank you for telling us. My name is …, I am responsible for this. I am finding out what happened and call you today by …. "
            "It is our job to put it right."
        ),
        _("Write in the same place how it ended. Put the reason into the reasons and an action on the touchpoint."),
    ),
    Memo(
        SurpriseKind.BAD,
        _("We promised and are late"),
        _("We see that the promised day or hour will not be kept, even if the Client has not noticed it yet."),
        (
            _("Call the Client before the hour has passed: bad news from us, not from the clock."),
            _("Say the new hour only when whoever does the work has confirmed it."),
            _("Offer a choice: wait, take a part now, take something else, cancel without loss."),
            _("Write the new promise into the Client's card with a name beside it."),
        ),
        _("Whoever gave the promise; a discount is decided by the shift's senior"),
        _("We are late, and that is our fault. It will be ready on … at …. If that does not suit you, we can …. What is best for you?"),
        _("Call again after it is done. If it is the second time for the same reason, make it an action."),
    ),
    Memo(
        SurpriseKind.BAD,
        _("We spoiled or lost what belongs to a Client"),
        _("A thing given to us is damaged, mixed up or cannot be found."),
        (
            _("Stop the work and take a photograph as it is."),
            _("Look for half an hour, no longer: the place it was in, neighbouring orders, the last delivery."),
            _("The senior calls the Client personally. Not a message."),
            _("Say what happened in one sentence and what we offer: mend, replace, pay its price."),
            _("Pay the same day, without papers the Client has to bring."),
        ),
        _("The head of the branch up to the price of a usual order, above it the owner"),
        _("Something bad has happened to your … here. It is our fault. We will … by …, or pay its price today. What would you like?"),
        _("Tell the whole team how it happened, without names. Change the place, the label or the step where it was lost."),
    ),
    Memo(
        SurpriseKind.BAD,
        _("Somebody got hurt at our place"),
        _("A Client or a colleague fell, cut or burned themselves, or feels unwell."),
        (
            _("See that it is safe to come near, then help. Call 112 if there is any doubt."),
            _("One stays with the person, another meets the ambulance, a third leads the others away."),
            _("Do not give medicine and do not move the person without need."),
            _("Call their family, if they ask for it."),
            _("Close the dangerous place and photograph it."),
        ),
        _("Whoever is senior on the spot, without asking anybody; then the owner is told at once"),
        _("How are you? An ambulance is on the way, I stay with you. We take care of everything else."),
        _("Call the person the next day. Mend the cause before the place is opened again. Write down who saw it."),
    ),
    Memo(
        SurpriseKind.BAD,
        _("A key colleague did not come"),
        _("The one without whom the shift cannot work is ill or cannot be reached."),
        (
            _("Call the one who stands in: the list hangs in the back room."),
            _("Look through today's appointments: who can be moved, who must not be."),
            _("Call those to be moved before they set out."),
            _("Offer another specialist or another day with something kind from us."),
            _("Ask the colleague whether they need help. Work comes second."),
        ),
        _("The shift's senior"),
        _("Your specialist is ill today. I can offer … today at …, or the specialist in person on …. Which is better for you?"),
        _("If there was nobody to stand in, teach a second person this work and add them to the list."),
    ),
    Memo(
        SurpriseKind.BAD,
        _("No electricity, network or till"),
        _("Orders cannot be taken, paid for or found, and nobody knows when that ends."),
        (
            _("Find out from the provider what happened and until when; write the hour down."),
            _("Put a sheet on the door and a line on the site: what works, what does not, until when."),
            _("Take orders on paper by the form in the drawer: name, phone, what, by when."),
            _("Regular Clients may pay later: write down the sum and the phone."),
            _("Call those whose order will be late."),
        ),
        _("The shift's senior; closing for the day is decided by the head of the branch"),
        _("Our electricity is off until about …. I will write everything down by hand, and you pay when it is back."),
        _("Enter the paper orders the same day. Check what was missing: a form, a lamp, a charged phone."),
    ),
    Memo(
        SurpriseKind.BAD,
        _("An inspection or a journalist came"),
        _("People with a document from an authority, or with a camera and questions."),
        (
            _("Greet them, ask for papers, write down names, authority and reason."),
            _("Offer a seat and water away from Clients, call the one who decides."),
            _("Until they come give no papers and no opinions: “the one responsible comes at …”."),
            _("Ask not to film Clients without their leave."),
            _("Keep serving: Clients must not wait because of this."),
        ),
        _("The owner or the one appointed in writing"),
        _("We are glad to answer. The person responsible comes at … and will tell you everything. Tea or coffee meanwhile?"),
        _("Keep copies of what was given. Tell the team the same day what it was about, before rumours do."),
    ),
    Memo(
        SurpriseKind.GOOD,
        _("An order much larger than usual"),
        _("Somebody asks for as much as we sell in months, or a company wants to give presents to everybody."),
        (
            _("Rejoice aloud and ask three things: what it is for, by when, who decides."),
            _("Do not promise a date or a discount yet: name the hour when you call back, today."),
            _("Count with whoever does the work: what we have, what we must buy, whom it will delay."),
            _("Agree on a part paid in advance and on parts of delivery."),
            _("See to it that usual Clients do not wait because of it."),
        ),
        _("The owner"),
        _("Thank you, that is a lovely order. I will count everything so that I do not let you down, and call you today by …."),
        _("Ask how it went and who else in the company might need it. Put it into the chain of numbers."),
    ),
    Memo(
        SurpriseKind.GOOD,
        _("A crowd came all at once"),
        _("There are three times more people or calls than usual: an article, a star, a heat wave, a holiday."),
        (
            _("Everybody who can meets Clients: the office too."),
            _("One greets at the door, says the waiting time honestly and offers water."),
            _("Offer to take a number or a phone and call when it is their turn."),
            _("Serve the short requests first at a separate place."),
            _("Leave out everything that is not for a Client today."),
        ),
        _("The shift's senior"),
        _("Today the wait is about … minutes. Would you like to leave a phone number? We will call you ten minutes before."),
        _("Thank the team. Write down where the people came from and what ran out."),
    ),
    Memo(
        SurpriseKind.GOOD,
        _("A Client praised us"),
        _("A letter, a call or words at the counter that are warmer than politeness."),
        (
            _("Thank at once and ask what exactly was pleasant."),
            _("Write the words down as they were said."),
            _("Tell the one they are about, today, aloud, before others."),
            _("Ask whether we may show these words with the name."),
            _("Ask whom else we could help in the same way."),
        ),
        _("Whoever heard it"),
        _("Thank you, that matters to us. I will read it to … today. May we show your words to others?"),
        _("Thank the colleague in “Good manners”. Make what was done a standard for everybody."),
    ),
)


def ready_memos() -> Iterator[tuple[SurpriseKind, dict[str, str]]]:
    """Yield the kind and the words of each."""
    return ((memo.kind, memo.words()) for memo in MEMOS)
