"""What a hub of before 5 adds to the shipped configuration: it tells by jupyter_telemetry, which takes a list of schemas."""

import os

c = get_config()  # noqa: F821

load_subconfig(os.environ["TEST_SHIPPED_HUB"])  # noqa: F821
c.EventLog.handlers = c.EventLogger.pop("handlers")
c.EventLog.allowed_schemas = ["hub.jupyter.org/server-action"]
