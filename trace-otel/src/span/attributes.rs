//! The attributes of a span: the user's fields, the convention's, and what else
//! stands on the line.

use std::fmt::{self, Write as _};

use trace_runtime::{
    TraceId,
    observe::{Closed, FieldValue, Http, Kind, Trace},
};

use super::{
    method::known,
    name::{Name, Names},
    places::{OF_A_PLACE, value},
    status::{ErrorType, Status},
};
use crate::wire::{Attributes, Value};

/// Appends all attributes. No name stands there twice: a field of the user
/// takes the place of an attribute of ours.
pub(super) fn write_attributes(
    to: &mut Attributes<'_>,
    (closed, trace): (&Closed<'_>, &Trace<'_>),
    status: &Status<'_>,
    place: Option<&[u8]>,
) {
    let mut users = Names::default();
    for (key, value) in closed.fields() {
        if let Some(name) = Name::of(key.as_json()) {
            users.add(name);
        }
        to.user(key, value);
    }
    let mut ours = Ours { to, users };
    if let Some(http) = closed.http() {
        ours.http(&http, closed.kind());
    }
    ours.error_type(status);
    ours.place(closed, place);
    ours.outcome(closed, status);
    if closed.kind() == Kind::Request {
        ours.request_id(trace);
    }
}

/// Appends attributes that no field of the user replaces.
struct Ours<'a, 'w> {
    to: &'a mut Attributes<'w>,
    users: Names,
}

impl Ours<'_, '_> {
    fn add(&mut self, name: Name, value: &Value<'_>) {
        if !self.users.has(name) {
            self.to.ours(name.as_str(), value);
        }
    }

    fn text(&mut self, name: Name, value: Option<&str>) {
        if let Some(value) = value {
            self.add(name, &Value::Str(value));
        }
    }

    fn http(&mut self, http: &Http<'_>, kind: Kind) {
        let method = known(http.method());
        self.text(Name::Method, Some(method.unwrap_or("_OTHER")));
        if method.is_none() {
            self.text(Name::MethodOriginal, Some(http.method()));
        }
        self.text(Name::Route, http.route());
        self.text(Name::Path, http.path());
        if kind == Kind::Request {
            self.text(Name::Scheme, Some("http"));
        }
        self.text(Name::ServerAddress, http.host());
        if let Some(port) = http.port() {
            self.add(Name::ServerPort, &Value::Int(port.into()));
        }
        if let Some(status) = http.status() {
            self.add(Name::StatusCode, &Value::Int(status.into()));
        }
        if let Some(status) = http.grpc_status() {
            self.add(Name::GrpcStatus, &Value::Int(status.into()));
        }
        if let Some(time) = http.time_to_head() {
            self.add(Name::TimeToHead, &Value::Millis(time));
        }
    }

    fn error_type(&mut self, status: &Status<'_>) {
        match status.error_type {
            Some(ErrorType::Http(code)) => {
                self.text(Name::ErrorType, Some(&code.to_string()));
            }
            Some(ErrorType::Panicked) => self.text(Name::ErrorType, Some("panicked")),
            Some(ErrorType::Other) => self.text(Name::ErrorType, Some("_OTHER")),
            None => {}
        }
    }

    fn place(&mut self, closed: &Closed<'_>, kept: Option<&[u8]>) {
        let is_replaced = OF_A_PLACE.iter().any(|name| self.users.has(*name));
        match kept {
            Some(kept) if !is_replaced => self.to.kept(OF_A_PLACE.len(), kept),
            Some(_) | None => {
                for name in OF_A_PLACE {
                    self.add(name, &value(closed, name));
                }
            }
        }
    }

    fn outcome(&mut self, closed: &Closed<'_>, status: &Status<'_>) {
        self.text(Name::Outcome, Some(closed.outcome().as_str()));
        if closed.is_slow() {
            self.add(Name::Slow, &Value::Field(FieldValue::Bool(true)));
        }
        if let Some(busy) = closed.busy() {
            self.add(Name::Busy, &Value::Millis(busy));
        }
        // The text of a failure is the status.
        if let (None, Some(text)) = (status.error_type, status.text) {
            self.add(Name::Error, &Value::Field(FieldValue::Text(text)));
        }
        let causes = closed.error_chain();
        if causes.clone().next().is_some() {
            self.add(Name::ErrorChain, &Value::Texts(causes));
        }
    }

    /// What was found in a log is found here: the request id that arrived, or
    /// the trace id as it stands on the lines, if it goes out as other digits.
    fn request_id(&mut self, trace: &Trace<'_>) {
        let id = match trace.request_id() {
            Some(id) => Some(id),
            None => (!is_spelled_by(trace.id(), trace.id_bytes())).then(|| trace.id()),
        };
        if let Some(id) = id {
            self.text(Name::RequestId, Some(&id.to_string()));
        }
    }
}

/// Returns whether an id is the hexadecimal digits of these bytes.
fn is_spelled_by(id: &TraceId, bytes: [u8; 16]) -> bool {
    let mut digits = Digits { expected: bytes, at: 0 };
    write!(digits, "{id}").is_ok() && digits.at == 32
}

/// Compares what is written with digits, and allocates nothing.
struct Digits {
    expected: [u8; 16],
    at: usize,
}

impl fmt::Write for Digits {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for digit in text.bytes() {
            let byte = self.expected.get(self.at / 2).ok_or(fmt::Error)?;
            let half = if self.at % 2 == 0 { byte >> 4 } else { byte & 0xF };
            if digit != b"0123456789abcdef"[usize::from(half)] {
                return Err(fmt::Error);
            }
            self.at += 1;
        }
        Ok(())
    }
}
