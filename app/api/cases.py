"""Cases by REST: filing, verbs, timeline, limits, messages. Each method calls one operation and presents its answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from flask import Response

from app import resources as nouns
from app.api import bodies, described, shapes
from app.api.endpoint import ID, endpoint
from app.domain.access import Actor, sees_complainant
from app.domain.errors import NotFound
from app.domain.lifecycle import VERBS
from app.extensions import clock
from app.fab.apis import HuiyinModelRestApi
from app.fab.problems import problem
from app.models.scope import current_actor
from app.operations import casework, clients, dossier, finding, intake


def actor() -> Actor:
    """Who asks; `protect` has let nobody else in."""
    found = current_actor()
    assert found is not None  # noqa: S101 - signed in, by token or key
    return found


class CaseApi(nouns.CaseResource, HuiyinModelRestApi):
    """Cases within the caller's scope."""

    apispec_parameter_schemas: ClassVar = described.CASES

    @endpoint(
        "/",
        "POST",
        permission="file",
        takes="Filing",
        answers={201: ("Filed", "Filed"), 200: ("Filed before with the same content", "Filed")},
        faults=(409, 413, 415, 422),
    )
    def file(self) -> Response:
        """File a case; source_system and external_no together tell a repeat."""
        filing = bodies.FILING.read(bodies.body())
        source = clients.source_system(filing.source_system, filing.external_no, actor())
        done = intake.file_case(replace(filing, source_system=source), actor(), clock.now())
        return self.response(201 if done.is_new else 200, **shapes.filed(done, finding.started(done.case_id)))

    @endpoint("/by-number/<path:number>", answers={200: ("The case", "CaseAnswer")}, faults=(404, 409))
    def by_number(self, number: str) -> Response:
        """Find a case by its receipt, case or external number."""
        file = dossier.open_case(finding.by_number(number), actor())
        return self.response(200, id=file.case.id, result=self._whole(file))

    @endpoint(f"/{ID}/verbs", answers={200: ("The verbs", "VerbsAnswer")})
    def verbs(self, case_id: int) -> Response:
        """Every verb: allowed now or not, with reasons, and the JSON Schema of what it needs."""
        found = casework.verbs_for(casework.load(case_id), actor(), clock.now())
        return self.response(200, result=[shapes.verb_line(verb, reasons) for verb, reasons in found])

    @endpoint(
        f"/{ID}/<verb>",
        "POST",
        takes="Facts",
        answers={200: ("Done: the case as it is now, and the event", "ActAnswer")},
        faults=(404, 409, 413, 415, 422),
    )
    def act(self, case_id: int, verb: str) -> Response:
        """Do a verb; GET verbs says what it needs."""
        casework.load(case_id)
        if verb not in VERBS or not VERBS[verb].moves:  # type: ignore[index] # filing is no act on a case
            raise NotFound
        if not self.appbuilder.sm.has_access(f"can_{verb}", self.noun):
            return problem(403)
        done = casework.perform(case_id, verb, actor(), clock.now(), **bodies.body())
        file = dossier.open_case(case_id, actor())
        event = shapes.event(file.events[done.seq - 1], is_inside=True)
        return self.response(200, case={"id": case_id, **self._whole(file)}, event=event)

    @endpoint(f"/{ID}/timeline", answers={200: ("The events, oldest first", "TimelineAnswer")})
    def timeline(self, case_id: int) -> Response:
        """What befell the case, never with anything of the complainant."""
        file = dossier.open_case(case_id, actor())
        return self.response(200, result=[shapes.event(row, is_inside=file.is_inside) for row in file.events])

    @endpoint(f"/{ID}/deadlines", answers={200: ("The limits", "DeadlinesAnswer")})
    def deadlines(self, case_id: int) -> Response:
        """The limits of the case, each with its days counted and skipped, and why."""
        rows = casework.load(case_id).deadlines
        return self.response(200, result=[shapes.explained(row) for row in rows])

    @endpoint(f"/{ID}/messages", answers={200: ("The messages, oldest first", "MessagesAnswer")})
    def messages(self, case_id: int) -> Response:
        """The text messages about the case: kind, time and outcome, never the text; the number masked."""
        case, rows = casework.load(case_id), finding.messages(case_id)
        shows = sees_complainant(actor(), case.ties)
        return self.response(200, result=[shapes.message(row, shows_phone=shows) for row in rows])

    def add_apispec_components(self, api_spec: Any) -> None:
        """Say how a key is sent: FAB describes it as a bearer token."""
        super().add_apispec_components(api_spec)
        api_spec.components.security_schemes["api_key"] = {"type": "apiKey", "in": "header", "name": "X-API-Key"}

    def pre_get(self, data: dict[str, Any]) -> None:
        """Add what hangs on the case, unless certain columns were asked for."""
        if data["result"].keys() == {name.split(".")[0] for name in self.show_columns}:
            data["result"] |= shapes.case_extras(dossier.open_case(data["id"], actor()))

    def _whole(self, file: dossier.Dossier) -> dict[str, Any]:
        """The case as `GET /cases/<id>` shows it."""
        return {**self.show_model_schema.dump(file.case), **shapes.case_extras(file)}
