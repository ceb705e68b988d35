//! OpenTelemetry: the fields of its [data model of logs] and of [trace context
//! in other formats], and the semantic conventions for HTTP, code and services.
//!
//! [data model of logs]: https://opentelemetry.io/docs/specs/otel/logs/data-model/
//! [trace context in other formats]: https://opentelemetry.io/docs/specs/otel/compatibility/logging_trace_context/

use super::table::{
    Fields, Flags, Http, Ids, Keys, Names, OUTCOMES, Place, STEPS_MS, Statics, Template, Unit,
    heads,
};
use crate::json::cursor::Padded;

pub(super) const NAMES: Names = Names {
    heads: heads!(
        "timestamp",
        r#","severity_text":"TRACE","severity_number":1"#,
        r#","severity_text":"DEBUG","severity_number":5"#,
        r#","severity_text":"INFO","severity_number":9"#,
        r#","severity_text":"WARN","severity_number":13"#,
        r#","severity_text":"ERROR","severity_number":17"#
    ),
    time_at: 14,
    message: r#","body":"#,
    ids: IDS,
    ids_of_request: IDS,
    target: r#","scope.name":"#,
    outcomes: OUTCOMES,
    unit: Unit::Millis,
    busy: r#","busy_ms":"#,
    error: r#","error":"#,
    http: Http {
        route: r#","http.route":"#,
        method: r#","http.request.method":"#,
        path: r#","url.path":"#,
        status: r#","http.response.status_code":"#,
        latency: None,
        end: "",
        grpc_status: r#","rpc.grpc.status_code":"#,
        ttfb: r#","ttfb_ms":"#,
    },
    steps: STEPS_MS,
    place: Place { file: r#","code.file.path":"#, line: r#","code.line.number":"#, end: "" },
    fields: Fields::new(Keys {
        every_line: &[
            "severity_text",
            "severity_number",
            "body",
            "trace_flags",
            "scope.name",
            "code.file.path",
            "code.line.number",
        ],
        scopes: &[
            "http.route",
            "http.request.method",
            "url.path",
            "http.response.status_code",
            "rpc.grpc.status_code",
        ],
        known: &[],
        of_calls: &[
            ("method", "http.request.method"),
            ("host", "server.address"),
            ("port", "server.port"),
            ("status", "http.response.status_code"),
            ("grpc_status", "rpc.grpc.status_code"),
        ],
        of_open: &[
            ("method", "http.request.method"),
            ("route", "http.route"),
            ("path", "url.path"),
            ("status", "http.response.status_code"),
        ],
        are_labels: false,
    }),
    statics: Statics {
        known: &[
            ("service", "service.name"),
            ("version", "service.version"),
            ("env", "deployment.environment.name"),
        ],
        added: &[],
        dataset: None,
    },
};

const IDS: Ids = Ids {
    before: "",
    text: Template::new(r#","trace_id":""#, r#"","span_id":""#, r#"","trace_flags":"00""#),
    flags: Flags::Hex,
    is_decimal: false,
    span_alone: r#","span_id":""#,
    parent: r#","parent_span_id":""#,
};
