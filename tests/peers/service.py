"""A service with OpenTelemetry's SDK for Python.

    python service.py RECEIVER OTHER

`/start` and `/unsampled` begin a trace and call the other service, `/end` is
what the other service calls. It exports to RECEIVER, and ends with its
standard input.
"""

import json
import sys
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry import propagate, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, ParentBased

RECEIVER, OTHER = sys.argv[1:]


def tracer(root):
    resource = Resource.create({"service.name": "python"})
    provider = TracerProvider(sampler=ParentBased(root), resource=resource)
    exporter = OTLPSpanExporter(endpoint=RECEIVER + "/v1/traces")
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return provider.get_tracer("service")


SAMPLED, UNSAMPLED = tracer(ALWAYS_ON), tracer(ALWAYS_OFF)


def call_other():
    headers = {}
    propagate.inject(headers)
    urllib.request.urlopen(urllib.request.Request(OTHER, headers=headers)).read()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        tracer = UNSAMPLED if self.path == "/unsampled" else SAMPLED
        context = propagate.extract(dict(self.headers.items()))
        with tracer.start_as_current_span("python " + self.path, context=context):
            if self.path != "/end":
                call_other()
            context = trace.get_current_span().get_span_context()
            body = trace.format_trace_id(context.trace_id).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(json.dumps({"port": server.server_port}), flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
