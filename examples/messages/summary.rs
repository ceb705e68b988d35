//! What the failing request did: the waterfall that `trace show` draws, of the
//! service's lines with the id that the user was given.

use std::fmt;

use anyhow::Context as _;

use crate::client::Answer;

/// The story of the request that was answered with a 500.
pub(crate) struct Summary<'a> {
    answers: &'a [Answer],
    failed: &'a Answer,
    waterfall: String,
}

impl<'a> Summary<'a> {
    pub(crate) fn of(answers: &'a [Answer], lines: &[String]) -> anyhow::Result<Self> {
        let failed = answers.iter().find(|answer| answer.status == 500);
        let failed = failed.context("no request failed, though one database is locked")?;
        let lines = lines.iter().map(String::as_str);
        let waterfall = trace_cli::waterfall(lines, &failed.trace_id);
        Ok(Self { answers, failed, waterfall })
    }
}

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Answer { user_id, trace_id, .. } = self.failed;
        let answered = self.answers.iter().filter(|answer| answer.status == 200).count();
        writeln!(f, "Of {} users, {answered} were answered.", self.answers.len())?;
        writeln!(f, "User {user_id} got a 500, and this id: {trace_id}")?;
        writeln!(f, "\nWhat that request did, by its lines above (`trace show`):\n")?;
        f.write_str(self.waterfall.trim_end())
    }
}
