"""Sends three events, one of which is no JSON, and tells what became of them."""

import json
import os
import sys

sys.path.append(os.environ["TEST_SHIPPED"])
import lms_events  # noqa: E402

lms_events.FIRST_PAUSE = lms_events.LONGEST_PAUSE = 0.05
lms_events.FLUSH = 30
sender = lms_events.sender_from(os.environ)
sender.gather = 0.2
for text in ('{\n"score": 1\n}', json.dumps({"score": float("nan")}), '{"score": 3}', " \n "):
    sender.put("a-token", text)
while sender.taken > sender.sent + sender.dropped:
    lms_events.time.sleep(0.02)
print(json.dumps({name: getattr(sender, name) for name in ("taken", "sent", "dropped")}))
