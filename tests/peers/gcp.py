"""Reads lines as Google Cloud's agent does, and prints the entries that its
library makes of them, as its types write them."""

import json
import sys

from google.cloud.logging_v2.types import LogEntry
from google.protobuf import json_format

FIELDS = {
    "severity": "severity",
    "time": "timestamp",
    "httpRequest": "httpRequest",
    "logging.googleapis.com/trace": "trace",
    "logging.googleapis.com/spanId": "spanId",
    "logging.googleapis.com/trace_sampled": "traceSampled",
    "logging.googleapis.com/sourceLocation": "sourceLocation",
}

for text in sys.stdin:
    line = json.loads(text)
    entry = {name: line.pop(key) for key, name in FIELDS.items() if key in line}
    entry["jsonPayload"] = line
    # Unknown fields, wrong types and unknown levels are errors.
    parsed = json_format.ParseDict(entry, LogEntry.pb(LogEntry()))
    print(json.dumps(json_format.MessageToDict(parsed)))
