//! Datadog: its [standard attributes], and ids as its tracers write them, the
//! trace's in hexadecimal and the span's in decimal digits.
//!
//! A field may not have the name of a reserved attribute, which would replace
//! the service or the host of the line. A static field may.
//!
//! [standard attributes]: https://docs.datadoghq.com/standard-attributes/

use super::table::{
    Fields, Flags, Http, Ids, Keys, Names, Place, STEPS_NS, Statics, Template, Unit, heads,
};
use crate::json::cursor::Padded;

pub(super) const NAMES: Names = Names {
    heads: heads!(
        "timestamp",
        r#","status":"trace""#,
        r#","status":"debug""#,
        r#","status":"info""#,
        r#","status":"warn""#,
        r#","status":"error""#
    ),
    time_at: 14,
    message: r#","message":"#,
    ids: IDS,
    ids_of_request: IDS,
    target: r#","logger.name":"#,
    outcomes: [
        Padded::new(r#","outcome":"ok","duration":"#),
        Padded::new(r#","outcome":"error","duration":"#),
        Padded::new(r#","outcome":"cancelled","duration":"#),
        Padded::new(r#","outcome":"panicked","duration":"#),
    ],
    unit: Unit::Nanos,
    busy: r#","busy_ns":"#,
    error: r#","error.message":"#,
    http: Http {
        route: r#","http.route":"#,
        method: r#","http.method":"#,
        path: r#","http.url_details.path":"#,
        status: r#","http.status_code":"#,
        latency: None,
        end: "",
        grpc_status: r#","grpc_status":"#,
        ttfb: r#","ttfb_ns":"#,
    },
    steps: STEPS_NS,
    place: Place { file: r#","file":"#, line: r#","line":"#, end: "" },
    fields: Fields::new(Keys {
        every_line: &[
            "dd.trace_id",
            "dd.span_id",
            "dd.parent_id",
            "logger.name",
            "host",
            "service",
            "source",
            "ddsource",
            "ddtags",
            "date",
            "@timestamp",
            "error.message",
        ],
        scopes: &[
            "duration",
            "busy_ns",
            "ttfb_ns",
            "http.route",
            "http.method",
            "http.url_details.path",
            "http.status_code",
        ],
        known: &[("error", "error.message")],
        of_calls: &[
            ("method", "http.method"),
            ("host", "http.url_details.host"),
            ("port", "http.url_details.port"),
            ("status", "http.status_code"),
        ],
        of_open: &[
            ("method", "http.method"),
            ("route", "http.route"),
            ("path", "http.url_details.path"),
            ("status", "http.status_code"),
        ],
        are_labels: false,
    }),
    statics: Statics {
        known: &[
            ("host", "host"),
            ("service", "service"),
            ("source", "source"),
            ("ddsource", "ddsource"),
            ("ddtags", "ddtags"),
        ],
        added: &[("ddsource", "\"rust\"")],
        dataset: None,
    },
};

const IDS: Ids = Ids {
    before: "",
    text: Template::without_span(r#","dd.trace_id":""#, r#"","dd.span_id":""#),
    flags: Flags::None,
    is_decimal: true,
    span_alone: r#","dd.span_id":""#,
    parent: r#","dd.parent_id":""#,
};
