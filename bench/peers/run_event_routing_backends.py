"""
event-routing-backends' transformers of Open edX events, timed by turns. Takes the standard, `xapi` or `caliper`, and
how many learners there are.

It is a plugin of Open edX, which it asks for users, ids and courses. Here a database in memory has the users, and
stand-ins give the others at once. It remembers 128 answers of each kind: with fewer learners nothing is asked any more
once all were seen.
"""

import json
import sys
from types import ModuleType, SimpleNamespace
from uuid import NAMESPACE_URL, uuid5

import django
from django.conf import settings
from django.core.management import call_command
from turns import take_turns

standard, learners = sys.argv[1], int(sys.argv[2])

settings.configure(
    SECRET_KEY="a key that only this measurement has",
    LMS_ROOT_URL="https://lms.example.edu",
    XAPI_AGENT_IFI_TYPE="external_id",
    USE_TZ=True,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "config_models",
        "event_routing_backends",
    ],
)


def stand_in(name, **members):
    """Puts a module with these members where one of Open edX will be looked for, in packages that have nothing else."""
    while name not in sys.modules:
        sys.modules[name] = ModuleType(name)
        sys.modules[name].__dict__.update(members)
        name, members = name.rpartition(".")[0] or name, {}


class ExternalId:
    @staticmethod
    def add_new_user_id(user, kind):
        return SimpleNamespace(external_user_id=uuid5(NAMESPACE_URL, f"{kind}/{user.id}")), True


stand_in(
    "common.djangoapps.student.models",
    get_potentially_retired_user_by_username=lambda username: None,
)
stand_in(
    "openedx.core.djangoapps.content.course_overviews.api",
    get_course_overviews=lambda keys: [{"display_name": "Introduction to statistics"} for _ in keys],
)
stand_in(
    "openedx.core.djangoapps.external_user_ids.models",
    ExternalId=ExternalId,
    ExternalIdType=SimpleNamespace(XAPI="xapi", CALIPER="caliper", LTI="lti"),
)

django.setup()
call_command("migrate", "auth", verbosity=0)

# What asks for Django's settings when it is imported.
from django.contrib.auth import get_user_model  # noqa: E402
from event_routing_backends.processors.caliper.registry import CaliperTransformersRegistry  # noqa: E402
from event_routing_backends.processors.xapi.registry import XApiTransformersRegistry  # noqa: E402

for learner in range(learners):
    get_user_model().objects.create(id=learner + 1, username=f"learner-{learner}")


def to_xapi(texts):
    for text in texts:
        yield XApiTransformersRegistry.get_transformer(json.loads(text)).transform().to_json()


def to_caliper(texts):
    for text in texts:
        yield json.dumps(CaliperTransformersRegistry.get_transformer(json.loads(text)).transform())


take_turns("edx-event-routing-backends", {"xapi": to_xapi, "caliper": to_caliper}[standard])
