"""One plain mixin for each noun: what may be seen, written, searched and drawn, and by whom. Read by every door."""

from __future__ import annotations

from typing import Any

from app.resources.assignment import AssignmentResource
from app.resources.case import CaseResource
from app.resources.case_event import CaseEventResource
from app.resources.clients import ApiClientResource, ClientKeyResource, DeliveryResource
from app.resources.deadline import DeadlineResource
from app.resources.exits import ImprovementResource, SuspensionResource
from app.resources.feedback import EvaluationResource, FollowUpResource
from app.resources.housekeeping import ConfigurationChangeResource, ImportBatchResource
from app.resources.matter import (
    AcceptanceRuleResource,
    FormVersionResource,
    MatterCategoryResource,
    MatterResource,
)
from app.resources.message import MessageResource, MessageTemplateResource
from app.resources.officer import OfficerResource
from app.resources.party import ComplainantResource, RespondentResource
from app.resources.place import DepartmentResource, DepartmentTypeResource, RegionResource
from app.resources.policy import CalendarDayResource, PolicyVersionResource
from app.resources.unmasking import UnmaskingResource

ALL: tuple[Any, ...] = (
    CaseResource,
    AssignmentResource,
    DeadlineResource,
    SuspensionResource,
    CaseEventResource,
    FollowUpResource,
    EvaluationResource,
    ImprovementResource,
    ComplainantResource,
    RespondentResource,
    MatterCategoryResource,
    MatterResource,
    AcceptanceRuleResource,
    FormVersionResource,
    PolicyVersionResource,
    CalendarDayResource,
    DepartmentTypeResource,
    DepartmentResource,
    RegionResource,
    MessageResource,
    MessageTemplateResource,
    OfficerResource,
    ApiClientResource,
    ClientKeyResource,
    DeliveryResource,
    UnmaskingResource,
    ImportBatchResource,
    ConfigurationChangeResource,
)
"""Every noun, in the order in which menus and documents name them."""
