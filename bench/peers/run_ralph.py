"""Ralph's converter of edX events into xAPI, timed by turns."""

from ralph.models.converter import Converter
from turns import take_turns

converter = Converter(
    platform_url="https://lms.example.edu", uuid_namespace="5b1b8f1c-6f3d-5a53-9f0c-7a2a3a8f2f10"
)


def translate(texts):
    # As `ralph convert` calls it: lines go in, and lines come out.
    return converter.convert(texts, ignore_errors=False, fail_on_unknown=True)


take_turns("ralph-malph", translate)
