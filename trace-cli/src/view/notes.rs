//! What is said of a trace beside its picture: what the log lacks, holds
//! twice, or holds in doubt.

use super::{detail, figures::counted, screen::Screen, times::clock};
use crate::trace::{Names, Skew, Trace};

/// Lines that the runtime had to drop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Gap {
    pub(crate) lines: u64,
    pub(crate) first: i64,
    pub(crate) last: i64,
    pub(crate) cause: String,
}

/// A trace, and what its lines were found with.
#[derive(Debug, Default)]
pub(crate) struct Story {
    pub(crate) trace: Trace,
    pub(crate) names: Names,
    /// Lines that were left out because they are the same as others.
    pub(crate) copies: u64,
    /// The fields of further lines of a span that differ.
    pub(crate) differing: Vec<String>,
    pub(crate) gaps: Vec<Gap>,
    /// Broken lines within its time.
    pub(crate) broken: u64,
    /// Lines whose time or duration cannot be read.
    pub(crate) unreadable: u64,
    /// What is to be said of the files.
    pub(crate) remarks: Vec<String>,
}

impl Story {
    /// Returns the sentences, each a line.
    pub(crate) fn notes(&self, skews: &[Skew], is_aligned: bool, screen: &Screen) -> Vec<String> {
        let mut notes = self.gap_notes(screen);
        let requests = self.trace.spans.iter().filter(|span| span.is_request());
        let lines = requests.filter_map(|span| self.trace.line(span.text));
        notes.extend(lines.filter_map(|line| detail::note(&line)));
        notes.extend(skews.iter().map(|skew| self.skew_note(skew, is_aligned, screen)));
        if self.copies > 0 {
            notes.push(format!("{} left out", counted(self.copies, "exact copy", "exact copies")));
        }
        for fields in &self.differing {
            notes.push(format!("a span has a second line that differs ({fields})"));
        }
        if self.unreadable > 0 {
            let lines = counted(self.unreadable, "line has", "lines have");
            notes.push(format!("{lines} no time or duration that can be read"));
        }
        if self.broken > 0 {
            let lines = counted(self.broken, "broken line", "broken lines");
            notes.push(format!("{lines} within this time"));
        }
        notes.extend_from_slice(&self.remarks);
        notes
    }

    fn gap_notes(&self, screen: &Screen) -> Vec<String> {
        let Some((begin, end)) = self.trace.range() else { return Vec::new() };
        let is_within = |gap: &&Gap| gap.last >= begin && gap.first <= end;
        let note = |gap: &Gap| {
            let lines = counted(gap.lines, "line was", "lines were");
            let (first, last) = (clock(gap.first, screen.zone), clock(gap.last, screen.zone));
            format!("{lines} dropped between {first} and {last}; this may lack some")
        };
        self.gaps.iter().filter(is_within).map(note).collect()
    }

    fn skew_note(&self, skew: &Skew, is_aligned: bool, screen: &Screen) -> String {
        let service = screen.safe(self.names.text(skew.service)).into_owned();
        let ms = skew.ahead_ns.unsigned_abs() as f64 / 1e6;
        let side = if skew.ahead_ns < 0 { "behind" } else { "ahead" };
        let aligned = if is_aligned { ", which is taken off here" } else { "" };
        format!("the clock of `{service}` is {ms:.1} ms {side}{aligned}")
    }
}
