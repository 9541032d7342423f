"""Sends events of a Jupyter server or hub to jupyter-lms-translator, and never holds up who emits them.

To emit an event is to put its JSON text into a queue in this process, which never waits. A thread takes
events out in batches and sends them to SQS or to the ingest URL; where that fails it waits, a second at first
and up to a minute, and tries again. What the queue has no room for meanwhile is dropped and counted. The log
tells how many events were taken, sent and dropped, and how many wait: when sending begins to fail, each minute
until it goes well again, and then. Needed are Python 3.9 or newer, its standard library, and boto3 for SQS.
"""

from __future__ import annotations

import atexit
import base64
import gzip
import json
import logging
import os
import queue
import random
import re
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from urllib.parse import urlsplit

log = logging.getLogger("lms_events")

ROOM = 8_000_000  # how much may wait, in characters: some seven thousand events
OVERHEAD = 500  # what an event that waits takes besides its text
BATCH = 200_000  # the most characters of a batch, and of an event: SQS takes 256 KiB with all attributes
EVENTS = 500  # the most events of a batch
GATHER = 5.0  # how long a batch is gathered, in seconds
ANSWER = 2_000_000  # the most of an answer that is read, in bytes
PATIENCE = 10  # how long the receiver may be silent, in seconds
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0  # after failures, in seconds
FLUSH = 2.0  # how long the end of the process may wait for what is left, in seconds
END = (None, "")
NOTHING = ((), Counter())
senders = {}  # by their addresses


class LmsHandler(logging.Handler):
    """A handler for one EventLogger; `token` is the learner context, or makes one for a record."""

    def __init__(self, sender, token):
        super().__init__()
        self.sender = sender
        self.token = token if callable(token) else lambda record: token

    def emit(self, record):
        try:
            self.sender.put(self.token(record), self.format(record))
        except Exception as error:  # logging would print the event, and who emits it shall not fail
            self.sender.count(f"an event could not be written: {type(error).__name__}", taken=1, dropped=1)


class Room(queue.Queue):
    """A queue whose `maxsize` bounds the size of what waits in it, instead of the number."""

    def _init(self, maxsize):
        super()._init(maxsize)
        self.size = 0

    def _qsize(self):
        return self.size

    def _put(self, item):
        super()._put(item)
        self.size += room_of(item)

    def _get(self):
        item = super()._get()
        self.size -= room_of(item)
        return item


def room_of(item):
    """What waits is a token, which in the hub is another for each event, and a text."""
    return len(item[0] or "") + len(item[1]) + OVERHEAD


