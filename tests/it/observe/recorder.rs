//! An observer that writes down what it is offered, one line of text a call.

use std::sync::{Arc, Mutex};

use trace_runtime::observe::{
    Closed, Event, FieldValue, Fields, Kind, Observe, Setup, Start, Wants,
};

/// What was offered, as text.
#[derive(Clone, Default)]
pub(super) struct Recorder(Arc<Inner>);

#[derive(Default)]
struct Inner {
    wants: Option<Wants>,
    sampled: Option<bool>,
    said: Mutex<Vec<String>>,
}

impl Recorder {
    pub(super) fn wanting(wants: Wants) -> Self {
        Self(Inner { wants: Some(wants), ..Inner::default() }.into())
    }

    pub(super) fn sampling(is_sampled: bool) -> Self {
        Self(Inner { sampled: Some(is_sampled), ..Inner::default() }.into())
    }

    fn say(&self, text: String) {
        self.0.said.lock().unwrap().push(text);
    }

    /// Returns what was offered so far.
    pub(super) fn said(&self) -> Vec<String> {
        self.0.said.lock().unwrap().clone()
    }
}

impl Observe for Recorder {
    fn installed(&self, setup: &Setup<'_>) -> Wants {
        for (name, value) in setup.static_fields() {
            self.say(format!("static {name}={}", shown(value)));
        }
        self.0.wants.unwrap_or(Wants::ALL)
    }

    fn sample(&self, _: &Start<'_>) -> Option<bool> {
        self.0.sampled
    }

    fn opened(&self, start: &Start<'_>) {
        let http = start.method().zip(start.path());
        let http = http.map(|(method, path)| format!(" {method} {path}")).unwrap_or_default();
        let sampled = if start.trace().is_sampled() { "" } else { " unsampled" };
        self.say(format!("opened {}{http}{sampled}", start.name()));
    }

    fn closed(&self, closed: &Closed<'_>) {
        self.say(line_of(closed));
    }

    fn event(&self, event: &Event<'_>) {
        let line = format!("event {} {:?}", event.level(), event.message());
        let fields = pairs(event.fields());
        self.say([line].into_iter().chain(fields).collect::<Vec<_>>().join(" "));
    }
}

fn line_of(closed: &Closed<'_>) -> String {
    let kind = match closed.kind() {
        Kind::Request => "request",
        Kind::Step => "step",
        Kind::Call => "call",
        _ => "?",
    };
    let mut line = vec![kind.to_owned(), closed.name().to_owned(), closed.outcome().to_string()];
    if let Some(http) = closed.http() {
        let place = http.route().or(http.host()).or(http.path()).unwrap_or("-");
        line.push(format!("{} {place} {}", http.method(), http.status().unwrap_or_default()));
    }
    line.extend(pairs(closed.fields()));
    line.extend(closed.error().map(|error| format!("error={error:?}")));
    line.extend(closed.error_chain().map(|cause| format!("<- {cause:?}")));
    for (is_so, word) in [
        (closed.is_slow(), "slow"),
        (closed.is_quiet(), "quiet"),
        (!closed.is_written(), "unwritten"),
        (closed.trace().is_none(), "outside"),
        (closed.parent_is_remote(), "remote"),
    ] {
        line.extend(is_so.then(|| word.to_owned()));
    }
    line.join(" ")
}

fn pairs(fields: Fields<'_>) -> impl Iterator<Item = String> {
    fields.map(|(key, value)| format!("{key}={}", shown(value)))
}

fn shown(value: FieldValue<'_>) -> String {
    match value {
        FieldValue::Bool(value) => value.to_string(),
        FieldValue::I64(value) => value.to_string(),
        FieldValue::U64(value) => format!("{value}u"),
        FieldValue::F64(value) => format!("{value:?}"),
        FieldValue::Text(text) => format!("{text:?}"),
        FieldValue::Nested(json) => json.to_owned(),
        _ => "?".to_owned(),
    }
}
