//! Google Cloud: the [special fields] that its agents take out of a line.
//!
//! A request over HTTP has an object `httpRequest`, whose latency is text as
//! protobuf writes durations. The level `TRACE` is a `DEBUG`.
//!
//! [special fields]: https://cloud.google.com/logging/docs/structured-logging#structured_logging_special_fields

use super::table::{
    Fields, Flags, Http, Ids, Keys, Names, OUTCOMES, Place, STEPS_MS, Statics, Template, Unit,
    heads,
};
use crate::json::cursor::Padded;

pub(super) const NAMES: Names = Names {
    heads: heads!(
        "time",
        r#","severity":"DEBUG""#,
        r#","severity":"DEBUG""#,
        r#","severity":"INFO""#,
        r#","severity":"WARNING""#,
        r#","severity":"ERROR""#
    ),
    time_at: 9,
    message: r#","message":"#,
    ids: IDS,
    ids_of_request: IDS,
    target: r#","target":"#,
    outcomes: OUTCOMES,
    unit: Unit::Millis,
    busy: r#","busy_ms":"#,
    error: r#","error":"#,
    http: Http {
        route: r#","route":"#,
        method: r#","httpRequest":{"requestMethod":"#,
        path: r#","requestUrl":"#,
        status: r#","status":"#,
        latency: Some(r#","latency":""#),
        end: "}",
        grpc_status: r#","grpc_status":"#,
        ttfb: r#","ttfb_ms":"#,
    },
    steps: STEPS_MS,
    place: Place {
        file: r#","logging.googleapis.com/sourceLocation":{"file":"#,
        line: r#","line":""#,
        end: "\"}",
    },
    fields: Fields::new(Keys {
        every_line: &[
            "time",
            "timestampseconds",
            "timestampnanos",
            "severity",
            "httprequest",
            "logging.googleapis.com/trace",
            "logging.googleapis.com/spanid",
            "logging.googleapis.com/trace_sampled",
            "logging.googleapis.com/sourcelocation",
        ],
        scopes: &[],
        known: &[],
        of_calls: &[],
        of_open: &[],
        are_labels: false,
    }),
    statics: Statics { known: &[], added: &[], dataset: None },
};

const IDS: Ids = Ids {
    before: r#","logging.googleapis.com/trace":""#,
    text: Template::new(
        "",
        r#"","logging.googleapis.com/spanId":""#,
        r#"","logging.googleapis.com/trace_sampled":"#,
    ),
    flags: Flags::Sampled,
    is_decimal: false,
    span_alone: r#","logging.googleapis.com/spanId":""#,
    parent: r#","parent_span_id":""#,
};
