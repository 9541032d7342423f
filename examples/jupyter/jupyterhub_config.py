"""JupyterHub 5 or newer: signs who a learner is when their server starts, and sends the hub's own events.

From your own configuration: load_subconfig("/etc/jupyterhub/lms/jupyterhub_config.py"), with lms_hub.py and
lms_events.py beside it. The settings come from the hub's environment:

LMS_CONTEXT_KEY     the key to sign with, or LMS_CONTEXT_KEY_FILE with it inside; LMS_CONTEXT_KEY_ID: its kid
LMS_INGEST_URL      where events are sent to; or LMS_EVENTS_QUEUE_URL, a queue of SQS
LMS_LEARNER_PAGE    the address of the translator's page for learners, if there is one: /hub/lms leads to it
LMS_TOKEN_DAYS      how long a server may run until its events are no longer taken as its learner's (7)
"""

import os
import sys

sys.path.append(os.path.dirname(os.path.abspath(__file__)))
import lms_hub  # noqa: E402
from lms_events import LmsHandler, sender_from  # noqa: E402

c = get_config()  # noqa: F821
DAY = 24 * 60 * 60
lifetime = float(os.environ.get("LMS_TOKEN_DAYS", "7")) * DAY
receivers = {
    name: os.environ[name] for name in ("LMS_INGEST_URL", "LMS_EVENTS_QUEUE_URL") if os.environ.get(name)
}
sign = lms_hub.signer(os.environ)
learners = {}  # of the servers that this hub started: what their tokens say, for the hub's own events


def tell_server_who_it_is_for(spawner, auth_state):
    """Has your own configuration an auth_state_hook already? Call this from it."""
    groups = [group.name for group in spawner.user.groups]
    claims = lms_hub.learner_claims(spawner.user.name, spawner.name, groups, auth_state)
    token = sign(claims, lifetime)
    spawner.environment.update({"LMS_LEARNER_CONTEXT": token, **receivers})
    learners[spawner.user.name, spawner.name] = lms_hub.about(token)


def service_token(record):
    """For each event of the hub: whose it is says the event; in which course and session, and by whom, the token."""
    known = learners.get((record.msg.get("username"), record.msg.get("servername")), {})
    return sign({"sub": "jupyterhub", "role": "service", **known, **lms_hub.initiator(record)}, DAY)


c.Authenticator.enable_auth_state = True  # needs JUPYTERHUB_CRYPT_KEY
c.Spawner.auth_state_hook = tell_server_who_it_is_for
c.EventLogger.handlers = [LmsHandler(sender_from(os.environ), service_token)]
if os.environ.get("LMS_LEARNER_PAGE"):
    c.JupyterHub.extra_handlers.append((r"/lms", lms_hub.page(sign, os.environ["LMS_LEARNER_PAGE"])))
