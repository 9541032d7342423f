"""Uses NannyML as a learner does, after the lines that a site puts before it: these are the first argument.

Prints what its sender did not get rid of, and why, as JSON.
"""

import json
import sys

exec(compile(sys.argv[1], "10-lms-segment.py", "exec"), {})

import nannyml  # noqa: E402
import pandas  # noqa: E402
from segment import analytics  # noqa: E402

assert analytics.write_key == nannyml.usage_logging.SegmentUsageTracker.SEGMENT_WRITE_KEY
trouble = []
analytics.default_client.consumers[0].on_error = lambda error, calls: trouble.append([str(error), len(calls)])

data = pandas.DataFrame({"answers": [float(each % 7) for each in range(600)]})
calculator = nannyml.MissingValuesCalculator(column_names=["answers"], chunk_size=100)
calculator.fit(data)
calculator.calculate(data)

try:
    nannyml.MissingValuesCalculator(column_names=["questions"], chunk_size=100).fit(data)
except nannyml.exceptions.InvalidArgumentsException as error:
    assert "questions" in str(error)
else:
    sys.exit("NannyML has found a column that there is not.")

analytics.identify("somebody", {"email": "somebody@example.edu"})
analytics.flush()
print(json.dumps(trouble))
