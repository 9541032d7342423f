"""Runs Ralph on a port of 127.0.0.1 for the user on its standard input, `user:password`. Takes the port."""

import json
import sys

import bcrypt
import uvicorn
from ralph.backends.data.base import BaseOperationType
from ralph.backends.lrs.fs import FSLRSBackend
from ralph.conf import settings

# As it comes, Ralph 5.1.0 creates its file with the first batch, and answers 500 to every batch after that, because the
# file is there. It has no setting for it.
FSLRSBackend.default_operation_type = BaseOperationType.APPEND

username, _, password = sys.stdin.readline().rstrip("\n").partition(":")
hashed = bcrypt.hashpw(password.encode("utf-8"), bcrypt.gensalt(rounds=4)).decode("ascii")
agent = {"account": {"homePage": "https://store.example.edu", "name": username}}
user = {"username": username, "hash": hashed, "agent": agent, "scopes": ["all"]}
settings.AUTH_FILE.write_text(json.dumps([user]), encoding="utf-8")

uvicorn.run("ralph.api:app", host="127.0.0.1", port=int(sys.argv[1]), access_log=False)
