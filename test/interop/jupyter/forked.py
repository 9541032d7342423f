"""Forks while an event waits and another thread holds the sender's lock; tells what child and parent count."""

import json
import os
import signal
import sys

sys.path.append(os.environ["TEST_SHIPPED"])
import lms_events  # noqa: E402

sender = lms_events.sender_from(os.environ)


def counts():
    return {name: getattr(sender, name) for name in ("taken", "sent", "dropped")}


def emit_and_close(n=None):
    if n is not None:
        sender.put("a-token", json.dumps({"n": n}))
    lms_events.FLUSH = 30
    sender.close()
    return counts()


sender.gather = 3600  # what waits is sent only at the end
sender.put("a-token", '{"n": 1}')
reads, writes = os.pipe()
sender.lock.acquire()
child = os.fork()
if child == 0:
    signal.alarm(30)  # should it hang
    told = {"before": counts(), "child": emit_and_close(2)}
    os.write(writes, json.dumps(told).encode())
    os._exit(0)
sender.lock.release()
os.close(writes)
os.waitpid(child, 0)
told = json.loads(os.read(reads, 10_000))
print(json.dumps({**told, "parent": emit_and_close()}))
