"""Tells what is done with assignments in nbgrader (0.7 to 0.9), and never makes it fail or wait.

nbgrader emits no events, but has a class for each act of its exchange, and a configuration may replace them.
FetchAssignment and what follows it do as nbgrader's own, and tell it when it is done. Before the classes of an
exchange that others wrote, put what tells: class Submit(lms_nbgrader.Submitted, theirs.ExchangeSubmit): pass
"""

import fnmatch
import glob
import json
import logging
import os
from datetime import datetime, timezone

from lms_events import sender_from
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.exchange import default
from nbgrader.utils import get_username, parse_utc

SCHEMA = {
    "__schema__": "https://w3id.org/jupyter-lms-translator/events/assignment",
    "__schema_version__": "1",
    "__metadata_version__": 1,
}
LEARNER = "LMS_LEARNER_CONTEXT"  # whose server this is, as the hub has signed it
SERVICE = "LMS_SERVICE_CONTEXT"  # the service in which a course is graded

log = logging.getLogger("lms_events")


class Telling:
    """Before a class of an exchange: does as that does, and then tells the events that `acts` gives."""

    token = LEARNER

    def start(self):
        done = super().start()
        try:
            self.tell()
        except Exception as error:  # what nbgrader was asked to do is done
            log.warning("nbgrader has done it, but it could not be told: %s.", type(error).__name__)
        return done

    def tell(self):
        try:
            sender = sender_from(os.environ)
        except ValueError as error:
            log.warning("No events are sent. %s", error)
            return
        for act in self.acts():
            sender.put(os.environ[self.token], json.dumps({**SCHEMA, **self.common(), **known(act)}))

    def acts(self):
        raise NotImplementedError

    def common(self):
        return {
            "__timestamp__": moment(datetime.now(timezone.utc)),
            "course": self.coursedir.course_id,
            "assignment": self.coursedir.assignment_id,
            "username": os.environ.get("JUPYTERHUB_USER") or get_username(),
        }

    def gradebook(self):
        return Gradebook(self.coursedir.db_url, self.coursedir.course_id)


class Fetched(Telling):
    def acts(self):
        kept = kept_submissions(self)
        return [{"action": "fetched", "attempt": None if kept is None else kept + 1}]


class Submitted(Telling):
    def acts(self):
        return [{"action": "submitted", "attempt": kept_submissions(self) or None}]


class Released(Telling):
    token = SERVICE

    def acts(self):
        return [{"action": "released", "due": self.due()}]

    def due(self):
        with self.gradebook() as gradebook:
            try:
                due = gradebook.find_assignment(self.coursedir.assignment_id).duedate
            except MissingEntry:
                return None
        return due and moment(due.replace(tzinfo=timezone.utc))


class Graded(Telling):
    """A grade is told when the learner can see it, with its feedback; once more is no harm, see `made_at`."""

    token = SERVICE

    def acts(self):
        with self.gradebook() as gradebook:
            for submission in gradebook.assignment_submissions(self.coursedir.assignment_id):
                feedback = self.released(submission)
                if feedback:
                    yield {
                        "__timestamp__": made_at(feedback),
                        "action": "graded",
                        "username": submission.student.id,
                        "attempt": self.attempt(submission),
                        # As nbgrader's own export has it.
                        "score": max(0.0, submission.score - submission.late_submission_penalty),
                        "max_score": submission.max_score,
                    }

    def released(self, submission):
        """The files of its feedback; none where that was not released now, or is of an earlier submission."""
        student, coursedir = submission.student.id, self.coursedir
        if not fnmatch.fnmatchcase(student, coursedir.student_id or "*"):
            return []
        if student in (coursedir.student_id_exclude or "").split(","):
            return []
        folder = coursedir.format_path(coursedir.feedback_directory, student, coursedir.assignment_id)
        files = glob.glob(os.path.join(glob.escape(folder), "*.html"))
        if files and coursedir.get_existing_timestamp(folder) != submission.timestamp:
            log.warning("A grade is not told: its feedback is of another submission. Generate it anew.")
            return []
        return files

    def attempt(self, submission):
        """Which of the submissions it is that the exchange holds of this learner."""
        inbound = os.path.join(self.root, self.coursedir.course_id, "inbound")
        times = times_of(inbound, submission.student.id, self.coursedir.assignment_id)
        return sum(parse_utc(time) <= submission.timestamp for time in times) or None


class FetchAssignment(Fetched, default.ExchangeFetchAssignment):
    pass


class Submit(Submitted, default.ExchangeSubmit):
    pass


class ReleaseAssignment(Released, default.ExchangeReleaseAssignment):
    pass


class ReleaseFeedback(Graded, default.ExchangeReleaseFeedback):
    pass


def kept_submissions(exchange):
    """How many submissions of the assignment nbgrader has kept in the learner's home, if it does so."""
    cache, coursedir = getattr(exchange, "cache", None), exchange.coursedir
    if not cache:
        return None
    student = get_username() if coursedir.student_id in ("", "*") else coursedir.student_id
    return len(times_of(os.path.join(cache, coursedir.course_id), student, coursedir.assignment_id))


def times_of(folder, student, assignment):
    """The times of submissions in a folder, in which nbgrader names them student+assignment+time, and more."""
    start = f"{student}+{assignment}+"
    try:
        names = os.listdir(folder)
    except FileNotFoundError:
        return []
    return [name[len(start) :].split("+")[0] for name in names if name.startswith(start)]


def made_at(files):
    """When feedback was generated. Released again unchanged, its grade is the same event, which counts once."""
    return moment(datetime.fromtimestamp(max(map(os.path.getmtime, files)), timezone.utc))


def moment(time):
    return time.isoformat(timespec="microseconds").replace("+00:00", "Z")


def known(act):
    return {name: value for name, value in act.items() if value is not None}
