"""Errors go to Sentry when SENTRY_DSN names one: what happened and where, never what somebody sent or which link they used."""

from typing import Any

import sentry_sdk
from sentry_sdk.transport import Transport
from sentry_sdk.types import Event, Hint

from config.logs import SECRET_PATH, without_secrets

ABOUT_THE_REQUEST = ("request", "user", "extra", "breadcrumbs", "tags")


def start_reports(dsn: str, transport: type[Transport] | None = None) -> None:
    """Send errors to Sentry: no personal data (its default), no bodies, no variables, no trail of what came before, no timings."""
    sentry_sdk.init(
        dsn=dsn,
        transport=transport,
        max_request_body_size="never",
        include_local_variables=False,
        max_breadcrumbs=0,
        auto_session_tracking=False,
        before_send=scrubbed_event,
    )


def scrubbed_event(event: Event, hint: Hint) -> Event:
    """Take the request out of a report about a secret link, and secrets out of the texts of any."""
    del hint
    report: dict[str, Any] = dict(event)
    request = report.get("request", {})
    if SECRET_PATH.search(str(request.get("url", ""))):
        for name in ABOUT_THE_REQUEST:
            report.pop(name, None)
        for error in report.get("exception", {}).get("values", []):
            error["value"] = ""
    elif request:
        report["request"] = {name: request[name] for name in ("method", "url") if name in request}
    return scrubbed(report)  # type: ignore[no-any-return] # the same shape as it came


def scrubbed(value: Any) -> Any:
    """Return the value with every text in it without secrets."""
    if isinstance(value, str):
        return without_secrets(value)
    if isinstance(value, dict):
        return {name: scrubbed(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [scrubbed(part) for part in value]
    return value
