//! The facts of HTTP that observers see.

use crate::{
    json::members,
    line::{GRPC_STATUS, HOST, METHOD, PORT, STATUS},
    observe::{Http, Kind, Unread},
    record::{Closing, Exchange, Response},
};

pub(super) fn http<'a>(kind: Kind, closing: &Closing<'a>, fields: &'a [u8]) -> Option<Http<'a>> {
    let exchange = closing.request.and_then(|request| request.exchange);
    match exchange {
        Some(exchange) => Some(http_of_request(exchange)),
        None => (kind == Kind::Call).then(|| http_of_call(fields)),
    }
}

fn http_of_request<'a>(exchange: &Exchange<'a>) -> Http<'a> {
    let Response { status, grpc_status, ttfb_ns, is_stream } = exchange.response;
    Http {
        method: exchange.method,
        route: exchange.route,
        path: Some(exchange.path),
        host: None,
        port: None,
        status,
        grpc_status,
        ttfb_ns,
        is_stream,
    }
}

/// A call keeps its facts among its fields.
fn http_of_call(mut fields: &[u8]) -> Http<'_> {
    let mut http = Http::default();
    while !fields.is_empty() {
        let (member, rest) = members::split_first(fields);
        set(&mut http, member);
        fields = rest;
    }
    http
}

/// The keys of a call's facts.
const KEYS: [&str; 5] = [METHOD, HOST, STATUS, GRPC_STATUS, PORT];

fn set<'a>(http: &mut Http<'a>, member: &'a [u8]) {
    let key = members::key(member);
    let value = std::str::from_utf8(member.get(key.len()..).unwrap_or_default());
    let value = value.unwrap_or_default();
    // An edge sets no text that needs an escape; what has one is not its own.
    let text = value.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    let text = text.unwrap_or(value);
    if text.contains('\\') {
        return;
    }
    match KEYS.iter().position(|known| known.as_bytes() == key) {
        Some(0) => http.method = text,
        Some(1) => http.host = Some(text),
        Some(2) => http.status = text.parse().ok(),
        Some(3) => http.grpc_status = text.parse().ok(),
        Some(4) => http.port = value.parse().ok(),
        Some(_) | None => {}
    }
}

/// Returns the fields of a call without its facts. A `port` of the user's may be
/// none.
pub(super) fn fields_of_call<'a>(fields: &'a [u8], http: Option<&Http<'_>>) -> Unread<'a> {
    let [facts @ .., _] = &KEYS;
    let has_port = http.is_some_and(|http| http.port.is_some());
    Unread { members: fields, hidden: if has_port { &KEYS } else { facts } }
}
