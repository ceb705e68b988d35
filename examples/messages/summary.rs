//! What the failing request did: its request line says it, found among the
//! service's lines by the id that the user was given, as with `jq`.

use std::fmt;

use anyhow::Context as _;
use serde_json::Value;

use crate::client::Answer;

/// The story of the request that was answered with a 500.
pub(crate) struct Summary<'a> {
    answers: &'a [Answer],
    failed: &'a Answer,
    /// Its request line.
    request: &'a Value,
    /// Where its time went, by step.
    steps: &'a [Value],
    /// The step that failed.
    culprit: &'a Value,
}

impl<'a> Summary<'a> {
    pub(crate) fn of(answers: &'a [Answer], lines: &'a [Value]) -> anyhow::Result<Self> {
        let failed = answers.iter().find(|answer| answer.status == 500);
        let failed = failed.context("no request failed, though one database is locked")?;
        let is_its_own =
            |line: &&Value| line["kind"] == "request" && line["trace_id"] == *failed.trace_id;
        let request = lines.iter().find(is_its_own);
        let request = request.context("there is no line of the request that failed")?;
        let steps = request["steps"].as_array().context("the request's line has no steps")?;
        let culprit = steps.iter().find(|step| step["errors"] != 0);
        let culprit = culprit.context("no step of the request failed")?;
        Ok(Self { answers, failed, request, steps, culprit })
    }
}

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Answer { user_id, trace_id, .. } = self.failed;
        let answered = self.answers.iter().filter(|answer| answer.status == 200).count();
        writeln!(f, "Of {} users, {answered} were answered.", self.answers.len())?;
        writeln!(f, "User {user_id} got a 500, and this id: {trace_id}")?;
        writeln!(f, "\nWhere that request's time went, by `steps` of its request line above:\n")?;
        for step in self.steps {
            let outcome = if step["errors"] != 0 { "error" } else { "ok" };
            time(f, ["step", text(&step["name"]), outcome], &step["total_ms"])?;
        }
        let [kind, name, outcome] = ["kind", "name", "outcome"].map(|key| text(&self.request[key]));
        time(f, [kind, name, outcome], &self.request["duration_ms"])?;
        let (name, error) = (text(&self.culprit["name"]), text(&self.request["error"]));
        let cause = text(&self.request["error_chain"][0]);
        writeln!(f, "\nIt failed in `{name}`: {error}.")?;
        write!(f, "The cause: {cause}.")
    }
}

fn time(f: &mut fmt::Formatter<'_>, of: [&str; 3], ms: &Value) -> fmt::Result {
    let ([kind, name, outcome], ms) = (of, ms.as_f64().unwrap_or_default());
    writeln!(f, "  {kind:<8} {name:<15} {ms:>6.1} ms  {outcome}")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("?")
}
