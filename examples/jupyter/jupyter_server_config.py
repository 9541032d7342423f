"""A learner's server (Jupyter Server 2 or newer): sends its events, under the token that the hub gave it.

Put this file and lms_events.py into /etc/jupyter/ of the image. What it needs is in the environment, where
the hub's configuration puts it. Without that the server runs as it always did, and sends nothing.
"""

import logging
import os
import sys

sys.path.append(os.path.dirname(os.path.abspath(__file__)))
from lms_events import LmsHandler, sender_from  # noqa: E402

c = get_config()  # noqa: F821
token = os.environ.get("LMS_LEARNER_CONTEXT")

try:
    sender = sender_from(os.environ) if token else None
except ValueError as error:
    logging.getLogger("lms_events").warning("No events are sent. %s", error)
    sender = None

if sender is not None:
    c.EventLogger.handlers = [LmsHandler(sender, token)]
    try:  # its events go through a logger of its own, which the line above does not reach
        from jupyter_server_nbmodel.event_logger import event_logger
    except ImportError:
        pass
    else:  # an extension may read this file a second time
        if not any(isinstance(each, LmsHandler) for each in event_logger.handlers):
            event_logger.register_handler(LmsHandler(sender, token))
