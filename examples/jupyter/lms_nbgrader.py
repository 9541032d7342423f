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
from urllib.parse import quote

from lms_events import sender_from
from nbgrader.api import Gradebook
from nbgrader.exchange import default
from nbgrader.utils import get_username, parse_utc
from sqlalchemy import create_engine, inspect
from sqlalchemy.engine import make_url

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

    def gradebook(self, patience):
        """The gradebook, to read; raises where there is none, or where it stays locked for so many seconds."""
        url = make_url(self.coursedir.db_url)
        if url.get_backend_name() == "sqlite":  # nbgrader would make one, or what is missing in it
            path = url.database or ""
            path = path if path.startswith("file:") else "file:" + quote(os.path.abspath(path))
            url = url.set(database=path, query={**url.query, "uri": "true", "mode": "ro", "timeout": str(patience)})
        else:
            engine = create_engine(url)
            try:
                if not inspect(engine).has_table("alembic_version"):
                    raise LookupError("There is no gradebook.")
            finally:
                engine.dispose()
        return Gradebook(url, "")  # without a course, as it would add one that it does not know


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
        """None where the gradebook does not say it, or cannot be read: it is released all the same."""
        try:
            with self.gradebook(patience=1) as gradebook:
                due = gradebook.find_assignment(self.coursedir.assignment_id).duedate
                return due and moment(due.replace(tzinfo=timezone.utc))
        except Exception:
            return None


class Graded(Telling):
    """A grade is told when the learner can see it, with its feedback; once more is no harm, see `made_at`."""

    token = SERVICE

    def acts(self):
        with self.gradebook(patience=5) as gradebook:
            for submission in gradebook.assignment_submissions(self.coursedir.assignment_id):
                try:
                    act = self.act(submission)
                except Exception as error:  # the others' grades are told
                    log.warning("A grade could not be told: %s.", type(error).__name__)
                    continue
                if act:
                    yield act

    def act(self, submission):
        feedback = self.released(submission)
        return feedback and {
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
        """Which of the submissions it is that the exchange holds of this learner.

        Everybody can make folders there, so only those count whose owner is that of the submission's own.
        """
        if submission.timestamp is None:
            return None
        inbound = os.path.join(self.root, self.coursedir.course_id, "inbound")
        folders = folders_of(inbound, submission.student.id, self.coursedir.assignment_id)
        made = [(time_in(name), owner) for name, owner in folders]
        owners = {owner for time, owner in made if time == submission.timestamp}
        counted = [time for time, owner in made if time and (owner in owners or not owners)]
        return sum(time <= submission.timestamp for time in counted) or None


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
    return len(folders_of(os.path.join(cache, coursedir.course_id), student, coursedir.assignment_id))


def folders_of(folder, student, assignment):
    """Submissions in a folder: what follows student+assignment+ in the name, and who owns it."""
    start = f"{student}+{assignment}+"
    try:
        with os.scandir(folder) as entries:
            named = [each for each in entries if each.name.startswith(start)]
    except FileNotFoundError:
        return []
    # A link would have the owner of what it points to, whoever made it.
    own = [each for each in named if each.is_dir(follow_symlinks=False)]
    return [(each.name[len(start) :], each.stat(follow_symlinks=False).st_uid) for each in own]


def time_in(name):
    """The time with which it begins, before another plus; None where that is no time."""
    try:
        return parse_utc(name.split("+")[0])
    except Exception:  # anybody names folders, and what parses them raises more than ValueError and OverflowError
        return None


def made_at(files):
    """When feedback was generated. Released again unchanged, its grade is the same event, which counts once."""
    return moment(datetime.fromtimestamp(max(map(os.path.getmtime, files)), timezone.utc))


def moment(time):
    return time.isoformat(timespec="microseconds").replace("+00:00", "Z")


def known(act):
    return {name: value for name, value in act.items() if value is not None}
