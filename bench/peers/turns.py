"""Times a translator by turns, as bench/peers/peer.ts asks for them. Nothing is logged."""

import json
import logging
import sys
from importlib.metadata import version
from platform import python_version
from time import perf_counter_ns, process_time_ns


def take_turns(package, translate):
    """
    Reads a line of JSON with the texts of all events, and answers with what came of them: the first are `shown`. Then
    each line is a turn: all events go through `translate`, which takes their texts and gives those of what it makes,
    one after the other; the answer has the nanoseconds for one event, of this process and of the clock.
    """
    logging.disable(logging.CRITICAL)
    order = json.loads(sys.stdin.readline())
    texts = order["events"]
    outputs = list(translate(texts))
    answer(
        version=version(package),
        python=python_version(),
        outputs=len(outputs),
        bytes=sum(len(output.encode()) for output in outputs),
        shown=outputs[: order["shown"]],
    )
    for _ in sys.stdin:
        spent, began = process_time_ns(), perf_counter_ns()
        for _ in translate(texts):
            pass
        took, spent = perf_counter_ns() - began, process_time_ns() - spent
        answer(processor=spent / len(texts), elapsed=took / len(texts))


def answer(**members):
    print(json.dumps(members), flush=True)
