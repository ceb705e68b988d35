#!/usr/bin/env bash
# A key that first comes after the rows from which a reader infers its columns.
#
# Versions: duckdb 2.0.1, chdb 4.4.0 (ClickHouse 26.9), with their defaults.
# Seen: of 30,000 valid lines, the 25,601st is the first with "errors" inside
#   "steps". In DuckDB (inferred from 20,480 rows, `sample_size`) it depends on the
#   query what happens: one that reads all columns fails with "unknown key", one
#   that reads some of them leaves the key out without a word, also one that reads
#   the very column in which it stands. ClickHouse (inferred from 25,000 rows,
#   `input_format_max_rows_to_read_for_schema_inference`) leaves it out always.
# What it means: a key that stands on failures alone is not counted, in a log
#   whose first rows all went well; a dashboard's query works until it selects `*`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet duckdb==2.0.1 chdb==4.4.0
cat > probe.py <<'PROBE'
import json
import chdb
import duckdb

with open("service.jsonl", "w") as file:
    for i in range(30_000):
        step = {"name": "load", "count": 1} | ({"errors": 1} if i == 25_600 else {})
        file.write(json.dumps({"id": i, "steps": [step]}) + "\n")

def duck(query):
    try:
        return duckdb.sql(query).fetchall()
    except duckdb.InvalidInputException as error:
        return str(error).split("Object")[1].splitlines()[0].strip()

with_errors = """where to_json(steps)::varchar like '%"errors":1%'"""
some = duck(f"select count(*) from 'service.jsonl' {with_errors}")
every = duck(f"select id from 'service.jsonl' {with_errors}")
told = duck(f"select count(*) from read_json('service.jsonl', sample_size = -1) {with_errors}")
print("duckdb", duckdb.__version__, "| some columns:", some, "| all columns:", every, "| all rows sampled:", told)
assert some == [(0,)], some
assert every == '{"name":"load","count":1,"errors":1} has unknown key "errors"', every
assert told == [(1,)], told

def clickhouse(query):
    return [json.loads(line) for line in str(chdb.query(query, "JSONEachRow")).splitlines()]

row = clickhouse("select * from file('service.jsonl') where id = 25600")
print("clickhouse", row)
assert row == [{"id": 25600, "steps": [{"count": 1, "name": "load"}]}], row
PROBE
venv/bin/python probe.py
echo "as described"
