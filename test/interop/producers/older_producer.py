"""Emits events by what Jupyter had before jupyter_events 0.11, each as a site of its time would have it handled.

Takes, as JSON in TEST_EVENTS, a list of [schema, data, time or null, token]; handles them with the file TEST_FILE, and
with the shipped sender, which is in the folder TEST_SHIPPED. TEST_PRODUCER says by what.
"""

import json
import logging
import os
import sys
import time
from datetime import datetime

sys.path.append(os.environ["TEST_SHIPPED"])
from lms_events import LmsHandler, sender_from  # noqa: E402
from traitlets.config import Config  # noqa: E402

text, whole = {"type": "string"}, {"type": "object"}

# What the server and the hub register, in as many words as make a difference.
SCHEMAS = [
    {
        "$id": "https://events.jupyter.org/jupyter_server/contents_service/v1",
        "required": ["action", "path"],
        "properties": {"action": text, "path": text, "source_path": text},
    },
    {
        "$id": "https://events.jupyter.org/jupyter_server/kernel_actions/v1",
        "required": ["action", "msg"],
        "properties": {"action": text, "msg": text, "kernel_id": text, "kernel_name": text, "status": text},
    },
    {
        "$id": "https://schema.jupyter.org/jupyterhub/events/server-action",
        "required": ["action", "username", "servername"],
        "properties": {"action": {"enum": ["start", "stop"]}, "username": text, "servername": text},
    },
    {
        "$id": "hub.jupyter.org/server-action",
        "required": ["action", "username", "servername"],
        "properties": {"action": {"enum": ["start", "stop"]}, "username": text, "servername": text},
    },
]


def schema_of(schema):
    properties = {
        # The release that kept values back did so by what kind they are of.
        name: {**each, "categories": ["withheld" if name == "servername" else "told"]}
        for name, each in schema["properties"].items()
    }
    return {"version": 1, "title": "A schema", "description": "Of its time.", **whole, **schema, "properties": properties}


def with_task_names():
    """What Python 3.12 gives to each record of a log, where this is an older one."""
    make = logging.getLogRecordFactory()

    def record(*args, **kwargs):
        made = make(*args, **kwargs)
        made.taskName = None
        return made

    if sys.version_info < (3, 12):
        logging.setLogRecordFactory(record)


tokens, events = [], json.loads(os.environ["TEST_EVENTS"])
if os.environ.get("TEST_TASK_NAMES"):
    with_task_names()
sender = sender_from(os.environ)
sender.gather = 0.2
handlers = [
    logging.FileHandler(os.environ["TEST_FILE"]),
    LmsHandler(sender, lambda record: tokens[-1]),
]


def by_telemetry():
    from jupyter_telemetry.eventlog import EventLog

    c = Config()
    c.EventLog.handlers = handlers
    c.EventLog.allowed_schemas = [each["$id"] for each in SCHEMAS]
    log = EventLog(config=c)
    for each in SCHEMAS:
        log.register_schema(schema_of(each))
    return lambda schema, data, at: log.record_event(schema, 1, data, timestamp_override=at)


def by_first_events():
    from jupyter_events.logger import EventLogger

    c = Config()
    c.EventLogger.handlers = handlers
    c.EventLogger.allowed_schemas = {each["$id"]: {"allowed_categories": ["told"]} for each in SCHEMAS}
    log = EventLogger(config=c)
    for each in SCHEMAS:
        log.register_schema(schema_of(each))
    return lambda schema, data, at: log.record_event(schema, 1, data, timestamp_override=at)


def by_events():
    from jupyter_events import EventLogger

    c = Config()
    c.EventLogger.handlers = handlers
    log = EventLogger(config=c)
    for each in SCHEMAS:
        if each["$id"].startswith("https:"):  # an id must be an address
            log.register_event_schema(schema_of(each))
    return lambda schema, data, at: log.emit(schema_id=schema, data=data, timestamp_override=at)


def by_binderhub():
    """BinderHub has a log of its own, with the same JSON, and other names around it."""
    from pythonjsonlogger import jsonlogger

    log = logging.getLogger("binderhub.events")
    log.propagate = False
    log.setLevel(logging.INFO)
    for each in handlers:
        each.setFormatter(jsonlogger.JsonFormatter())
        log.addHandler(each)
    return lambda schema, data, at: log.info(
        {"timestamp": at.isoformat() + "Z", "schema": schema, "version": 1, **data}
    )


emit = {
    "jupyter_telemetry": by_telemetry,
    "jupyter_events 0.1": by_first_events,
    "jupyter_events": by_events,
    "binderhub": by_binderhub,
}[os.environ["TEST_PRODUCER"]]()
for schema, data, at, token in events:
    tokens.append(token)
    emit(schema, data, at and datetime.fromisoformat(at))

while sender.sent + sender.dropped < sender.taken:
    time.sleep(0.05)
sender.close()
print(json.dumps({"taken": sender.taken, "sent": sender.sent}))
