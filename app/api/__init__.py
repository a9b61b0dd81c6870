"""Door: the REST API at /api/v1/, generated from the resources, with filing, verbs and what hangs on a case."""

from __future__ import annotations

from flask import Flask

from app import fab
from app.api import gate
from app.api.cases import CaseApi
from app.api.evidence import AttachmentApi, CaseAttachmentApi
from app.api.figures import StatisticsApi
from app.api.gate import user_of_key
from app.api.manners import install
from app.api.nouns import APIS
from app.api.reckoning import DueApi, MatterFormApi, RouteApi

__all__ = ["register", "user_of_key"]


def register(app: Flask) -> None:
    """Add every API to the app's FAB. Call in the app's context, after `fab.start`."""
    builder = app.appbuilder  # type: ignore[attr-defined]
    for api in (CaseApi, *APIS):
        fab.register(builder, api=api)
    for plain in (MatterFormApi, DueApi, RouteApi, StatisticsApi, AttachmentApi, CaseAttachmentApi):
        builder.add_api(plain)
    install(app)
    gate.install(app)
