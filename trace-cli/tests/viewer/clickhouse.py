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
