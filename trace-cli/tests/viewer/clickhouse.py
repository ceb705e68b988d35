"""ClickHouse for the tests: its engine from PyPI (chdb), behind HTTP.

Reads the logs that it is given into the table `logs`, says its port on a line
of its own, and answers queries until its standard input ends. It leaves by
os._exit: the engine's destructors crash.
"""

import http.server
import os
import sys
import tempfile
import threading

from chdb import session

TABLE = """CREATE TABLE logs (
  timestamp DateTime64(6, 'UTC'), level LowCardinality(String), message String,
  trace_id String, span_id String, parent_span_id String, request_id String,
  target LowCardinality(String), kind LowCardinality(String), name LowCardinality(String),
  outcome LowCardinality(String), duration_ms Nullable(Float64), busy_ms Nullable(Float64),
  error String, error_chain Array(String), slow Bool, method LowCardinality(String),
  route LowCardinality(String), path String, status Nullable(Int32),
  service LowCardinality(String), truncated Bool,
  steps Array(Tuple(name String, count Int64, total_ms Float64, self_ms Float64, max_ms Float64, errors Int64)),
  user_id Nullable(Int64), hit Nullable(Bool), note String
) ENGINE = MergeTree ORDER BY (kind, name, timestamp)"""

db = session.Session(tempfile.mkdtemp())
db.query(TABLE)
for path in sys.argv[1:]:
    db.query(
        f"INSERT INTO logs FROM INFILE '{path}' SETTINGS input_format_skip_unknown_fields = 1, "
        "date_time_input_format = 'best_effort' FORMAT JSONEachRow"
    )

# The tables that the exporter of OpenTelemetry's collector makes, without its
# codecs, and the same lines as a collector stores them.
db.query("""CREATE TABLE otel_logs (
  Timestamp DateTime64(9), TimestampTime DateTime DEFAULT toDateTime(Timestamp),
  TraceId String, SpanId String, TraceFlags UInt8, SeverityText LowCardinality(String),
  SeverityNumber UInt8, ServiceName LowCardinality(String), Body String,
  ResourceSchemaUrl LowCardinality(String), ResourceAttributes Map(LowCardinality(String), String),
  ScopeSchemaUrl LowCardinality(String), ScopeName String, ScopeVersion LowCardinality(String),
  ScopeAttributes Map(LowCardinality(String), String), LogAttributes Map(LowCardinality(String), String)
) ENGINE = MergeTree PRIMARY KEY (ServiceName, TimestampTime) ORDER BY (ServiceName, TimestampTime, Timestamp)""")
db.query("""INSERT INTO otel_logs (Timestamp, TraceId, SpanId, SeverityText, ServiceName, Body, LogAttributes)
SELECT timestamp, trace_id, span_id, level, service, message, mapFilter((k, v) -> v != '', map(
  'target', target, 'kind', kind, 'name', name, 'outcome', outcome, 'parent_span_id', parent_span_id,
  'duration_ms', ifNull(toString(duration_ms), ''), 'busy_ms', ifNull(toString(busy_ms), ''),
  'error', error, 'method', method, 'route', route, 'path', path, 'status', ifNull(toString(status), ''),
  'user_id', ifNull(toString(user_id), ''), 'request_id', request_id, 'note', note)) FROM logs""")
db.query("""CREATE TABLE otel_traces (
  Timestamp DateTime64(9), TraceId String, SpanId String, ParentSpanId String, TraceState String,
  SpanName LowCardinality(String), SpanKind LowCardinality(String), ServiceName LowCardinality(String),
  ResourceAttributes Map(LowCardinality(String), String), ScopeName String, ScopeVersion String,
  SpanAttributes Map(LowCardinality(String), String), Duration UInt64,
  StatusCode LowCardinality(String), StatusMessage String,
  Events Nested (Timestamp DateTime64(9), Name LowCardinality(String), Attributes Map(LowCardinality(String), String)),
  Links Nested (TraceId String, SpanId String, TraceState String, Attributes Map(LowCardinality(String), String))
) ENGINE = MergeTree ORDER BY (ServiceName, SpanName, toDateTime(Timestamp))""")
db.query("""INSERT INTO otel_traces (Timestamp, TraceId, SpanId, ParentSpanId, SpanName, SpanKind, ServiceName,
  SpanAttributes, Duration, StatusCode, StatusMessage, `Events.Timestamp`, `Events.Name`, `Events.Attributes`)
SELECT subtractNanoseconds(toDateTime64(s.timestamp, 9), toUInt64(round(ifNull(s.duration_ms, 0) * 1e6))), s.trace_id, s.span_id, s.parent_span_id,
  if(s.kind = 'request', concat(s.method, ' ', s.route), s.name), if(s.kind = 'request', 'Server', 'Internal'), s.service,
  mapFilter((k, v) -> v != '', map('outcome', s.outcome, 'busy_ms', ifNull(toString(s.busy_ms), ''),
    'http.request.method', s.method, 'http.route', s.route, 'url.path', s.path, 'code.function', s.name,
    'http.response.status_code', ifNull(toString(s.status), ''), 'user_id', ifNull(toString(s.user_id), ''))),
  toUInt64(round(ifNull(s.duration_ms, 0) * 1e6)), if(s.outcome IN ('error', 'panicked'), 'Error', 'Unset'), s.error, e.at, e.name, e.fields
FROM (SELECT * FROM logs WHERE kind IN ('request', 'job', 'step')) AS s
LEFT JOIN (SELECT trace_id, span_id, groupArray(toDateTime64(timestamp, 9)) AS at, groupArray(message) AS name,
    groupArray(mapFilter((k, v) -> v != '', map('level', toString(level), 'note', note))) AS fields
  FROM logs WHERE kind = '' AND trace_id != '' GROUP BY trace_id, span_id) AS e
ON s.trace_id = e.trace_id AND s.span_id = e.span_id""")

# A call, where it changes no figure of the others.
db.query("CREATE DATABASE calls")
db.query("CREATE TABLE calls.otel_traces AS otel_traces")
db.query("""INSERT INTO calls.otel_traces (Timestamp, TraceId, SpanId, ParentSpanId, SpanName, SpanKind, SpanAttributes)
VALUES ('2026-11-27 10:00:00', '35f5eef7b083deeba01f5c22df915252', '23dc3ed29bbbafc1', 'a2376f48f64e3951', 'PUT', 'Client',
  map('http.request.method', 'PUT', 'server.address', 'stock', 'server.port', '8080'))""")


class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        query = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.headers.get("X-ClickHouse-User", "default") == "stranger":
            return self.answer(403, b"Code: 516. DB::Exception: stranger: Authentication failed\n")
        try:
            self.answer(200, bytes(db.query(query).bytes()))
        except Exception as error:
            self.answer(400, str(error).encode())

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for part in [body[at : at + 1000] for at in range(0, len(body), 1000)]:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *_):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Answer)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_port, flush=True)
sys.stdin.read()
os._exit(0)
