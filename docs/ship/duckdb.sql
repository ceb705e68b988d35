-- DuckDB 2: six questions to a file of lines. Each statement stands alone after
-- the first: `duckdb -init duckdb.sql`.

-- The columns are named, because DuckDB infers them from the first lines only.
-- A torn line is an empty row.
CREATE OR REPLACE VIEW lines AS
SELECT * FROM read_json('service.log', format = 'newline_delimited', ignore_errors = true, columns = {
    timestamp: 'TIMESTAMP', level: 'VARCHAR', message: 'VARCHAR', target: 'VARCHAR',
    trace_id: 'VARCHAR', span_id: 'VARCHAR', parent_span_id: 'VARCHAR', request_id: 'VARCHAR',
    kind: 'VARCHAR', name: 'VARCHAR', outcome: 'VARCHAR', duration_ms: 'DOUBLE', busy_ms: 'DOUBLE',
    error: 'VARCHAR', error_chain: 'VARCHAR[]', slow: 'BOOLEAN', truncated: 'BOOLEAN',
    steps: 'STRUCT(name VARCHAR, count BIGINT, total_ms DOUBLE, self_ms DOUBLE, max_ms DOUBLE, errors BIGINT, cancelled BIGINT)[]',
    method: 'VARCHAR', route: 'VARCHAR', path: 'VARCHAR', status: 'USMALLINT', ttfb_ms: 'DOUBLE',
    lines_dropped: 'BIGINT', cause: 'VARCHAR', first_dropped: 'TIMESTAMP', last_dropped: 'TIMESTAMP',
    service: 'VARCHAR', user_id: 'BIGINT' -- fields of yours
})
WHERE message IS NOT NULL;

-- 1. Which requests failed, whose were they, and why?
SELECT timestamp, trace_id, user_id, status, error
FROM lines WHERE kind = 'request' AND outcome <> 'ok' ORDER BY timestamp;

-- 2. The story of the last one.
SELECT timestamp, coalesce(name, message) AS what, outcome, duration_ms
FROM lines
WHERE trace_id = (SELECT last(trace_id ORDER BY timestamp) FROM lines WHERE kind = 'request' AND outcome <> 'ok')
ORDER BY timestamp;

-- 3. How long do requests take, by route?
SELECT coalesce(route, name) AS route, count(*) AS requests, count(*) FILTER (outcome <> 'ok') AS failed,
    quantile_cont(duration_ms, [0.5, 0.95, 0.99]) AS p50_p95_p99
FROM lines WHERE kind IN ('request', 'job') GROUP BY ALL ORDER BY requests DESC, route;

-- 4. Where does the time of requests go?
SELECT step.name, sum(step.count) AS calls, sum(step.self_ms) AS self_ms, max(step.max_ms) AS max_ms
FROM (SELECT unnest(steps) AS step FROM lines) GROUP BY ALL ORDER BY self_ms DESC;

-- 5. Why do steps fail?
SELECT name, error_chain[-1] AS root_cause, count(*) AS times
FROM lines WHERE kind = 'step' AND outcome = 'error' GROUP BY ALL ORDER BY times DESC;

-- 6. Is anything missing?
SELECT cause, sum(lines_dropped) AS lines, min(first_dropped) AS first, max(last_dropped) AS last
FROM lines WHERE message = 'Lines dropped' GROUP BY ALL;
