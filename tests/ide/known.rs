//! What is known to differ, and why it cannot be helped.

use crate::{answers::Question, compare::Difference};

/// Answers that differ: the question, the forms, the words, the reason.
type Entry = (Question, &'static [&'static str], &'static [&'static str], &'static str);

const ENTRIES: &[Entry] = &[];

/// What of the list was not met yet.
pub(crate) struct Known {
    unused: Vec<&'static Entry>,
}

impl Known {
    pub(crate) fn all() -> Self {
        Self { unused: ENTRIES.iter().collect() }
    }

    /// Returns whether this is in the list.
    pub(crate) fn has(&mut self, form: &str, difference: &Difference) -> bool {
        let is_it = |(question, forms, words, _): &Entry| {
            *question == difference.question
                && forms.contains(&form)
                && words.contains(&difference.word.as_str())
        };
        self.unused.retain(|entry| !is_it(entry));
        ENTRIES.iter().any(is_it)
    }

    /// Returns the reasons that were never needed.
    pub(crate) fn unused(&self) -> Vec<&str> {
        self.unused.iter().map(|(_, _, _, reason)| *reason).collect()
    }
}
