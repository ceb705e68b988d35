//! The [Elastic Common Schema], in the order that the [ECS loggers] of other
//! languages have: time, level and message first.
//!
//! Keys are written with dots, which Elasticsearch takes for objects. The
//! user's fields are labels, unless the schema has a field of that name.
//!
//! [Elastic Common Schema]: https://www.elastic.co/docs/reference/ecs
//! [ECS loggers]: https://github.com/elastic/ecs-logging/blob/main/spec/spec.json

use super::table::{
    Fields, Flags, Http, Ids, Keys, Names, Place, STEPS_NS, Statics, Template, Unit, heads,
};
use crate::json::cursor::Padded;

pub(super) const NAMES: Names = Names {
    heads: heads!(
        "@timestamp",
        r#","log.level":"trace""#,
        r#","log.level":"debug""#,
        r#","log.level":"info""#,
        r#","log.level":"warn""#,
        r#","log.level":"error""#
    ),
    time_at: 15,
    message: r#","message":"#,
    ids: ids(Template::new(r#","trace.id":""#, r#"","span.id":""#, "\"")),
    ids_of_request: ids(Template::new(r#","trace.id":""#, r#"","transaction.id":""#, "\"")),
    target: r#","log.logger":"#,
    outcomes: [
        Padded::new(r#","outcome":"ok","event.outcome":"success","event.duration":"#),
        Padded::new(r#","outcome":"error","event.outcome":"failure","event.duration":"#),
        Padded::new(r#","outcome":"cancelled","event.outcome":"unknown","event.duration":"#),
        Padded::new(r#","outcome":"panicked","event.outcome":"failure","event.duration":"#),
    ],
    unit: Unit::Nanos,
    busy: r#","busy_ns":"#,
    error: r#","error.message":"#,
    http: Http {
        route: r#","http.route":"#,
        method: r#","http.request.method":"#,
        path: r#","url.path":"#,
        status: r#","http.response.status_code":"#,
        latency: None,
        end: "",
        grpc_status: r#","grpc_status":"#,
        ttfb: r#","ttfb_ns":"#,
    },
    steps: STEPS_NS,
    place: Place {
        file: r#","log.origin.file.name":"#,
        line: r#","log.origin.file.line":"#,
        end: "",
    },
    fields: Fields::new(Keys {
        every_line: &[
            "@timestamp",
            "log.level",
            "trace.id",
            "span.id",
            "transaction.id",
            "parent.id",
            "log.logger",
            "ecs.version",
            "log.origin.file.name",
            "log.origin.file.line",
            "error.message",
        ],
        scopes: &[
            "event.outcome",
            "event.duration",
            "http.route",
            "http.request.method",
            "url.path",
            "http.response.status_code",
        ],
        known: &[
            ("error", "error.message"),
            // Our own keys, for which the schema has none.
            ("error_chain", "error_chain"),
            ("lines_dropped", "lines_dropped"),
            ("dropped_trace", "dropped_trace"),
            ("dropped_debug", "dropped_debug"),
            ("dropped_info", "dropped_info"),
            ("dropped_warn", "dropped_warn"),
            ("dropped_error", "dropped_error"),
        ],
        of_calls: &[
            ("method", "http.request.method"),
            ("host", "server.address"),
            ("port", "server.port"),
            ("status", "http.response.status_code"),
            ("grpc_status", "grpc_status"),
        ],
        of_open: &[
            ("name", "name"),
            ("method", "http.request.method"),
            ("route", "http.route"),
            ("path", "url.path"),
            ("status", "http.response.status_code"),
            ("age_ms", "age_ms"),
            ("step", "step"),
            ("step_age_ms", "step_age_ms"),
        ],
        are_labels: true,
    }),
    statics: Statics {
        known: &[
            ("service", "service.name"),
            ("version", "service.version"),
            ("env", "service.environment"),
        ],
        added: &[("ecs.version", "\"8.11.0\"")],
        dataset: Some("event.dataset"),
    },
};

const fn ids(text: Template) -> Ids {
    Ids {
        before: "",
        text,
        flags: Flags::None,
        is_decimal: false,
        span_alone: r#","span.id":""#,
        parent: r#","parent.id":""#,
    }
}
