"""Machine forms to be shown."""

from typing import Any

from migrator.reporting.model import Counters, Requests, RunForm, SideForm


def run_form(**fields: Any) -> RunForm:
    """The form of a run, with nothing in it but what is given."""
    nothing: dict[str, Any] = {
        "run": "20261122-102121-ddf96d",
        "state": "finished",
        "plan": "f93f8b6e6187ee11215939a31a7d9218",
        "held": True,
        "source": SideForm(profile="local", url="http://localhost:4200/api", version="3.8.8"),
        "destination": SideForm(profile="prod", url="https://prefect.example.com/api", version="3.8.8"),
        "totals": Counters(),
        "kinds": {},
        "resources": [],
        "requests": Requests(source=0, destination=0),
        "seconds": 0.0,
    }
    return RunForm(**nothing | fields)
