"""The shipped configuration, and beside its handler one that writes what the server emits into a file."""

import logging
import os

load_subconfig(os.path.join(os.environ["TEST_SHIPPED"], "jupyter_server_config.py"))  # noqa: F821

c = get_config()  # noqa: F821
c.EventLogger.handlers.append(logging.FileHandler(os.environ["TEST_TAP"], encoding="utf-8"))
