"""How to sign in to the demo company, for the launcher to print; there is nothing to print once it is gone."""

import json

from company.models import Company, User
from config import state
from programme.demo.firm import CLERK, MANAGER, OWNER, PASSWORD

PEOPLE = {"владелец · owner": OWNER, "менеджер · manager": MANAGER, "сотрудник · staff": CLERK}


def keep_demo_logins() -> None:
    """Write the logins that still work to `var/run/demo_logins.json`."""
    users = {user.email: user for user in User.objects.filter(email__in=PEOPLE.values(), is_active=True)}
    logins = [
        {"role": role, "email": email, "password": PASSWORD}
        for role, email in PEOPLE.items()
        if email in users and users[email].check_password(PASSWORD)
    ]
    is_demo = Company.objects.filter(is_demo=True).exists()
    state.write_private(state.LOGINS_FILE, json.dumps(logins if is_demo else []))
