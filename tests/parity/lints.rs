//! Functions of many kinds that raise lints: with an attribute they raise the
//! same ones, at the same characters, and no others.
//!
//! The functions are in `functions/`. Whatever rustc and clippy can warn of is
//! turned on, also what contradicts something else. What differs is listed
//! below with the reason.

use std::{collections::BTreeSet, fmt};

use crate::{
    annotated, is_recorded_compiler,
    project::{Diagnostic, Project},
};

/// Functions of one kind, and the attributes that they are tried with.
struct File {
    name: &'static str,
    source: &'static str,
    /// A name for each attribute.
    forms: &'static [(&'static str, &'static str)],
}

const FILES: [File; 3] = [
    File {
        name: "async",
        source: include_str!("functions/async.rs"),
        forms: &[
            ("impl_future", "#[trace_runtime::timed]"),
            ("async_fn", "#[trace_runtime::timed(fields(k = true))]"),
            ("handler", "#[trace_runtime::traced_handler]"),
        ],
    },
    File {
        name: "sync",
        source: include_str!("functions/sync.rs"),
        forms: &[
            ("timed", "#[trace_runtime::timed]"),
            ("fields", "#[trace_runtime::timed(fields(k = true))]"),
        ],
    },
    File {
        name: "futures",
        source: include_str!("functions/futures.rs"),
        forms: &[
            ("timed", "#[trace_runtime::timed]"),
            ("handler", "#[trace_runtime::traced_handler]"),
        ],
    },
];

/// Everything.
const LEVELS: &str = "\
#![warn(clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction)]
#![warn(future_incompatible, keyword_idents, let_underscore, nonstandard_style, refining_impl_trait)]
#![warn(rust_2018_idioms, rust_2021_compatibility, rust_2024_compatibility, unused)]
#![warn(elided_lifetimes_in_paths, explicit_outlives_requirements, impl_trait_redundant_captures)]
#![warn(missing_debug_implementations, missing_docs, redundant_lifetimes, single_use_lifetimes)]
#![warn(trivial_casts, trivial_numeric_casts, unit_bindings, unnameable_types, unreachable_pub)]
#![warn(unsafe_code, unused_import_braces, unused_lifetimes, unused_qualifications)]
#![warn(unused_results, variant_size_differences)]
";

/// How a lint differs in an annotated function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Difference {
    Lost,
    Added,
    /// Raised at the same place, in other words.
    Reworded,
}

use Difference::{Added, Lost, Reworded};

/// A lint that differs: how, in which forms, and why it cannot be helped.
type Known = (&'static str, Difference, &'static [&'static str], &'static str);

const ASYNC: &[&str] = &["async-impl_future", "async-async_fn", "async-handler"];
const IMPL_FUTURE: &[&str] = &["async-impl_future"];
const SYNC: &[&str] = &["sync-timed", "sync-fields"];
const FUTURES: &[&str] = &["futures-timed", "futures-handler"];

const KNOWN: &[Known] = &[
    (
        "clippy::unused_async",
        Lost,
        ASYNC,
        "whether the body waits is not known to a macro that does not read it",
    ),
    (
        "unused_variables",
        Lost,
        ASYNC,
        "of an argument that only code mentions that is never reached: the block takes it along",
    ),
    (
        "clippy::implicit_return",
        Lost,
        ASYNC,
        "of a function that says `-> ()`: of one that is not `async`, it is not raised either",
    ),
    (
        "clippy::many_single_char_names",
        Added,
        ASYNC,
        "said of the body, as without the attribute, and of the arguments alone",
    ),
    ("clippy::large_futures", Reworded, ASYNC, "the size is another one"),
    ("clippy::future_not_send", Reworded, IMPL_FUTURE, "the future is an `async` block's"),
    (
        "clippy::missing_errors_doc",
        Lost,
        IMPL_FUTURE,
        "raised where the future is rustc's own, and ours is around it",
    ),
    (
        "async_fn_in_trait",
        Lost,
        IMPL_FUTURE,
        "of a default method: what it returns is no longer an `async fn`'s",
    ),
    ("missing_docs", Lost, IMPL_FUTURE, BEGINS_AT_FN),
    ("missing_docs", Added, IMPL_FUTURE, BEGINS_AT_FN),
    ("clippy::missing_inline_in_public_items", Lost, IMPL_FUTURE, BEGINS_AT_FN),
    ("clippy::missing_inline_in_public_items", Added, IMPL_FUTURE, BEGINS_AT_FN),
    ("clippy::missing_const_for_fn", Lost, SYNC, "rightly: what is timed cannot be `const`"),
    ("clippy::derivable_impls", Lost, SYNC, "rightly: what is derived is not timed"),
    ("clippy::needless_lifetimes", Lost, SYNC, "the closure names it, for rustc's errors"),
    ("clippy::unnecessary_wraps", Lost, SYNC, "it does not look into a closure"),
    ("clippy::result_large_err", Reworded, SYNC, "raised of the closure, too, at the same type"),
    ("clippy::manual_async_fn", Lost, FUTURES, "there is more in the body than an `async` block"),
    ("clippy::missing_errors_doc", Lost, FUTURES, "as of an `async fn`"),
    ("clippy::needless_pass_by_value", Lost, FUTURES, "the closure takes what it mentions"),
];

const BEGINS_AT_FN: &str =
    "of a method in a trait or of one, the carets begin at `fn`, not `async`";

#[test]
fn lints_are_raised_where_they_are() {
    if !is_recorded_compiler() {
        return;
    }
    let project = Project::new("lints", "2024");
    for file in &FILES {
        file.write(&project);
    }
    let found = project.diagnostics("clippy");
    let found: Vec<_> = FILES.iter().flat_map(|file| file.differences(&found)).collect();
    let (known, differs) = (known(), found.iter().map(Found::key).collect::<BTreeSet<_>>());
    let wrong = found.iter().filter(|it| !known.contains(&it.key()));
    let wrong: String = wrong.map(ToString::to_string).collect();
    let healed: Vec<_> = known.difference(&differs).collect();
    assert!(wrong.is_empty() && healed.is_empty(), "{wrong}\nknown, but not so: {healed:?}");
}

/// A form of a file, how it differs, and the lint that does.
type Key<'a> = (String, Difference, &'a str);

