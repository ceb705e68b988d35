//! What did the failing request do? Found in the service's lines by the id
//! that the user was given, as one would with `jq`.

use std::fmt;

use anyhow::Context as _;
use serde_json::Value;

use crate::client::Answer;

/// The story of the request that was answered with a 500.
pub(crate) struct Summary<'a> {
    answers: &'a [Answer],
    failed: &'a Answer,
    /// The request's own steps in order, and last its request line: each line
    /// is written when what it tells of has ended.
    spans: Vec<&'a Value>,
    /// The step that failed first.
    culprit: &'a Value,
}

impl<'a> Summary<'a> {
    pub(crate) fn of(answers: &'a [Answer], lines: &'a [Value]) -> anyhow::Result<Self> {
        let failed = answers.iter().find(|answer| answer.status == 500);
        let failed = failed.context("no request failed, though one database is locked")?;
        let is_its_own = |line: &&Value| line["trace_id"] == *failed.trace_id;
        // Events have no kind.
        let is_span = |line: &&Value| line.get("kind").is_some();
        let spans: Vec<&Value> = lines.iter().filter(is_its_own).filter(is_span).collect();
        let culprit = spans.iter().copied().find(|line| line["outcome"] != "ok");
        let culprit = culprit.context("no line tells of the request that failed")?;
        Ok(Self { answers, failed, spans, culprit })
    }
}

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Answer { user_id, trace_id, .. } = self.failed;
        let answered = self.answers.iter().filter(|answer| answer.status == 200).count();
        writeln!(f, "Of {} users, {answered} were answered.", self.answers.len())?;
        writeln!(f, "User {user_id} got a 500, and this id: {trace_id}")?;
        writeln!(f, "\nWhat that request did, by the lines above that have this id:\n")?;
        for span in &self.spans {
            let [kind, name, outcome] = ["kind", "name", "outcome"].map(|key| text(&span[key]));
            let ms = span["duration_ms"].as_f64().unwrap_or_default();
            writeln!(f, "  {kind:<8} {name:<15} {ms:>6.1} ms  {outcome}")?;
        }
        let [name, tenant, error] = ["name", "tenant", "error"].map(|key| text(&self.culprit[key]));
        let cause = text(&self.culprit["error_chain"][0]);
        writeln!(f, "\nIt failed in `{name}`, for the tenant `{tenant}`: {error}.")?;
        write!(f, "The cause: {cause}.")
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("?")
}
