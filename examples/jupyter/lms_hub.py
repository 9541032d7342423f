"""The hub's side: who a learner is, the token that says so, and the button to the learner's own page.

This file and the key stay with the hub. A learner's server gets its own token, and lms_events.py.
"""

import base64
import hmac
import html
import json
import sys
import time
import uuid
from urllib.parse import urlsplit

from jupyterhub import orm
from jupyterhub.handlers import BaseHandler
from tornado import web

AUDIENCE = "jupyter-lms-translator"
LTI = "https://purl.imsglobal.org/spec/lti/claim/"
CALIPER = "https://purl.imsglobal.org/spec/lti-ces/claim/caliper-endpoint-service"
# Canvas's types of enrolment, in LTI's words for roles.
ROLES = {
    "student": "Learner",
    "teacher": "Instructor",
    "ta": "TeachingAssistant",
    "designer": "ContentDeveloper",
    "observer": "Mentor",
}

# What a learner's token says that also holds for the hub's own events of that learner's server.
TOLD_OF = ("course", "membership_roles", "lms_user", "resource", "federated_session", "caliper_endpoint")


def learner_claims(user, server, groups, auth_state):
    """What the hub knows of a learner, as claims: from LTI 1.3, LTI 1.1, or the hub's own groups."""
    known = auth_state or {}
    if any(name.startswith(LTI) for name in known):
        launch = from_lti13(known)
    elif known.get("custom_canvas_course_id") or known.get("context_id"):
        launch = from_lti11(known)
    else:
        launch = from_groups(groups, server)
    return _given({"sub": user, "role": "learner", "server": server, "groups": sorted(groups), **launch})


def from_lti13(claims):
    """LTI 1.3 Core, and the Caliper endpoint service that a platform may add."""
    course, link = claims.get(LTI + "context") or {}, claims.get(LTI + "resource_link") or {}
    caliper = claims.get(CALIPER) or {}
    return {
        "lms_user": claims.get("sub"),
        "course": {key: course.get(key) for key in ("id", "label", "title")},
        "resource": {key: link.get(key) for key in ("id", "title")},
        "membership_roles": claims.get(LTI + "roles"),
        "federated_session": caliper.get("caliper_federated_session_id"),
        "caliper_endpoint": caliper.get("caliper_endpoint_url"),
    }


def from_lti11(fields):
    """LTI 1.1, where roles are one text, and Canvas has numbers of its own for courses."""
    course = fields.get("custom_canvas_course_id") or fields.get("context_id")
    roles = [role.strip() for role in (fields.get("roles") or "").split(",")]
    return {
        "lms_user": fields.get("user_id"),
        "course": {"id": course, "label": fields.get("context_label"), "title": fields.get("context_title")},
        "resource": {"id": fields.get("resource_link_id"), "title": fields.get("resource_link_title")},
        # What somebody is in the institution, or in the LMS, is no role in the course.
        "membership_roles": [
            role for role in roles if role and not role.startswith(("urn:lti:instrole:", "urn:lti:sysrole:"))
        ],
    }


def from_groups(groups, server):
    """Groups such as `course::15::enrollment_type::student`; of several, that of the server's name."""
    parts = [group.split("::") for group in groups]
    courses = {each[1] for each in parts if each[0] == "course" and len(each) > 1 and each[1]}
    course = server if server in courses else next(iter(courses)) if len(courses) == 1 else None
    types = [each[3] for each in parts if each[1:3] == [course, "enrollment_type"] and len(each) > 3]
    return {
        "course": {"id": course},
        "membership_roles": sorted(ROLES[each] for each in types if each in ROLES),
    }


def signer(environ):
    """Makes tokens, by `sign(claims, seconds)`. Raises ValueError where the environment's key is not fit."""
    key, key_id = environ.get("LMS_CONTEXT_KEY") or "", environ.get("LMS_CONTEXT_KEY_ID")
    if environ.get("LMS_CONTEXT_KEY_FILE"):
        with open(environ["LMS_CONTEXT_KEY_FILE"], encoding="utf-8") as file:
            key = file.read()
    algorithm, seal = _seal(key.strip())
    header = _part(_given({"alg": algorithm, "typ": "JWT", "kid": key_id}))

    def sign(claims, seconds):
        now = int(time.time())
        made = {"aud": AUDIENCE, "iat": now, "exp": now + int(seconds), "jti": str(uuid.uuid4())}
        text = f"{header}.{_part({**claims, **made})}"
        return f"{text}.{_base64(seal(text.encode('ascii')))}"

    return sign


def about(token):
    """What a server's token says of its learner, as claims for the hub's own events of that server."""
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    told = {name: claims[name] for name in TOLD_OF if name in claims}
    return {**told, "about": claims["sub"], "session": {"id": claims["jti"], "started": claims["iat"]}}


def initiator(record):
    """Who made the hub start or stop a server, as a claim, where that is known: its events do not say it.

    An event is logged while the request that caused it is served, so that request is on the stack.
    """
    frame = sys._getframe()
    while frame and not isinstance(frame.f_locals.get("self"), BaseHandler):
        frame = frame.f_back
    asked = frame and getattr(frame.f_locals["self"], "_jupyterhub_user", None)
    if not asked:
        return {}
    if isinstance(asked, orm.Service):
        return {"initiator": "culler" if "cull" in asked.name else "admin"}
    return {"initiator": "learner" if asked.name == record.msg.get("username") else "admin"}


def page(sign, address):
    """The handler of /hub/lms: a button by which a learner gets to their own page, without a password."""
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(address))

    class LmsPage(BaseHandler):
        @web.authenticated
        async def get(self):
            user = self.current_user
            groups = [group.name for group in user.groups]
            token = sign(learner_claims(user.name, "", groups, await user.get_auth_state()), 5 * 60)
            policy = f"default-src 'none'; form-action {origin}; frame-ancestors 'none'; base-uri 'none'"
            self.set_header("Content-Security-Policy", policy)
            self.set_header("Cache-Control", "no-store")
            self.finish(
                PAGE.format(action=html.escape(address.rstrip("/") + "/sign-in"), token=html.escape(token))
            )

    return LmsPage


PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>What is collected about you</title>
<h1>What is collected about you</h1>
<p>What you do in Jupyter may be told to your university's learning systems. The page behind this button shows
what is collected about you, and where it goes. The button works for five minutes; then load this again.</p>
<form method="post" action="{action}">
<input type="hidden" name="token" value="{token}">
<button type="submit">See what is collected about you</button>
</form>
</html>
"""


def _seal(key):
    """An algorithm, and what signs with it: for a private key (Ed25519 as PEM), or for a shared secret."""
    if key.startswith("-----BEGIN"):
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        private = load_pem_private_key(key.encode(), password=None)
        if not isinstance(private, Ed25519PrivateKey):
            raise ValueError(
                "The private key is not for Ed25519. Make one: openssl genpkey -algorithm ed25519"
            )
        return "EdDSA", private.sign
    if len(key.encode()) < 32:
        raise ValueError("LMS_CONTEXT_KEY has fewer than 32 bytes. Make one: openssl rand -base64 48")
    return "HS256", lambda text: hmac.digest(key.encode(), text, "sha256")


def _given(claims):
    """Claims without those that say nothing; a course or a link is one only where it has an id."""
    given = {}
    for name, value in claims.items():
        if isinstance(value, dict):
            value = {key: str(each) for key, each in value.items() if each}
            value = value if "id" in value else None
        if value:
            given[name] = value
    return given


def _part(value):
    return _base64(json.dumps(value, separators=(",", ":")).encode())


def _base64(value):
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode("ascii")
