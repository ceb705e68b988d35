//! What readers make of lines in other formats: our own viewer, `DuckDB`, and
//! the specification of ECS loggers. They read the lines of each kind that
//! `trace-runtime` keeps beside the tests of its encoders.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use serde_json::Value;
use test_support::{json, python_with};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// Returns the kept lines of a format.
fn kept(format: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../trace-runtime/src/line/tests");
    fs::read_to_string(folder.join("golden").join(format).with_extension("jsonl")).unwrap()
}

/// Returns what the viewer shows of the request: its head, and for each row the
/// name, when it began and how long it took.
fn shown(format: &str) -> (String, Vec<String>) {
    let shown = trace_cli::waterfall(kept(format).lines(), TRACE);
    let (head, rest) = shown.split_once('\n').unwrap();
    let rows = rest.lines().skip_while(|row| !row.contains("at ms")).skip(1);
    let rows = rows.take_while(|row| !row.is_empty()).map(|row| {
        let words = row.split_whitespace().filter(|word| {
            word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
                || ["get", "load", "said", "slow"].contains(word)
        });
        words.take(3).collect::<Vec<_>>().join(" ")
    });
    (head.to_owned(), rows.collect())
}

#[test]
fn the_viewer_shows_the_same_request_from_every_format() {
    let native = shown("json");
    assert!(native.0.ends_with("GET /users/{id}  500 error  20.250 ms"), "{native:?}");
    assert_eq!(native.1[0], "get 0.000 20.250");
    for format in ["otel", "ecs", "gcp", "gcp-project", "datadog"] {
        assert_eq!(shown(format), native, "{format}");
    }
}

#[test]
fn the_guide_shows_kept_lines() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/guide/formats.md");
    let page = fs::read_to_string(page).unwrap();
    for format in ["json", "otel", "ecs", "gcp-project", "datadog"] {
        let kept = kept(format);
        let request = kept.lines().find(|line| line.contains("Request processed")).unwrap();
        assert!(page.lines().any(|line| line == request), "{format}: {request}");
    }
}

/// What the specification of ECS loggers asks for: the field, whether each line
/// has it, and where it stands. All are text.
/// (`spec/spec.json` of elastic/ecs-logging, version 1.0)
const ECS: [(&str, bool, Option<usize>); 8] = [
    ("@timestamp", true, Some(0)),
    ("log.level", true, Some(1)),
    ("message", true, Some(2)),
    ("ecs.version", true, None),
    ("trace.id", false, None),
    ("transaction.id", false, None),
    ("service.name", false, None),
    ("event.dataset", false, None),
];

#[test]
fn lines_are_as_the_specification_of_ecs_loggers_says() {
    for line in kept("ecs").lines() {
        let (keys, line) = (json::keys(line), json::parse(line));
        for (field, is_required, index) in ECS {
            assert!(!is_required || line.get(field).is_some(), "{field}: {line}");
            assert!(line.get(field).is_none_or(Value::is_string), "{field}: {line}");
            assert!(index.is_none_or(|index| keys[index] == field), "{field}: {line}");
        }
        // Of the names of labels, these characters are replaced; no label is an object.
        for (key, value) in line.as_object().unwrap() {
            let Some(label) = key.strip_prefix("labels.") else { continue };
            assert!(!label.contains(['.', '*', '\\']) && !value.is_object(), "{key}: {line}");
        }
        assert_eq!(line["event.dataset"], "shop.log");
    }
}

/// Columns whose type all lines agree on, and the type that `DuckDB` infers.
const COLUMNS: [(&str, &[(&str, &str)]); 4] = [
    (
        "otel",
        &[
            ("timestamp", "TIMESTAMP WITH TIME ZONE"),
            ("severity_number", "BIGINT"),
            ("body", "VARCHAR"),
            ("duration_ms", "DOUBLE"),
            ("http.response.status_code", "BIGINT"),
        ],
    ),
    (
        "ecs",
        &[
            ("@timestamp", "TIMESTAMP WITH TIME ZONE"),
            ("log.level", "VARCHAR"),
            ("event.duration", "BIGINT"),
            ("error_chain", "VARCHAR[]"),
            ("labels.user_id", "BIGINT"),
        ],
    ),
    (
        "gcp",
        &[
            ("time", "TIMESTAMP WITH TIME ZONE"),
            ("severity", "VARCHAR"),
            ("logging.googleapis.com/trace_sampled", "BOOLEAN"),
            (
                "httpRequest",
                "STRUCT(requestMethod VARCHAR, requestUrl VARCHAR, status BIGINT, latency VARCHAR)",
            ),
        ],
    ),
    (
        "datadog",
        &[
            ("timestamp", "TIMESTAMP WITH TIME ZONE"),
            ("status", "VARCHAR"),
            ("dd.span_id", "VARCHAR"),
            ("duration", "BIGINT"),
            ("http.status_code", "BIGINT"),
        ],
    ),
];

const DESCRIBE: &str = "import duckdb, json, sys
read = f\"from read_json_auto('{sys.argv[1]}', format = 'newline_delimited')\"
columns = duckdb.execute('describe ' + read).fetchall()
print(json.dumps({'rows': duckdb.execute('select count(*) ' + read).fetchone()[0],
                  'columns': {name: kind for name, kind, *_ in columns}}))";

#[test]
fn duckdb_infers_a_column_of_one_type_for_each_key() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../python");
    let Some(python) = python_with("duckdb", "duckdb", &folder) else {
        println!("skipped: DuckDB cannot be had");
        return;
    };
    for (format, columns) in COLUMNS {
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format).with_extension("jsonl");
        fs::write(&file, kept(format)).unwrap();
        let output = Command::new(&python).args(["-c", DESCRIBE]).arg(&file).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let found: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(found["rows"], kept(format).lines().count(), "{format}");
        let found: BTreeMap<String, String> =
            serde_json::from_value(found["columns"].clone()).unwrap();
        for (column, kind) in columns {
            // Some versions quote the names of members.
            let found = found.get(*column).map(|kind| kind.replace('"', ""));
            assert_eq!(found.as_deref(), Some(*kind), "{format}: {column}");
        }
    }
}