class Sender:
    """Takes events at any time, and sends them when it can. At any time: taken = sent + dropped + waiting."""

    def __init__(self, post, room, gather):
        self.post, self.room, self.gather = post, room, gather
        self._begin()
        if hasattr(os, "register_at_fork"):  # a child has no thread, and a lock may be held in it for ever
            os.register_at_fork(after_in_child=self._begin)

    def _begin(self):
        """With nothing: what waits in a process is not its child's to send."""
        self.waiting, self.ahead, self.held = Room(self.room), None, 0
        self.taken = self.sent = self.dropped = self.told = 0
        self.reasons, self.told_at, self.failing = Counter(), float("-inf"), False
        self.lock, self.closing, self.thread = threading.Lock(), threading.Event(), None

    def put(self, token, text):
        """Takes an event or drops it, and waits for nothing but a lock that nobody holds for long."""
        text = text.replace("\n", " ").strip()  # one event a line: the receiver tells of them by their places
        with self.lock:
            if self.thread is None:  # at the first event: to read a configuration starts nothing
                thread = threading.Thread(target=self._run, name="lms-events", daemon=True)
                thread.start()
                self.thread = thread
                atexit.register(self.close)
            why = self._put(token, text)
            self.taken += 1
            if why:
                self.dropped += 1
                self.reasons[why] += 1

    def _put(self, token, text):
        """Gives the reason why there is no place for it, if there is none."""
        if not text:
            return "an event is empty"
        if self.closing.is_set():
            return "the process ends"
        if len(text) > BATCH:
            return "an event is too large"
        try:
            self.waiting.put_nowait((token, text))
        except queue.Full:
            return "the queue was full"

    def close(self):
        """Sends what is left, for a short time, and tells what could not be sent."""
        if self.thread is None or self.closing.is_set():
            return
        self.closing.set()
        self.waiting.maxsize = 0  # there is always room for the end
        self.waiting.put_nowait(END)
        self.thread.join(FLUSH)
        unsent = self.taken - self.sent - self.dropped
        self._tell(f"At the end {unsent} events were not sent." if unsent else "", now=True)

    def _run(self):
        token, texts = self._batch()
        while token is not None:
            self._deliver(token, texts)
            token, texts = self._batch()

    def _batch(self):
        """The next events of one token, until they are enough or the first has waited long enough."""
        (token, text), self.ahead = self.ahead or self.waiting.get(), None
        texts, size, until = [text], len(text), time.monotonic() + self.gather
        while token is not None and len(texts) < EVENTS:
            try:
                self.ahead = self.waiting.get(timeout=max(0, until - time.monotonic()))
            except queue.Empty:
                break
            size += len(self.ahead[1]) + 1
            if self.ahead[0] != token or size > BATCH:
                break
            texts.append(self.ahead[1])
            self.ahead = None
        return token, texts

    def _deliver(self, token, texts):
        pause = FIRST_PAUSE
        while True:
            last, self.held = self.closing.is_set(), len(texts)
            try:
                again, refused = self.post(token, texts) or NOTHING
                if len(again) == len(texts):
                    raise OSError("the receiver takes none as yet")
                dropped = sum(refused.values())
                self.count(sent=len(texts) - len(again) - dropped)
                for reason, count in refused.items():
                    self.count(f"the receiver refused them: {reason}", dropped=count)
                texts, self.held = again, len(again)
                self._tell("Events are sent again." if self.failing else "", now=True)
                self.failing = False
                if not again:
                    return
                if last:
                    return self.count("the process ends", dropped=len(texts))
            except Refused as error:
                self.count(f"the receiver refused them: {error}", dropped=len(texts))
                self.held = 0
                return self._tell()
            except Exception as error:  # of the network, the receiver, or what nobody foresaw
                if last:
                    return self.count("the process ends", dropped=len(texts))
                self._tell(f"Events wait, as they could not be sent: {_reason(error)}.", now=not self.failing)
                self.failing = True
            self.closing.wait(random.uniform(pause / 2, pause))  # so that a class does not come again at once
            pause = min(2 * pause, LONGEST_PAUSE)

    def count(self, reason=None, taken=0, sent=0, dropped=0):
        """Adds to the counts; what is dropped has a reason."""
        with self.lock:
            self.taken, self.sent = self.taken + taken, self.sent + sent
            self.dropped += dropped
            if dropped:
                self.reasons[reason] += dropped

    def _tell(self, news="", now=False):
        """Logs the news, what was dropped since it last did, and all counts: once a minute, or now."""
        if not (now or time.monotonic() - self.told_at >= LONGEST_PAUSE):
            return
        with self.lock:
            dropped, reasons = self.dropped, self.reasons
            if not news and dropped == self.told:
                return
            self.reasons = Counter()
            waiting = len(self.waiting.queue) + self.held + (self.ahead not in (None, END))
            if self.closing.is_set():  # then there is an end in the queue as well, and the thread may be at it
                waiting = self.taken - self.sent - dropped
            counts = f"{self.taken} were taken, {self.sent} sent, {dropped} dropped, {waiting} wait"
        if dropped > self.told:
            news += f" {dropped - self.told} events were dropped, {dropped} in all{_why(reasons)}."
        log.warning("%s In all, %s.", news.strip(), counts)
        self.told, self.told_at = dropped, time.monotonic()


def _why(reasons):
    """The reasons why events were dropped, with how many of each where there are several."""
    many = (f"{count}: {why}" for why, count in reasons.items())
    return f" ({next(iter(reasons)) if len(reasons) == 1 else ', '.join(many)})" if reasons else ""


class Refused(Exception):
    """The receiver will not take this batch, however often it is sent."""


def sender_from(environ):
    """The sender to LMS_INGEST_URL, or else LMS_EVENTS_QUEUE_URL; raises ValueError where neither is fit."""
    ingest, url = environ.get("LMS_INGEST_URL"), environ.get("LMS_EVENTS_QUEUE_URL")
    parts = urlsplit(ingest or url or "")
    local = parts.hostname in ("127.0.0.1", "::1", "localhost")
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and local)):
        raise ValueError("Set LMS_INGEST_URL or LMS_EVENTS_QUEUE_URL to an address with https://.")
    if parts not in senders:  # a configuration may be read more than once
        senders[parts] = Sender(to_ingest(ingest) if ingest else to_queue(url), ROOM, GATHER)
    return senders[parts]


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):  # it would carry the learner context elsewhere
        return None


