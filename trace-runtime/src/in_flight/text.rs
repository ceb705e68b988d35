//! An open request as text: the fields of its line, and a JSON object.

use std::time::Duration;

use super::{OpenRequest, OpenStep};
use crate::{
    __keys as keys_of,
    field::{
        kept::Kept,
        limits::Limits,
        value::{ToValue as _, Value},
    },
    line::event_keys as keys,
};

impl OpenRequest {
    /// Returns it as a JSON object, for a page that shows what is open. A service
    /// with tower has `trace_tower::InFlight` for that.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{in_flight, testing::Capture, traced_handler};
    ///
    /// #[traced_handler(trace_id = "req-7")]
    /// async fn handler() -> String {
    ///     in_flight()[0].to_json()
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let json = Capture::new().scope(handler()).await;
    /// assert!(json.starts_with(r#"{"trace_id":"req-7","span_id":""#), "{json}");
    /// assert!(json.contains(r#","kind":"request","name":"handler","age_ms":"#), "{json}");
    /// # }
    /// ```
    #[must_use]
    pub fn to_json(&self) -> String {
        let limits = Limits::new();
        let mut json = object(&[ids(self, &limits), fields(self, &limits)]);
        if !self.steps().is_empty() {
            let steps: Vec<_> = self.steps().iter().map(|step| step_json(step, &limits)).collect();
            json.pop(); // the brace
            json.extend([keys_of![(keys::STEPS)][0], "[", &steps.join(","), "]}"]);
        }
        json
    }
}

/// Returns the fields of the line that it is still running.
pub(super) fn fields(open: &OpenRequest, limits: &Limits) -> Kept {
    let keys: &[&str] = keys_of![
        (keys::NAME),
        (keys::METHOD),
        (keys::ROUTE),
        (keys::PATH),
        (keys::STATUS),
        (keys::AGE_MS),
        (keys::STEP),
        (keys::STEP_AGE_MS)
    ];
    let (status, age) = (open.status(), millis(open.age()));
    let step_age = open.step().map(|step| millis(step.age()));
    let values = [
        Value::text(open.name()),
        text(open.method()),
        text(open.route()),
        text(open.path()),
        status.to_value(),
        age.to_value(),
        text(open.step().map(OpenStep::name)),
        step_age.to_value(),
    ];
    Kept::encoded(keys, &values, limits)
}

fn ids(open: &OpenRequest, limits: &Limits) -> Kept {
    let keys: &[&str] = keys_of![
        (keys::TRACE_ID),
        (keys::SPAN_ID),
        (keys::REQUEST_ID),
        (keys::TARGET),
        (keys::KIND)
    ];
    let (trace_id, span_id) = (open.trace_id().to_string(), open.span_id());
    let request_id = open.request_id().map(ToString::to_string);
    let values = [
        Value::text(&trace_id),
        span_id.to_value(),
        text(request_id.as_deref()),
        Value::text(open.target()),
        Value::text(open.kind()),
    ];
    Kept::encoded(keys, &values, limits)
}

fn step_json(step: &OpenStep, limits: &Limits) -> String {
    let keys: &[&str] = keys_of![(keys::NAME), (keys::TARGET), (keys::AGE_MS)];
    let age = millis(step.age());
    let values = [Value::text(step.name()), Value::text(step.target()), age.to_value()];
    object(&[Kept::encoded(keys, &values, limits)])
}

/// Returns an object of members. Each member begins with a comma.
fn object(members: &[Kept]) -> String {
    let members: Vec<_> = members.iter().map(Kept::members).collect();
    let members = String::from_utf8(members.concat()).unwrap_or_default();
    format!("{{{}}}", members.strip_prefix(',').unwrap_or_default())
}

fn text(text: Option<&str>) -> Value<'_> {
    text.map_or_else(|| None::<bool>.to_value(), Value::text)
}

#[expect(clippy::cast_precision_loss, reason = "a request of 100 days is off by a nanosecond")]
fn millis(time: Duration) -> f64 {
    time.as_nanos() as f64 / 1e6
}
