"""Reads the shipped configuration twice, as extensions make a server do, and emits events of a cell."""

import os

from jupyter_events import EventLogger
from jupyter_server import DEFAULT_EVENTS_SCHEMA_PATH
from jupyter_server_nbmodel.event_logger import event_logger
from traitlets.config.loader import PyFileConfigLoader

CONTENTS = "https://events.jupyter.org/jupyter_server/contents_service/v1"
CELL = "https://events.jupyter.org/jupyter_server_nbmodel/cell_execution/v1"

PyFileConfigLoader("jupyter_server_config.py", os.environ["TEST_SHIPPED"]).load_config()
config = PyFileConfigLoader("jupyter_server_config.py", os.environ["TEST_SHIPPED"]).load_config()

server = EventLogger(config=config)
server.register_event_schema(DEFAULT_EVENTS_SCHEMA_PATH / "contents_service" / "v1.yaml")
cell = {
    "cell_id": "a-cell",
    "document_id": "json:notebook:a-document",
    "timestamp": "2026-11-22T10:00:00.000000Z",
}

server.emit(schema_id=CONTENTS, data={"action": "save", "path": "hw1.ipynb"})
event_logger.emit(schema_id=CELL, data={"event_type": "execution_start", **cell})
event_logger.emit(
    schema_id=CELL, data={"event_type": "execution_end", "success": True, "kernel_error": "", **cell}
)
server.emit(schema_id=CONTENTS, data={"action": "delete", "path": "hw1.ipynb"})
