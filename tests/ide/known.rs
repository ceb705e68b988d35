//! What is known to differ, and why it cannot be helped.

use crate::{answers::Question, compare::Difference};

/// Answers that differ: the question, the forms, the words, the reason.
type Entry = (Question, &'static [&'static str], &'static [&'static str], &'static str);

const ASYNC: &[&str] = &["async_timed", "async_fields", "async_handler"];
const TIMED: &[&str] = &["async_timed"];
const ALL: &[&str] =
    &["async_timed", "async_fields", "async_handler", "sync_timed", "sync_fields", "macros_ours"];

const ENTRIES: &[Entry] = &[
    (
        Question::Definition,
        ALL,
        &["async", "return"],
        "the keyword also leads to the block or closure that the body became",
    ),
    (
        Question::References,
        ALL,
        &["async", "fn", "return"],
        "the exits of a function are those of the block or closure that its body became",
    ),
    (
        Question::Definition,
        ASYNC,
        &["await"],
        "a future of ours has a `poll` of its own, which the editor knows",
    ),
    (Question::Hover, TIMED, FUNCTIONS, "it is shown as it is: a function that returns a future"),
    (Question::Tokens, TIMED, FUNCTIONS, "the function is not `async` any more"),
    (
        Question::Hover,
        ASYNC,
        &["count", "fn nothing", "nothing("],
        "a `mut` parameter becomes a local: rustc misjudges assignments to what a block captures",
    ),
    (Question::Tokens, ASYNC, &["count"], "the same"),
    (Question::Hints, ASYNC, &["names"], "the same: the hint leads to the end of the word"),
    (
        Question::Hover,
        ASYNC,
        &["_", "fn sum", "sum("],
        "a parameter without a name gets one, so that the block can drop it",
    ),
    (Question::Definition, ASYNC, &["_"], "the same"),
    (Question::Hints, ASYNC, &["user"], "the same: the hint with the editor's own name is gone"),
    (
        Question::Rename,
        ALL,
        &["self"],
        "the editor takes a place in the expansion for one in the file, below any attribute",
    ),
    (
        Question::Tokens,
        &["macros_ours"],
        &[":"],
        "in what a macro is given, the two characters of `::` are two tokens",
    ),
];

/// Functions that are `async`, where they are declared and where they are
/// called.
const FUNCTIONS: &[&str] = &[
    "fn find",
    "find(",
    "fn names",
    "names(",
    "fn nothing",
    "nothing(",
    "fn longest",
    "fn shown",
    "fn name",
    "fn take",
];

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
