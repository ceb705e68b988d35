//! A request in a list.

use crate::{
    line::{Line, Role, bare, decode, elements, integer, listed, listed_ns, members},
    view::{Object, Screen, Style, iso, millis, outcome_word, request_name},
};

/// What a list says of a request. Texts are as they stand in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) start: i64,
    took: Option<i64>,
    status: String,
    outcome: String,
    request: String,
    trace: String,
    why: String,
    style: Style,
}

impl Row {
    pub(super) fn new(line: &Line<'_>) -> Self {
        let took = line.duration_ns();
        Self {
            start: line.time_ns().unwrap_or_default().saturating_sub(took.unwrap_or_default()),
            took,
            status: line.string(Role::Status).unwrap_or_default().into_owned(),
            outcome: outcome_word(line),
            request: request_name(line),
            trace: line.trace_text().unwrap_or_default(),
            why: why(line),
            style: Style::of(line.outcome(), line.has(Role::Slow)),
        }
    }

    /// Returns the cells of a table; the first is the time.
    pub(super) fn cells(&self, time: String, screen: &Screen) -> Vec<String> {
        let took = self.took.map(millis).unwrap_or_default();
        let texts = [&self.status, &self.outcome, &self.request, short(&self.trace), &self.why];
        let texts = texts.map(|text| screen.safe(text).into_owned());
        [time, took].into_iter().chain(texts).collect()
    }

    pub(super) fn style(&self) -> Style {
        self.style
    }

    pub(super) fn json(&self) -> String {
        let object = Object::new().text("start", &iso(self.start));
        let object = match self.took {
            Some(took) => object.ms("took_ms", took),
            None => object,
        };
        let object = match self.status.parse::<i64>() {
            Ok(status) => object.number("status", status),
            Err(_) => object.some("status", &self.status),
        };
        let object = object.text("outcome", &self.outcome).text("request", &self.request);
        object.text("trace_id", &self.trace).some("why", &self.why).end()
    }
}

/// Returns the first digits of an id, by which `show` finds it.
pub(super) fn short(id: &str) -> &str {
    const DIGITS: usize = 8;
    const ZEROS: &str = "0000000000000000";
    let of_use = match id.strip_prefix(ZEROS) {
        Some(rest) if !rest.is_empty() => rest,
        _ => id,
    };
    let end = of_use.char_indices().nth(DIGITS).map_or(of_use.len(), |(at, _)| at);
    &of_use[..end]
}

/// Returns the last step that failed, with the error; else the step that took
/// most of the time.
fn why(line: &Line<'_>) -> String {
    let error = line.string(Role::Error).unwrap_or_default();
    let mut failed = None;
    let mut steps = Vec::new();
    for step in elements(line.raw(Role::Steps)) {
        let of = |key: &[u8]| members(step).find(|it| it.key == key).map(|it| it.value);
        let name = decode(bare(of(listed::NAME).unwrap_or_default()));
        if of(listed::ERRORS).and_then(integer).unwrap_or_default() > 0 {
            failed = Some(name.clone());
        }
        steps.push((name, listed_ns(step, listed::TOTAL, listed::TOTAL_NS).unwrap_or_default()));
    }
    match failed {
        Some(step) if !error.is_empty() => return format!("{step}: {error}"),
        Some(step) if line.outcome().is_failed() => return step.into_owned(),
        None if !error.is_empty() => return error.into_owned(),
        _ => {}
    }
    // Of two that took about the same the later is the inner.
    let most = steps.iter().map(|step| step.1).max().unwrap_or_default();
    let last = steps.iter().rfind(|step| step.1 > 0 && step.1 >= most - most / 20);
    let share = |(name, total): &(_, i64)| {
        let took = line.duration_ns().filter(|took| *took > 0)?;
        Some(format!("{name} {} %", (total * 100 + took / 2) / took))
    };
    last.and_then(share).unwrap_or_default()
}
