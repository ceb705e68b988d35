//! OTLP in JSON: one `ExportTraceServiceRequest` a line, for each trace.
//!
//! Source: `opentelemetry-proto`, `trace/v1/trace.proto`, and “JSON Protobuf
//! Encoding” of the OTLP specification: ids are hexadecimal, enumerations and
//! integers of 64 bits are numbers and strings.

use std::collections::BTreeMap;

use super::folded::name;
use crate::{
    line::{
        Line, Member, Outcome, Role, bare, decode, integer, is_quiet, members, plain, trace_key,
    },
    trace::{Name, Names, Span, Trace, Tree},
    view::{Object, string},
};

const INTERNAL: i64 = 1;
const SERVER: i64 = 2;
const CLIENT: i64 = 3;

/// Returns a trace as one line.
pub(crate) fn otlp(trace: &Trace, names: &Names, tree: &Tree) -> String {
    let mut services: BTreeMap<Name, Vec<String>> = BTreeMap::new();
    for at in 0..trace.spans.len() as u32 {
        services.entry(tree.service(at)).or_default().push(span_json(trace, names, tree, at));
    }
    let resource = |(service, spans): (Name, Vec<String>)| {
        let service = match names.text(service) {
            "" => "unknown_service",
            name => name,
        };
        let attributes = [attribute("service.name", &text_value(service))];
        let scope = Object::new().text("name", "trace-runtime").end();
        let scoped = Object::new().raw("scope", &scope).list("spans", &spans).end();
        let resource = Object::new().list("attributes", &attributes).end();
        Object::new().raw("resource", &resource).list("scopeSpans", &[scoped]).end()
    };
    let resources: Vec<_> = services.into_iter().map(resource).collect();
    Object::new().list("resourceSpans", &resources).end() + "\n"
}

fn span_json(trace: &Trace, names: &Names, tree: &Tree, at: u32) -> String {
    let span = &trace.spans[at as usize];
    let line = trace.line(span.text);
    let is_call = line.as_ref().is_some_and(|line| line.host().is_some());
    let kind = match () {
        () if is_call => CLIENT,
        () if span.is_request() && line.as_ref().is_some_and(|line| line.has(Role::Method)) => {
            SERVER
        }
        () => INTERNAL,
    };
    let object = Object::new().text("traceId", &format!("{:032x}", trace_key(&trace.id)));
    let object = object.text("spanId", &format!("{:016x}", span.key));
    let object = match parent(trace, tree, at) {
        0 => object,
        parent => object.text("parentSpanId", &format!("{parent:016x}")),
    };
    let object = object.text("name", &otlp_name(trace, names, span, line.as_ref(), is_call));
    let object = object.number("kind", kind);
    let object = object.text("startTimeUnixNano", &span.start.to_string());
    let object = object.text("endTimeUnixNano", &span.end().to_string());
    let object = object.list("attributes", &line.as_ref().map(attributes).unwrap_or_default());
    let object = object.list("events", &events(trace, tree, at));
    object.raw("status", &status(span, line.as_ref())).end()
}

/// A parent without a line is named all the same: another log may have it.
fn parent(trace: &Trace, tree: &Tree, at: u32) -> u64 {
    match trace.spans[at as usize].parent {
        0 => tree.parent(at).map_or(0, |parent| trace.spans[parent as usize].key),
        parent => parent,
    }
}

/// A call is named by its method, a request by method and route.
fn otlp_name(
    trace: &Trace,
    names: &Names,
    span: &Span,
    line: Option<&Line<'_>>,
    is_call: bool,
) -> String {
    let method = line.and_then(|line| line.string(Role::Method));
    match method {
        Some(method) if is_call => method.into_owned(),
        Some(method) if span.is_request() && line.is_some_and(|it| !it.has(Role::Route)) => {
            method.into_owned()
        }
        _ => name(trace, names, span),
    }
}

fn status(span: &Span, line: Option<&Line<'_>>) -> String {
    match span.outcome {
        Outcome::Error | Outcome::Panicked => {
            let error = line.and_then(|line| line.string(Role::Error)).unwrap_or_default();
            Object::new().number("code", 2).some("message", &error).end()
        }
        Outcome::Ok | Outcome::Cancelled | Outcome::Other => Object::new().end(),
    }
}

