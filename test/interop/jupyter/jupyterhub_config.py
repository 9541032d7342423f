"""The hub of the interop tests: the shipped configuration, and around it what a test needs."""

import json
import os

from jupyterhub.auth import DummyAuthenticator

c = get_config()  # noqa: F821
here = os.environ["TEST_FOLDER"]

load_subconfig(os.environ["TEST_SHIPPED"])  # noqa: F821


class Launched(DummyAuthenticator):
    """Lets anybody in, as if they came from the LMS whose claims the test gives: for some people others than for all."""

    async def authenticate(self, handler, data):
        name = await super().authenticate(handler, data)
        people = json.loads(os.environ["TEST_PEOPLE"])
        return {"name": name, "auth_state": people.get(name.lower(), json.loads(os.environ["TEST_AUTH_STATE"]))}


def bare(text):
    """A key as one text, however it is written: PEM without its first and last line, and without line breaks."""
    return "".join(line for line in str(text).split("\n") if not line.startswith("-----"))


def tell_names(spawner):
    """Which variables a learner's server gets, its token, and whether the signing key is in any of them."""
    environment = spawner.get_env()
    key = bare(os.environ["LMS_CONTEXT_KEY"])
    told = {
        "names": sorted(environment),
        "key": any(key in bare(value) for value in environment.values()),
        "token": environment["LMS_LEARNER_CONTEXT"],
    }
    for name in ("environment", f"environment-{spawner.user.name}-{spawner.name}"):
        with open(os.path.join(here, f"{name}.json"), "w", encoding="utf-8") as file:
            json.dump(told, file)


c.JupyterHub.authenticator_class = Launched
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = os.path.join(here, "home-{username}")
# In the hub's own process group, so that nothing is left of it.
c.LocalProcessSpawner.popen_kwargs = {"start_new_session": False}
c.Spawner.pre_spawn_hook = tell_names
# A machine may have much else to do.
c.Spawner.start_timeout = c.Spawner.http_timeout = 120
c.Spawner.args = ["--allow-root"]
c.Spawner.environment = json.loads(os.environ["TEST_SERVER_ENVIRONMENT"])
c.JupyterHub.db_url = "sqlite://"
c.JupyterHub.cookie_secret = os.urandom(32)
c.JupyterHub.bind_url = os.environ["TEST_URL"]
c.JupyterHub.hub_bind_url = os.environ["TEST_HUB_URL"]
c.ConfigurableHTTPProxy.should_start = False
c.ConfigurableHTTPProxy.api_url = os.environ["TEST_PROXY_URL"]
c.JupyterHub.allow_named_servers = True
c.JupyterHub.load_groups = json.loads(os.environ["TEST_GROUPS"])
c.JupyterHub.services = [
    {"name": "idle-culler", "api_token": os.environ["TEST_CULLER_TOKEN"]},
    {"name": "operator", "api_token": os.environ["TEST_OPERATOR_TOKEN"]},
]
c.JupyterHub.load_roles = [
    {
        "name": "culler",
        "scopes": ["admin:servers", "list:users", "tokens", "admin:users"],
        "services": ["idle-culler", "operator"],
    }
]
