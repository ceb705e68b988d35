//! A user's own mistakes: each is reported as without the attribute, at the
//! same characters, in the same words.
//!
//! Where rustc says something else, that is listed below with the reason. In
//! most of these cases only the words differ: the carets stand where they do
//! without the attribute.

use std::collections::BTreeMap;

use crate::{
    annotated, is_recorded_compiler,
    mistakes::{BORROWS, EDITION_2021, LINTS, NAMES, TYPES, UNFINISHED},
    project::{Diagnostic, Project},
};

/// A mistake, in code of a few lines.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) source: &'static str,
}

/// A form that a function takes.
struct Form {
    name: &'static str,
    is_async: bool,
    /// What is written in the place of `#[annotated]`.
    attribute: &'static str,
}

const fn form(name: &'static str, is_async: bool, attribute: &'static str) -> Form {
    Form { name, is_async, attribute }
}

const PLAIN: [Form; 2] = [form("async", true, ""), form("sync", false, "")];

const FORMS: [Form; 5] = [
    form("impl_future", true, "#[trace_runtime::timed]"),
    form("async_fn", true, "#[trace_runtime::timed(fields(k = true))]"),
    form("handler", true, "#[trace_runtime::traced_handler]"),
    form("closure", false, "#[trace_runtime::timed]"),
    form("guard", false, "#[trace_runtime::timed] #[track_caller]"),
];

const ALL_BUT_GUARD: &[&str] = &["impl_future", "async_fn", "handler", "closure"];
const ALL: &[&str] = &["impl_future", "async_fn", "handler", "closure", "guard"];
const ASYNC: &[&str] = &["impl_future", "async_fn", "handler"];

/// How what is said of an annotated function differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Difference {
    /// The same places in other words, or twice.
    Words,
    /// Other places.
    Places,
}

use Difference::{Places, Words};

/// What differs, and why it cannot be helped: the cases, the forms, the reason.
type Known = (Difference, &'static [&'static str], &'static [&'static str], &'static str);

const KNOWN: &[Known] = &[
    (
        Words,
        &[
            "immutable_parameter",
            "immutable_reference",
            "immutable_self",
            "moved_out_of_borrow",
            "reference_to_parameter",
        ],
        ASYNC,
        "an argument that moved into a block is no local of its own",
    ),
    (
        Words,
        &[
            "immutable_parameter_with_result",
            "moved_out_of_borrow_with_result",
            "reference_to_parameter_with_result",
        ],
        ALL_BUT_GUARD,
        "the same, of a block or a closure",
    ),
    (
        Words,
        &["unknown_type_of_value"],
        ALL,
        "said twice: once of the signature, once of the type in the block, that `return` has or \
         that is looked at",
    ),
    (
        Words,
        &["closure_lets_reference_escape"],
        ASYNC,
        "the function's value is the future, not the box, so it is returned and not coerced",
    ),
    (
        Words,
        &["not_send_when_spawned", "not_send_parameter_when_spawned"],
        &["impl_future"],
        "the future is an `async` block's",
    ),
    (Words, &["break_outside_loop_with_result"], &["closure"], "the body is a closure's"),
    (
        Places,
        &["unsized_value"],
        ASYNC,
        "also at the type: a future that ends with it has no size either",
    ),
    (
        Places,
        &["wrong_generic_argument"],
        ASYNC,
        "rustc goes on with the arguments that there are, and finds more",
    ),
    (
        Places,
        &["missing_bound_of_opaque"],
        &["impl_future"],
        "at the type alone, and not at the whole body, too",
    ),
    (
        Places,
        &["wrong_named_lifetime", "wrong_named_lifetime_with_result"],
        &["impl_future"],
        "at the function's value, wherever it is returned: that is what makes the future wrong",
    ),
    (
        Places,
        &["closure_may_outlive"],
        ASYNC,
        "at the closure, with the help to write `move`, as of a function that is not `async`",
    ),
    (Places, &["recursive"], &["impl_future"], "at the body, for the future is a block's"),
];

#[test]
fn mistakes_are_reported_where_they_are() {
    compare(&Project::new("carets", "2024"), &lists(), known());
}

#[test]
fn what_edition_2021_refuses_is_refused_there() {
    let list = List { name: "edition", cases: EDITION_2021 };
    compare(&Project::new("carets2021", "2021"), &[list], BTreeMap::new());
}

fn compare(project: &Project, lists: &[List], mut known: BTreeMap<Key, Difference>) {
    if !is_recorded_compiler() {
        return;
    }
    for list in lists {
        list.write(project);
    }
    let found = project.diagnostics("check");
    let wrong: String = lists
        .iter()
        .flat_map(|list| list.differences(&found))
        .filter(|it| known.remove(&(it.case, it.form)) != it.difference)
        .map(|it| it.to_string())
        .collect();
    assert!(wrong.is_empty() && known.is_empty(), "{wrong}\nknown, but not so: {known:?}");
}

/// A case and a form.
type Key = (&'static str, &'static str);