fn known() -> BTreeSet<Key<'static>> {
    let keys = KNOWN.iter().flat_map(|(lint, difference, forms, _)| {
        forms.iter().map(|form| ((*form).to_owned(), *difference, *lint))
    });
    keys.collect()
}

impl File {
    /// Writes a program for each form, and one without an attribute.
    fn write(&self, project: &Project) {
        // Something must be in its place: an empty line is linted, too.
        for (form, attribute) in [("plain", "// no attribute")].iter().chain(self.forms) {
            project.add(&self.program(form), &program(self.source, attribute));
        }
    }

    fn program(&self, form: &str) -> String {
        format!("{}-{form}", self.name)
    }

    fn differences(&self, found: &[Diagnostic]) -> Vec<Found> {
        let plain = of(found, &self.program("plain"));
        assert!(plain.len() > 50, "{} raises hardly any lints", self.name);
        let differences = |(form, _): &(&str, _)| {
            let program = self.program(form);
            let ours = of(found, &program);
            differences(&program, &plain, &ours)
        };
        self.forms.iter().flat_map(differences).collect()
    }
}

fn program(source: &str, attribute: &str) -> String {
    let source = annotated(source, attribute);
    let (header, source) = source.split_once('\n').expect("a header");
    let uses = "use {tokio as _, trace_runtime as _};";
    format!("{header}\n{LEVELS}{source}\n{uses}\nfn main() {{}}\n")
}

/// What is said of a program, without its name.
fn of(found: &[Diagnostic], program: &str) -> Vec<Diagnostic> {
    found.iter().filter(|it| it.program == program).map(|it| it.relative_to(0)).collect()
}

/// A lint that is not as it is without the attribute.
struct Found {
    program: String,
    difference: Difference,
    lint: Diagnostic,
}

fn differences(program: &str, plain: &[Diagnostic], ours: &[Diagnostic]) -> Vec<Found> {
    let only = |these: &[Diagnostic], those: &[Diagnostic], difference| -> Vec<Found> {
        let only = these.iter().filter(|it| !those.contains(it));
        let found = only.map(|lint| {
            let is_there =
                those.iter().any(|it| it.code == lint.code && it.places() == lint.places());
            let difference = if is_there { Reworded } else { difference };
            Found { program: program.to_owned(), difference, lint: lint.clone() }
        });
        found.collect()
    };
    [only(plain, ours, Lost), only(ours, plain, Added)].into_iter().flatten().collect()
}

impl Found {
    fn key(&self) -> Key<'_> {
        (self.program.clone(), self.difference, &self.lint.code)
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{} {:?}: {}", self.program, self.difference, self.lint)
    }
}
