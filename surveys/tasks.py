"""Background work of surveys."""

from celery import shared_task
from django.utils import timezone

from surveys import services


@shared_task(name="surveys.tasks.advance_waves")
def advance_waves() -> None:
    """Do what has come due: close waves, make those of repeating surveys, remind, forget old counts of posts; every half a minute."""
    now = timezone.now()
    services.close_due_waves(now=now)
    services.make_due_waves(now=now)
    services.ask_after_purchases(now=now)
    services.send_due_reminders(now=now)
    services.forget_posts(now=now)


@shared_task(name="surveys.tasks.plan_waves")
def plan_waves() -> None:
    """Plan the invitations of started waves; beat asks every five seconds."""
    services.plan_due_waves(now=timezone.now())


@shared_task(name="surveys.tasks.revisit_skipped")
def revisit_skipped() -> None:
    """Look again at those whom running waves left out; four times a day, so that one missed look costs little."""
    services.revisit_skipped(now=timezone.now())


@shared_task(name="surveys.tasks.find_themes")
def find_themes() -> None:
    """Look at the words of new and corrected answers, of all after a change of the dictionary; beat asks every ten seconds."""
    services.assign_themes()


@shared_task(name="surveys.tasks.close_the_loop")
def close_the_loop() -> None:
    """Open due cases, let late ones climb, tell those who asked that it is done; beat asks every half a minute."""
    now = timezone.now()
    services.open_due_cases(now=now)
    services.escalate_late_cases(now=now)
    services.tell_kept_promises(now=now)


@shared_task(name="surveys.tasks.check_tally")
def check_tally() -> None:
    """Compare the tally of answers with the answers; beat asks once a day."""
    services.check_tally()


@shared_task(name="surveys.tasks.load_past_answers")
def load_past_answers() -> None:
    """Load the files of past answers that wait; beat asks every five seconds."""
    services.load_due_past_imports(now=timezone.now())


@shared_task(name="surveys.tasks.advance_staff_waves")
def advance_staff_waves() -> None:
    """Write to employees, count surveys that are over, destroy keys nobody needs; every half a minute and without arguments."""
    now = timezone.now()
    services.plan_staff_letters(now=now)
    services.tally_due_staff_waves(now=now)
    services.destroy_spent_keys()
