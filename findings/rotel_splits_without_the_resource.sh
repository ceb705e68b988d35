#!/usr/bin/env bash
# Spans that a collector puts into one batch of its own, and divides again.
#
# Version: rotel 0.0.1a15 (PyPI), opentelemetry-proto 1.45.2, protobuf 7.36.2.
# Input: five valid OTLP/HTTP requests of 2,200 spans each, one after the other
#   within its batch time-out, all with the same resource. Each is answered 200.
# Seen: all 11,000 spans are forwarded, some without any resource: their
#   `service.name` is gone. Up to 8,192 spans within the time-out, none.
# Also seen: a single request of 8,193 spans loses the resource of 8,192; one of
#   16,385 is answered 200, and none of its spans is forwarded.
# Standard: OTLP's `ResourceSpans.resource` belongs to each span in it.
# What it means: a span store files them under an unknown service.
set -euo pipefail
folder=$(mktemp -d)
trap 'kill $(jobs -p) 2> /dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check \
    rotel==0.0.1a15 opentelemetry-proto==1.45.2 protobuf==7.36.2
cat > probe.py <<'PYTHON'
import gzip, http.server, os, subprocess, sys, threading, time, urllib.request
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

RECEIVER, COLLECTOR, GRPC = 27418, 27318, 27317
seen = {"with": 0, "without": 0}


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        for part in ExportTraceServiceRequest.FromString(body).resource_spans:
            spans = sum(len(scope.spans) for scope in part.scope_spans)
            seen["with" if part.resource.attributes else "without"] += spans
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def request(count):
    request = ExportTraceServiceRequest()
    part = request.resource_spans.add()
    name = part.resource.attributes.add(key="service.name")
    name.value.string_value = "shop"
    scope = part.scope_spans.add()
    for _ in range(count):
        scope.spans.add(trace_id=os.urandom(16), span_id=os.urandom(8), name="step",
                        start_time_unix_nano=1, end_time_unix_nano=2)
    return request.SerializeToString()


def forwarded(sizes):
    seen.update({"with": 0, "without": 0})
    for body in [request(size) for size in sizes]:
        post = urllib.request.Request(f"http://127.0.0.1:{COLLECTOR}/v1/traces", data=body,
                                      headers={"content-type": "application/x-protobuf"})
        assert urllib.request.urlopen(post).status == 200
    time.sleep(3)
    print(f"{sizes}: {seen['with']} with the resource, {seen['without']} without")
    return seen["with"], seen["without"]


server = http.server.ThreadingHTTPServer(("127.0.0.1", RECEIVER), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
collector = subprocess.Popen([
    sys.argv[1], "start", "--otlp-grpc-endpoint", f"127.0.0.1:{GRPC}",
    "--otlp-http-endpoint", f"127.0.0.1:{COLLECTOR}", "--exporter", "otlp",
    "--otlp-exporter-endpoint", f"http://127.0.0.1:{RECEIVER}",
    "--otlp-exporter-protocol", "http", "--batch-timeout", "1s",
], stdout=subprocess.DEVNULL)
try:
    time.sleep(3)
    assert forwarded([2000] * 4) == (8000, 0)
    with_it, without = forwarded([2200] * 5)
    assert with_it + without == 11000 and without > 0
    assert forwarded([8193])[1] > 0
    assert forwarded([16385]) == (0, 0)
finally:
    collector.kill()
PYTHON
venv/bin/python probe.py venv/lib/python3*/site-packages/rotel/rotel-agent
echo "as described"