def to_ingest(url):
    """Posts batches as NDJSON, one event a line, with the learner context as their bearer.

    Gives the events that are to be sent again, and how many are not taken for good, by the reason.
    """
    opener = urllib.request.build_opener(NoRedirect)

    def post(token, texts):
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/x-ndjson"}
        request = urllib.request.Request(url, _lines(texts), headers, method="POST")
        try:
            with opener.open(request, timeout=PATIENCE) as answer:
                body = answer.read(ANSWER + 1)
                if answer.length and len(body) <= ANSWER:  # it may have said that events are to be sent again
                    raise OSError("the answer broke off")
                if answer.length is None and not answer.chunked and _is_cut(body):  # only its end says that it ends
                    raise OSError("the answer broke off")
                return _refused(body, texts)
        except urllib.error.HTTPError as error:
            error.close()
            _judge(error.code, f"HTTP {error.code}", error)

    return post


def to_queue(url):
    """Sends batches as messages to a queue of SQS, packed where that is shorter."""
    clients = {}  # by process; made by the thread that uses it: importing boto3 takes a while

    def post(token, texts):
        import boto3
        from botocore.config import Config
        from botocore.exceptions import ClientError

        if os.getpid() not in clients:
            region = re.search(r"\bsqs[.]([a-z0-9-]+)[.]", url)
            retries = {"total_max_attempts": 1}  # the pauses between tries are made here
            config = Config(connect_timeout=PATIENCE, read_timeout=PATIENCE, retries=retries)
            clients[os.getpid()] = boto3.client("sqs", region_name=region and region[1], config=config)
        body, attributes = _lines(texts), {"learner-context": token}
        packed = base64.b64encode(gzip.compress(body))
        if len(packed) < len(body):
            body, attributes["content-encoding"] = packed, "gzip"
        told = {name: {"DataType": "String", "StringValue": each} for name, each in attributes.items()}
        try:
            client = clients[os.getpid()]
            answer = client.send_message(QueueUrl=url, MessageBody=body.decode(), MessageAttributes=told)
            if not answer.get("MessageId"):  # boto3 takes any text for an answer, and what is left of one
                raise OSError("SQS did not say that it has them")
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
            _judge(429 if re.search("Throttl|Expired", code) else status, f"SQS said {code}", error)

    return post


def _lines(texts):
    return "\n".join(texts).encode("utf-8", "replace")


def _refused(answer, texts):
    """What the receiver has not taken, though it has answered well: nothing, where the answer does not say so."""
    try:
        told = json.loads(answer) if len(answer) <= ANSWER else {}
        every = [each for each in told.get("refused", []) if each["index"] in range(len(texts))]
        refused = {each["index"]: each for each in every}
        again = [texts[index] for index, each in sorted(refused.items()) if each.get("retry") is True]
        reasons = (str(each.get("reason")) for each in refused.values() if each.get("retry") is not True)
        # Nothing of an event can be in the log, whoever answers.
        dropped = Counter(each if re.fullmatch(r"[a-z.]{1,40}", each) else "unknown" for each in reasons)
        rest = len(texts) - len(refused)
        untold = int(min(rest, max(0, rest - told.get("taken", rest))))  # lines that it has read as one event
        return again, dropped + Counter(unknown=untold)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return NOTHING


def _is_cut(answer):
    """Whether it begins as JSON does, and is none. Any other may be whole."""
    if len(answer) > ANSWER or answer.lstrip()[:1] not in (b"{", b"["):
        return False
    try:
        json.loads(answer)
    except ValueError:
        return True
    except RecursionError:  # it is too deep to be told
        pass
    return False


def _judge(status, reason, error):
    """Refuses for ever what is our own fault; the rest comes again. Nothing of what was sent is told."""
    if status in (408, 429) or status >= 500:
        raise OSError(reason) from error
    raise Refused(reason) from None


def _reason(error):
    """Errors of the network may be told; another's text could hold what was sent."""
    return str(error) if isinstance(error, OSError) else type(error).__name__
