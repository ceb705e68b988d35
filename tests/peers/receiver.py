"""Receives OTLP/HTTP and prints one JSON line for each item.

    python receiver.py PORT

It decodes with OpenTelemetry's protobufs for Python, and ends with its
standard input.
"""

import gzip
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.logs.v1 import logs_service_pb2
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2


def value(any_value):
    kind = any_value.WhichOneof("value")
    if kind == "array_value":
        return [value(item) for item in any_value.array_value.values]
    if kind == "kvlist_value":
        return attributes(any_value.kvlist_value.values)
    return getattr(any_value, kind) if kind else None


def attributes(pairs):
    return {pair.key: value(pair.value) for pair in pairs}


def span(it):
    return {
        "kind": "span",
        "name": it.name,
        "trace_id": it.trace_id.hex(),
        "span_id": it.span_id.hex(),
        "parent_id": it.parent_span_id.hex(),
        "span_kind": it.kind,
        "flags": it.flags,
        "status": it.status.code,
        "nanos": it.end_time_unix_nano - it.start_time_unix_nano,
        "attributes": attributes(it.attributes),
    }


def record(it):
    return {
        "kind": "record",
        "body": value(it.body),
        "severity": it.severity_number,
        "trace_id": it.trace_id.hex(),
        "span_id": it.span_id.hex(),
        "attributes": attributes(it.attributes),
    }


def items(path, body):
    if path == "/v1/traces":
        request = trace_service_pb2.ExportTraceServiceRequest.FromString(body)
        for of_resource in request.resource_spans:
            for of_scope in of_resource.scope_spans:
                for it in of_scope.spans:
                    yield of_resource.resource, span(it)
    else:
        request = logs_service_pb2.ExportLogsServiceRequest.FromString(body)
        for of_resource in request.resource_logs:
            for of_scope in of_resource.scope_logs:
                for it in of_scope.log_records:
                    yield of_resource.resource, record(it)


WRITING = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        lines = []
        for resource, item in items(self.path, body):
            service = attributes(resource.attributes).get("service.name")
            lines.append(json.dumps({"service": service, **item}) + "\n")
        with WRITING:
            sys.stdout.write("".join(lines))
            sys.stdout.flush()
        self.send_response(200)
        self.send_header("content-type", "application/x-protobuf")
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
print(json.dumps({"port": server.server_port}), flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
