"""Reads a page with prometheus_client's parser, and prints each sample.

Usage: parse.py prometheus|openmetrics < page
"""

import json
import sys

if sys.argv[1] == "openmetrics":
    from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse
else:
    from prometheus_client.parser import text_string_to_metric_families as parse

for family in parse(sys.stdin.read()):
    for sample in family.samples:
        exemplar = sample.exemplar and [sample.exemplar.labels, sample.exemplar.value]
        print(json.dumps([sample.name, sample.labels, str(sample.value), exemplar]))
