//! A user's own mistakes: each is reported as without the attribute, at the
//! same characters, in the same words.

use crate::{
    annotated, is_recorded_compiler,
    mistakes::{BORROWS, LINTS, NAMES, TYPES, UNFINISHED},
    project::{Diagnostic, Project},
};

/// A mistake, in code of a few lines.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) source: &'static str,
}

/// The forms that an annotated function takes: a name, whether it is `async`,
/// and what is written in the place of `#[annotated]`.
const FORMS: [(&str, bool, &str); 5] = [
    ("impl_future", true, "#[trace_runtime::timed]"),
    ("async_fn", true, "#[trace_runtime::timed(fields(k = 1))]"),
    ("handler", true, "#[trace_runtime::traced_handler]"),
    ("closure", false, "#[trace_runtime::timed]"),
    ("guard", false, "#[trace_runtime::timed] #[track_caller]"),
];

/// What differs, and why it cannot be helped: the cases, the forms, the reason.
const KNOWN: &[(&[&str], &[&str], &str)] = &[];

#[test]
fn mistakes_are_reported_where_they_are() {
    if !is_recorded_compiler() {
        return;
    }
    // What cannot be parsed hides all else.
    let alone = UNFINISHED.iter().map(|case| (case.name, std::slice::from_ref(case)));
    let together = [("names", NAMES), ("types", TYPES), ("borrows", BORROWS), ("lints", LINTS)];
    let programs: Vec<_> = together.into_iter().chain(alone).collect();
    let project = Project::new("carets");
    for (name, cases) in &programs {
        for (form, is_async, attribute) in FORMS {
            project.add(&format!("{name}-{form}"), &program(cases, is_async, Some(attribute)));
        }
        project.add(&format!("{name}-async"), &program(cases, true, None));
        project.add(&format!("{name}-sync"), &program(cases, false, None));
    }
    let found = project.diagnostics("check");
    let mut known: Vec<_> = KNOWN
        .iter()
        .flat_map(|(cases, forms, _)| {
            cases.iter().flat_map(|case| forms.iter().map(|form| (*case, *form)))
        })
        .collect();
    let mut wrong = String::new();
    for (name, cases) in &programs {
        let reported = |form: &str| reported(&found, &format!("{name}-{form}"), cases);
        for (form, is_async, _) in FORMS {
            let plain = reported(if is_async { "async" } else { "sync" });
            for ((case, plain), (_, ours)) in plain.into_iter().zip(reported(form)) {
                if plain.is_empty() && form != "guard" && form != "closure" {
                    wrong += &format!("\n{case} is none, {form}");
                }
                let is_known = known.iter().position(|known| *known == (case, form));
                match (plain == ours, is_known) {
                    (true, None) => {}
                    (false, Some(index)) => {
                        known.swap_remove(index);
                    }
                    (true, Some(_)) | (false, None) => {
                        wrong += &format!("\n{case}, {form}{}", difference(&plain, &ours))
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}\nknown, but not so: {known:?}");
}

/// The cases as one program, each in a module of its own.
fn program(cases: &[Case], is_async: bool, attribute: Option<&str>) -> String {
    let mut program = "#![allow(unused)]\nuse trace_runtime as _;\nfn main() {}\n".to_owned();
    for Case { name, source } in cases {
        let source = annotated(source, attribute);
        let source = if is_async { source } else { without_async(&source) };
        program += &format!("mod {name} {{{source}\n}}\n");
    }
    program
}

/// The function to be annotated, as one that is not `async`. Where it waits,
/// there is none: what is left has as many lines.
fn without_async(source: &str) -> String {
    if source.contains(".await") && source.contains("async fn f") || source.contains("spawn") {
        return "\n".repeat(source.matches('\n').count());
    }
    source.replace("async fn f", "fn f")
}

/// What is said of each case, with places relative to it.
fn reported<'a>(
    found: &[Diagnostic],
    program: &str,
    cases: &'a [Case],
) -> Vec<(&'a str, Vec<Diagnostic>)> {
    let mut first = 4;
    let mut reported = Vec::new();
    for Case { name, source } in cases {
        let next = first + source.matches('\n').count() + 2;
        let of_case =
            found.iter().filter(|it| it.program == program && (first..next).contains(&it.line));
        reported.push((*name, of_case.map(|it| it.relative_to(first)).collect()));
        first = next;
    }
    reported
}

/// What one says and the other does not.
fn difference(plain: &[Diagnostic], ours: &[Diagnostic]) -> String {
    let only = |these: &[Diagnostic], those: &[Diagnostic], sign| -> String {
        let only = these.iter().filter(|it| !those.contains(it));
        only.map(|it| format!("\n  {sign} {it}")).collect()
    };
    format!("{}{}", only(plain, ours, '-'), only(ours, plain, '+'))
}
