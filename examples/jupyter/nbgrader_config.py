"""nbgrader, in learners' servers and where a course is graded: tells what is done with assignments.

Put this file, lms_nbgrader.py and lms_events.py into /etc/jupyter/ of the image. Is there a nbgrader_config.py
already? Put these elsewhere, and take them in: load_subconfig("/etc/jupyter/lms/nbgrader_config.py")
What it needs is in the environment: learners' servers have it from the hub. Without that nothing is told.

LMS_LEARNER_CONTEXT   whose server it is: they fetch and submit
LMS_SERVICE_CONTEXT   a service's token: it releases assignments, and feedback with grades
LMS_INGEST_URL        where events are sent to; or LMS_EVENTS_QUEUE_URL, a queue of SQS
"""

import os
import sys

c = get_config()  # noqa: F821

if os.environ.get("LMS_LEARNER_CONTEXT") or os.environ.get("LMS_SERVICE_CONTEXT"):
    sys.path.append(os.path.dirname(os.path.abspath(__file__)))
    import lms_nbgrader

    if os.environ.get("LMS_LEARNER_CONTEXT"):
        c.ExchangeFactory.fetch_assignment = lms_nbgrader.FetchAssignment
        c.ExchangeFactory.submit = lms_nbgrader.Submit
    if os.environ.get("LMS_SERVICE_CONTEXT"):
        c.ExchangeFactory.release_assignment = lms_nbgrader.ReleaseAssignment
        c.ExchangeFactory.release_feedback = lms_nbgrader.ReleaseFeedback
