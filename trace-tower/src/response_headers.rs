//! What a response gives back in its headers: the ids, and how long the steps
//! took.

use std::fmt::Write as _;

use http::{HeaderMap, HeaderName, HeaderValue};
use trace_runtime::TraceId;

use crate::{open::Open, settings::Settings};

const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// Adds what the layer is set to give back.
pub(crate) fn write(open: &Open, headers: &mut HeaderMap) {
    let Settings { trace_id_header, request_id_header, .. } = &*open.settings;
    if let Some(name) = trace_id_header {
        insert(headers, name, open.request.trace_id());
    }
    if let Some(name) = request_id_header {
        insert(headers, name, open.request.request_id());
    }
    if open.settings.server_timing {
        if let Ok(value) = HeaderValue::try_from(server_timing(open)) {
            let _ = headers.try_append(SERVER_TIMING, value);
        }
    }
}

fn insert(headers: &mut HeaderMap, name: &HeaderName, id: &TraceId) {
    // An id is of letters that may stand in a header; a full map takes no more.
    if let Ok(value) = HeaderValue::try_from(id.to_string()) {
        let _ = headers.try_insert(name.clone(), value);
    }
}

/// `trace;desc="req-7", load;dur=1.204`, milliseconds as the standard has it.
fn server_timing(open: &Open) -> String {
    let mut value = format!("trace;desc=\"{}\"", open.request.trace_id());
    for (name, took) in open.request.steps() {
        let name: String = name.chars().map(|c| if is_token(c) { c } else { '_' }).collect();
        // Writing to a string cannot fail.
        let _ = write!(value, ", {name};dur={:.3}", took.as_secs_f64() * 1_000.0);
    }
    value
}

/// Whether a character may stand in a name ([RFC 9110 §5.6.2]).
///
/// [RFC 9110 §5.6.2]: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2
fn is_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c)
}
