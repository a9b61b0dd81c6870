"""What the public reads for statuses, steps, stages and stars. Officers read other, shorter words."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.domain.lifecycle import Status, VerbName

STATUS: Mapping[str, LazyString] = {
    Status.PENDING_CLASSIFY: _l("We have received your complaint and are looking for the right department."),
    Status.PENDING_ACCEPT: _l("We have received your complaint and are checking whether we can accept it."),
    Status.NOT_ACCEPTED: _l("Your complaint was not accepted."),
    Status.PENDING_DISPATCH: _l("Your complaint is accepted and will be passed to the department in charge."),
    Status.PENDING_CONFIRM: _l("Your complaint has been passed to the department in charge."),
    Status.INVESTIGATING: _l("The department in charge is looking into your complaint."),
    Status.PENDING_CLOSE: _l("The department has reported. We are checking the result and may call you."),
    Status.CLOSED: _l("Your complaint is closed. The answer is below."),
    Status.SUPPLEMENTING: _l("We need more from you before we can decide: see below."),
    Status.WITHDRAWN: _l("You have withdrawn your complaint."),
}
STEPS: Mapping[str, LazyString] = {
    VerbName.FILE: _l("Complaint received"),
    VerbName.ACCEPT: _l("Complaint accepted"),
    VerbName.DEEM_ACCEPTED: _l("Complaint counts as accepted, because the time for deciding was over"),
    VerbName.REJECT: _l("Complaint not accepted"),
    VerbName.ASSIGN: _l("Passed to the department in charge"),
    VerbName.SIGN_FOR: _l("Department has taken it up"),
    VerbName.REPORT: _l("Department has reported the result"),
    VerbName.CLOSE: _l("Complaint closed and answered"),
    VerbName.REWORK: _l("Sent back to the department to be dealt with again"),
    VerbName.EVALUATE: _l("You rated the answer"),
    VerbName.REQUEST_SUPPLEMENT: _l("We asked you for more"),
    VerbName.SUPPLEMENT: _l("Supplement received, or its time was over"),
    VerbName.WITHDRAW: _l("You withdrew the complaint"),
}
STAGES = (_l("Received"), _l("Accepted"), _l("In hand"), _l("Checked"), _l("Answered"))
STAGE_OF: Mapping[str, int] = {
    Status.PENDING_CLASSIFY: 0,
    Status.PENDING_ACCEPT: 0,
    Status.PENDING_DISPATCH: 1,
    Status.PENDING_CONFIRM: 2,
    Status.INVESTIGATING: 2,
    Status.PENDING_CLOSE: 3,
    Status.CLOSED: 4,
    Status.SUPPLEMENTING: 0,
}
"""Where on the way a case is; one that was not accepted is not on it."""
STAGE_BEGUN: Mapping[str, int] = {
    VerbName.FILE: 0,
    VerbName.ACCEPT: 1,
    VerbName.DEEM_ACCEPTED: 1,
    VerbName.ASSIGN: 2,
    VerbName.REPORT: 3,
    VerbName.CLOSE: 4,
}
"""The step that brings a case to a stage."""
STAGE_PROMISED: Mapping[str, int] = {"accept": 1, "handle": 4}
"""The stage that a limit promises."""
PROMISES: Mapping[str, LazyString] = {
    "accept": _l("We tell you whether your complaint is accepted"),
    "handle": _l("The department deals with it and you get an answer"),
    "supplement": _l("Please give us what is missing"),
}
LIMITS: Mapping[str, LazyString] = {
    "working_day": _l("%(value)s working days"),
    "day": _l("%(value)s days"),
    "hour": _l("%(value)s hours"),
}
STARS: Mapping[int, LazyString] = {
    5: _l("Very satisfied"),
    4: _l("Satisfied"),
    3: _l("Fairly satisfied"),
    2: _l("Dissatisfied"),
    1: _l("Very dissatisfied"),
}
QUESTIONS: Mapping[str, LazyString] = {
    "speed": _l("How quickly was your complaint dealt with?"),
    "result": _l("How satisfied are you with the result?"),
    "manner": _l("How were you treated?"),
}
