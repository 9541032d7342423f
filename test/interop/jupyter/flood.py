"""Emits events faster than they can be sent, and tells what became of them: a line of JSON at each step."""

import json
import os
import sys

sys.path.append(os.environ["TEST_SHIPPED"])
import lms_events  # noqa: E402
from jupyter_events import EventLogger  # noqa: E402

EVENTS = int(os.environ["TEST_EVENTS"])
SCHEMA = {
    "$id": "https://example.org/flood",
    "version": "1",
    "title": "One of many",
    "personal-data": False,
    "type": "object",
    "properties": {"n": {"type": "integer"}, "text": {"type": "string"}},
}

# Waits that a test has no time for are shorter here.
lms_events.FIRST_PAUSE, lms_events.LONGEST_PAUSE = 0.05, 0.2
sender = lms_events.sender_from(os.environ)
sender.gather = 0.2
logger = EventLogger(handlers=[lms_events.LmsHandler(sender, "a-token")])
logger.register_event_schema(SCHEMA)


def emit(first, last):
    for n in range(first, last):
        logger.emit(schema_id=SCHEMA["$id"], data={"n": n, "text": "x" * 100})


def tell():
    counts = {name: getattr(sender, name) for name in ("taken", "sent", "dropped")}
    print(json.dumps({**counts, "waiting": sender.waiting.size}), flush=True)


emit(0, EVENTS)
tell()
for line in sys.stdin:
    if line.strip() == "more":
        emit(EVENTS, EVENTS + 100)
    if line.strip() == "last":  # only the end of the process can send them in time
        sender.gather = 3600
        emit(EVENTS + 100, EVENTS + 110)
    tell()
