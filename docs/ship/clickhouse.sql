-- ClickHouse: a table for the lines, how to fill it, and six questions.

-- `steps` is an array of tuples: an array of objects into `Nested` is stored
-- empty, without an error. Integers are wide: a number that does not fit is
-- stored modulo its width.
CREATE TABLE IF NOT EXISTS lines
(
    timestamp DateTime64(6, 'UTC'),
    level LowCardinality(String),
    message String,
    target LowCardinality(String),
    trace_id String,
    span_id String,
    parent_span_id String,
    request_id String,
    kind LowCardinality(String),
    name LowCardinality(String),
    outcome LowCardinality(String),
    duration_ms Float64,
    busy_ms Nullable(Float64),
    error String,
    error_chain Array(String),
    slow Bool,
    truncated Bool,
    steps Array(Tuple(name String, count UInt64, total_ms Float64, self_ms Float64, max_ms Float64, errors UInt64, cancelled UInt64)),
    method LowCardinality(String),
    route LowCardinality(String),
    path String,
    status Nullable(UInt32),
    ttfb_ms Nullable(Float64),
    lines_dropped UInt64,
    cause LowCardinality(String),
    first_dropped Nullable(DateTime64(6, 'UTC')),
    last_dropped Nullable(DateTime64(6, 'UTC')),
    service LowCardinality(String),
    user_id Nullable(Int64), -- a field of yours
    INDEX by_trace trace_id TYPE bloom_filter(0.001) GRANULARITY 1
)
ENGINE = MergeTree
ORDER BY (kind, name, timestamp);

-- A key that is no column is skipped, and a torn line refused alone.
INSERT INTO lines
SELECT * FROM file('service.log', JSONEachRow)
SETTINGS date_time_input_format = 'best_effort', input_format_allow_errors_num = 10,
    input_format_skip_unknown_fields = 1, input_format_parallel_parsing = 0,
    schema_inference_hints = 'steps Array(Tuple(name String, count UInt64, total_ms Float64, self_ms Float64, max_ms Float64, errors UInt64, cancelled UInt64))';

-- 1. Which requests failed, whose were they, and why?
SELECT timestamp, trace_id, user_id, status, error
FROM lines WHERE kind = 'request' AND outcome != 'ok' ORDER BY timestamp;

-- 2. The story of the last one.
SELECT timestamp, if(name = '', message, name) AS what, outcome, duration_ms
FROM lines
WHERE trace_id = (SELECT argMax(trace_id, timestamp) FROM lines WHERE kind = 'request' AND outcome != 'ok')
ORDER BY timestamp;

-- 3. How long do requests take, by route?
SELECT if(route = '', name, route) AS route_or_name, count() AS requests, countIf(outcome != 'ok') AS failed,
    quantilesExact(0.5, 0.95, 0.99)(duration_ms) AS p50_p95_p99
FROM lines WHERE kind IN ('request', 'job') GROUP BY route_or_name ORDER BY requests DESC, route_or_name;

-- 4. Where does the time of requests go?
SELECT step.name AS step_name, sum(step.count) AS calls, sum(step.self_ms) AS self_ms, max(step.max_ms) AS max_ms
FROM lines ARRAY JOIN steps AS step GROUP BY step_name ORDER BY self_ms DESC;

-- 5. Why do steps fail?
SELECT name, error_chain[-1] AS root_cause, count() AS times
FROM lines WHERE kind = 'step' AND outcome = 'error' GROUP BY name, root_cause ORDER BY times DESC;

-- 6. Is anything missing?
SELECT cause, sum(lines_dropped) AS lines, min(first_dropped) AS first, max(last_dropped) AS last
FROM lines WHERE message = 'Lines dropped' GROUP BY cause;