/// The cases that are known to differ, each with its form.
fn known() -> BTreeMap<Key, Difference> {
    let pairs = KNOWN.iter().flat_map(|(difference, cases, forms, _)| {
        let of_case = move |case| forms.iter().map(move |form| ((case, *form), *difference));
        cases.iter().copied().flat_map(of_case)
    });
    pairs.collect()
}

/// Cases that are compiled together.
struct List {
    name: &'static str,
    cases: &'static [Case],
}

fn lists() -> Vec<List> {
    let together = [("names", NAMES), ("types", TYPES), ("borrows", BORROWS), ("lints", LINTS)];
    // What cannot be parsed hides all else.
    let alone = UNFINISHED.iter().map(|case| (case.name, std::slice::from_ref(case)));
    together.into_iter().chain(alone).map(|(name, cases)| List { name, cases }).collect()
}

impl List {
    /// Writes a program for each form, and two without the attribute.
    fn write(&self, project: &Project) {
        for form in PLAIN.iter().chain(&FORMS) {
            project.add(&self.program(form), &program(self.cases, form));
        }
    }

    /// The name of the program with the cases in a form.
    fn program(&self, form: &Form) -> String {
        format!("{}-{}", self.name, form.name)
    }

    /// What is said of each case in a form.
    fn reported(&self, found: &[Diagnostic], form: &Form) -> Vec<Vec<Diagnostic>> {
        reported(found, &self.program(form), self.cases)
    }

    /// Compares each case in each form with the plain function.
    fn differences(&self, found: &[Diagnostic]) -> Vec<Compared> {
        let mut differences = Vec::new();
        for form in &FORMS {
            let plain = &PLAIN[usize::from(!form.is_async)];
            let (plain, ours) = (self.reported(found, plain), self.reported(found, form));
            let both = self.cases.iter().zip(plain.into_iter().zip(ours));
            let both = both.filter(|(case, _)| case.is_for(form));
            differences
                .extend(both.map(|(case, (plain, ours))| Compared::new(case, form, plain, ours)));
        }
        differences
    }
}

impl Case {
    /// Whether its function can take the form.
    fn is_for(&self, form: &Form) -> bool {
        let is_async = self.source.contains("async fn f");
        let waits = self.source.contains(".await") || self.source.contains("spawn");
        if form.is_async { is_async } else { !(is_async && waits) }
    }

    /// The case as code of a form, in as many lines.
    fn write(&self, form: &Form) -> String {
        if !self.is_for(form) {
            return "\n".repeat(self.lines());
        }
        let source = annotated(self.source, form.attribute);
        if form.is_async { source } else { source.replace("async fn f", "fn f") }
    }

    fn lines(&self) -> usize {
        self.source.matches('\n').count()
    }
}

/// The cases as one program, each in a module of its own.
fn program(cases: &[Case], form: &Form) -> String {
    let mut program = "#![allow(unused)]\nuse trace_runtime as _;\nfn main() {}\n".to_owned();
    for case in cases {
        program += &["mod ", case.name, " {", &case.write(form), "\n}\n"].concat();
    }
    program
}

/// What is said of each case, with places relative to it.
fn reported(found: &[Diagnostic], program: &str, cases: &[Case]) -> Vec<Vec<Diagnostic>> {
    let mut first = 4;
    let of_case = |case: &Case| {
        let lines = first..first + case.lines() + 2;
        let of_case = found.iter().filter(|it| it.program == program && lines.contains(&it.line));
        first = lines.end;
        of_case.map(|it| it.relative_to(lines.start)).collect()
    };
    cases.iter().map(of_case).collect()
}

/// A case in a form, beside the plain function.
struct Compared {
    case: &'static str,
    form: &'static str,
    plain: Vec<Diagnostic>,
    ours: Vec<Diagnostic>,
    difference: Option<Difference>,
}

impl Compared {
    fn new(case: &Case, form: &Form, plain: Vec<Diagnostic>, ours: Vec<Diagnostic>) -> Self {
        assert!(!plain.is_empty() || !form.is_async, "{} is no mistake", case.name);
        let difference = match plain == ours {
            true => None,
            false if places(&plain) == places(&ours) => Some(Words),
            false => Some(Places),
        };
        Self { case: case.name, form: form.name, plain, ours, difference }
    }
}

/// Where something is said, each place once.
fn places(said: &[Diagnostic]) -> Vec<Vec<(usize, u64, usize, u64)>> {
    let mut places: Vec<_> = said.iter().map(Diagnostic::places).collect();
    places.sort();
    places.dedup();
    places
}

impl std::fmt::Display for Compared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { case, form, plain, ours, difference } = self;
        write!(f, "\n{case}, {form}: {difference:?}")?;
        for said in plain.iter().filter(|it| !ours.contains(it)) {
            write!(f, "\n  - {said}")?;
        }
        for said in ours.iter().filter(|it| !plain.contains(it)) {
            write!(f, "\n  + {said}")?;
        }
        Ok(())
    }
}
