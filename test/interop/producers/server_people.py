"""Tells people from one another by tokens of their own, as a server does under a hub that lets several people in."""

import json
import os

from jupyter_server.auth import IdentityProvider, User

PEOPLE = json.loads(os.environ["TEST_PEOPLE"])


class People(IdentityProvider):
    async def get_user_token(self, handler):
        username = PEOPLE.get(self.get_token(handler))
        return User(username) if username else await super().get_user_token(handler)