/// Returns what is known of a span beside its times, named as by the
/// conventions of OpenTelemetry; else as on the line.
fn attributes(line: &Line<'_>) -> Vec<String> {
    const NAMES: [(Role, &str); 10] = [
        (Role::Method, "http.request.method"),
        (Role::Route, "http.route"),
        (Role::Path, "url.path"),
        (Role::Status, "http.response.status_code"),
        (Role::Outcome, "outcome"),
        (Role::Busy, "busy_ms"),
        (Role::Slow, "slow"),
        (Role::RequestId, "request_id"),
        (Role::Target, "code.namespace"),
        (Role::Name, "code.function"),
    ];
    let ours = NAMES.into_iter().filter(|(role, _)| line.has(*role));
    let mut all: Vec<_> =
        ours.map(|(role, name)| attribute(name, &value(line.raw(role)))).collect();
    let fields = fields(line);
    let is_users = |name: &str| fields.iter().any(|it| it.key == name.as_bytes());
    let server = server(line).into_iter().filter(|(name, _)| !is_users(name));
    all.extend(server.map(|(name, value)| attribute(name, &value)));
    all.extend(fields.iter().map(|it| attribute(&decode(it.key), &value(it.value))));
    all
}

/// Returns the address, without brackets, and the port of what was called.
fn server(line: &Line<'_>) -> Vec<(&'static str, String)> {
    let Some(host) = line.host() else { return Vec::new() };
    let host = decode(bare(host));
    let address = host.strip_prefix('[').and_then(|it| it.strip_suffix(']')).unwrap_or(&host);
    let port = line.port().map(|port| ("server.port", value(bare(port))));
    [("server.address", text_value(address))].into_iter().chain(port).collect()
}

/// Returns the members that have no meaning for us.
fn fields<'a>(line: &Line<'a>) -> Vec<Member<'a>> {
    let host = line.host();
    let server = [host, host.and(line.port())];
    let is_server = |value| server.iter().flatten().any(|it| std::ptr::eq(*it, value));
    let has_role = |it: &Member<'_>| line.is_role(it.value) || is_server(it.value);
    // What a service records of a server counts.
    let is_left_out = |key: &[u8]| is_quiet(key) && !key.starts_with(b"server.");
    members(line.text()).filter(|it| !has_role(it) && !is_left_out(it.key)).collect()
}

fn events(trace: &Trace, tree: &Tree, at: u32) -> Vec<String> {
    let of_span = trace.events.iter().zip(&tree.events).filter(|it| *it.1 == Some(at));
    let event = |(event, _): (&crate::trace::Event, _)| {
        let line = trace.line(event.text)?;
        let message = line.string(Role::Message).unwrap_or_default();
        let object = Object::new().text("timeUnixNano", &event.at?.to_string());
        let level = attribute("level", &text_value(&line.string(Role::Level).unwrap_or_default()));
        let fields = members(line.text()).filter(|it| !line.is_role(it.value));
        let fields = fields.map(|it| attribute(&decode(it.key), &value(it.value)));
        let attributes: Vec<_> = std::iter::once(level).chain(fields).collect();
        Some(object.text("name", &message).list("attributes", &attributes).end())
    };
    of_span.filter_map(event).collect()
}

fn attribute(key: &str, value: &str) -> String {
    Object::new().text("key", key).raw("value", value).end()
}

fn text_value(text: &str) -> String {
    let mut value = String::from("{\"stringValue\":");
    string(&mut value, text);
    value + "}"
}

/// Returns a value of JSON as an `AnyValue`.
fn value(raw: &[u8]) -> String {
    match raw {
        b"true" | b"false" => format!("{{\"boolValue\":{}}}", decode(raw)),
        [b'"', ..] => text_value(&decode(bare(raw))),
        _ => match (integer(raw), plain(raw)) {
            (Some(number), _) => format!("{{\"intValue\":\"{number}\"}}"),
            (None, Some(number)) => format!("{{\"doubleValue\":{number:?}}}"),
            (None, None) => text_value(&decode(raw)),
        },
    }
}
