"""Releases an assignment and grades with nbgrader's own exchange, in a folder of its own; prints what is told.

Its argument says what is in the way. All of it is in the exchange or the gradebook, where others can put it.
"""

import contextlib
import json
import logging
import os
import sqlite3
import sys
from datetime import datetime

sys.path.append(os.environ["TEST_SHIPPED"])
os.environ["LMS_SERVICE_CONTEXT"] = "a-token"
import lms_nbgrader  # noqa: E402
from nbgrader.api import Gradebook  # noqa: E402
from nbgrader.coursedir import CourseDirectory  # noqa: E402
from traitlets.config import Config  # noqa: E402

logging.basicConfig(level=logging.WARNING)
here, trouble = os.getcwd(), sys.argv[1]
c = Config()
c.CourseDirectory.root = f"{here}/course"
c.CourseDirectory.course_id, c.CourseDirectory.assignment_id = "stat", "hw1"
c.Exchange.root = f"{here}/exchange"
inbound, book = f"{here}/exchange/stat/inbound", f"{here}/course/gradebook.db"
AT = "2026-11-01 00:00:00 UTC"
told = []


class Kept:
    def put(self, _, text):
        told.append(json.loads(text))


lms_nbgrader.sender_from = lambda _: Kept()


def written(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)


def gradebook():
    """Two learners, with a grade each."""
    with Gradebook(f"sqlite:///{book}", "stat") as made:
        made.add_assignment("hw1", duedate="2035-01-31 18:00:00")
        for student in ("ada", "bob"):
            made.add_student(student)
            submission = made.add_submission("hw1", student)
            submission.timestamp = datetime(2026, 11, 1)
            made.db.commit()
            feedback = f"{here}/course/feedback/{student}/hw1"
            for name, text in (("n.html", "x"), ("timestamp.txt", AT), ("submission_secret.txt", f"of {student}")):
                written(f"{feedback}/{name}", text)
            os.makedirs(f"{inbound}/{student}+hw1+{AT}+xyz")


written(f"{here}/course/release/hw1/n.ipynb", "{}")
os.makedirs(inbound)
os.chmod(c.Exchange.root, 0o777)
if trouble not in ("no gradebook", "an empty gradebook"):
    gradebook()
with contextlib.ExitStack() as ending:
    if trouble == "an empty gradebook":
        written(book, "")
    if trouble == "a locked gradebook":
        other = ending.enter_context(contextlib.closing(sqlite3.connect(book)))
        other.execute("BEGIN EXCLUSIVE")
    if trouble == "names":
        for name in ("", "x", "0001-01-01 00:00:00 9999", "9" * 40, "24:00\u0661\u0662" + "9" * 46 + ","):
            os.makedirs(f"{inbound}/ada+hw1+{name}")
    if trouble == "another's":
        os.symlink(f"{inbound}/ada+hw1+{AT}+xyz", f"{inbound}/ada+hw1+2000-01-02 00:00:00 UTC+xyz")
        os.makedirs(f"{inbound}/ada+hw1+2000-01-01 00:00:00 UTC+xyz")
        if os.getuid() == 0:
            os.chown(f"{inbound}/ada+hw1+2000-01-01 00:00:00 UTC+xyz", 4711, 4711)
        else:  # only root can give files away: this stands for it
            os.rmdir(f"{inbound}/ada+hw1+2000-01-01 00:00:00 UTC+xyz")
    if trouble in ("no time", "a strange time"):
        strange = trouble == "a strange time"
        written(f"{here}/course/feedback/ada/hw1/timestamp.txt", "9" * 40 if strange else "")
        with Gradebook(f"sqlite:///{book}", "stat") as made:
            made.find_submission("hw1", "ada").timestamp = None
            made.db.commit()
    before = sorted(os.listdir(f"{here}/course")), os.path.exists(book) and os.path.getsize(book)
    acts = [lms_nbgrader.ReleaseAssignment]
    if os.path.exists(book) and not trouble.endswith("gradebook"):
        acts.append(lms_nbgrader.ReleaseFeedback)
    for act in acts:
        act(coursedir=CourseDirectory(config=c), config=c).start()
    after = sorted(os.listdir(f"{here}/course")), os.path.exists(book) and os.path.getsize(book)
keys = ("action", "due", "username", "attempt")
print(json.dumps({"told": [[each.get(key) for key in keys] for each in told], "untouched": before == after}))
