"""The shipped configuration, with waits that a test has the time for; what is emitted is kept in a file as well."""

import logging
import os
import sys

c = get_config()  # noqa: F821
sys.path.append(os.environ["TEST_SHIPPED"])
import lms_events  # noqa: E402

lms_events.FIRST_PAUSE, lms_events.LONGEST_PAUSE = 0.05, 0.5
lms_events.PATIENCE, lms_events.GATHER = 6, 0.5
lms_events.ROOM = int(os.environ["TEST_ROOM"])
load_subconfig(os.path.join(os.environ["TEST_SHIPPED"], "jupyter_server_config.py"))  # noqa: F821
c.EventLogger.handlers.append(logging.FileHandler(os.environ["TEST_EMITTED"]))
