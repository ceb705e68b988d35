"""Prints what Datadog's tracer puts into a log record for the ids of a line."""

import json
import sys

from ddtrace.trace import Context, tracer

for text in sys.stdin:
    line = json.loads(text)
    context = Context(trace_id=int(line["dd.trace_id"], 16), span_id=int(line["dd.span_id"]))
    tracer.context_provider.activate(context)
    print(json.dumps(tracer.get_log_correlation_context()))
