"""What each noun is, in a sentence for people: the handbook and the data dictionary begin with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

ABOUT: Mapping[str, LazyString] = {
    "Case": _l("A complaint from its filing to its rating. Verbs move it; no form changes it."),
    "Assignment": _l("The share of one unit in a case: lead or co-handling."),
    "Deadline": _l("A limit of a case, started and ended by acts."),
    "Suspension": _l("A time for which a limit stood still."),
    "CaseEvent": _l("A line of the timeline of a case, linked to the one before it by its hash."),
    "FollowUp": _l("A call to the complainant before a case is closed."),
    "Evaluation": _l("The rating of a closed case, given by the complainant alone."),
    "Improvement": _l("What a unit has promised to change so that it does not happen again."),
    "Complainant": _l("Who complains. Shown masked, stored encrypted."),
    "Respondent": _l("Who is complained about, as named, and as a department where it is one."),
    "MatterCategory": _l("A group of matters."),
    "Matter": _l("What can be complained about, with its fields and its limit."),
    "AcceptanceRule": _l("Which type of department leads a matter at which level."),
    "FormVersion": _l("The fields of a matter as cases were filed under them."),
    "PolicyVersion": _l("A rule on limits, with the day from which it holds."),
    "CalendarDay": _l("A day that differs from a plain week."),
    "DepartmentType": _l("A type of department; rules of acceptance name types."),
    "Department": _l("A department of a region."),
    "Region": _l("A region in the tree of province, cities and counties."),
    "Message": _l("A text message: kind, time and outcome, never its text."),
    "MessageTemplate": _l("The text of a kind of message."),
    "Officer": _l("An account with its department."),
    "ApiClient": _l("A connected system that files and reads by REST."),
    "ClientKey": _l("A key of a connected system: its first characters, never the key itself."),
    "Delivery": _l(
        "Personal data that went to a connected system: when, by which route, which fields; never the data."
    ),
    "Unmasking": _l("A name or phone that an officer has opened, and why; never the value."),
    "ImportBatch": _l("One run of an import."),
    "ConfigurationChange": _l("A change of the configuration: who, when, before and after."),
}


def about(resource: Any) -> str:
    """The sentence; for a noun that has none here its own `about`, else nothing."""
    return str(getattr(resource, "about", ABOUT.get(resource.noun, "")))
