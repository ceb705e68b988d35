//! Unfinished code: an editor asks while one types.

use serde_json::json;

use crate::editor::{Editor, applied};

/// What stands before each function.
const BEFORE: &str = "\
use trace_runtime::{
    Level, carry, count_request, event, info, record, record_request, step, timed, traced_handler,
};

pub struct User {
    pub name: String,
    pub age: u32,
}

";

/// Macros, and the plain code that completes in the same way.
const MACROS: [(&str, &str); 13] = [
    ("info!(name = user.$0);", "(user.$0);"),
    ("info!(name = %user.$0);", "(user.$0);"),
    ("info!(name = ?user.$0, \"read\");", "(user.$0, \"read\");"),
    ("info!(age = user.$0, name = 1, \"read\");", "(user.$0, 1, \"read\");"),
    ("info!(\"{}\", user.$0);", "(user.$0);"),
    ("event!(Level::Info, age = user.$0);", "(user.$0);"),
    ("record!(age = user.$0);", "(user.$0);"),
    ("record_request!(age = user.name.$0);", "(user.name.$0);"),
    ("carry!(person = %user.$0);", "(user.$0);"),
    ("count_request!(age += user.$0);", "(user.$0);"),
    ("step!(\"name\", fields(age = user.$0), { 1 });", "(user.$0);"),
    ("step!(\"name\", { user.$0 });", "{ user.$0 };"),
    ("step!(\"name\", async { user.$0 });", "async { user.$0 };"),
];

/// Attributes, each on a function that is `async` or not.
const FORMS: [&str; 5] = [
    "#[timed]\nasync ",
    "#[timed(fields(k = true))]\nasync ",
    "#[traced_handler]\nasync ",
    "#[timed]\n",
    "#[timed]\n#[track_caller]\n",
];

/// Bodies that are being typed.
const BODIES: [&str; 12] = [
    "user.$0",
    "println!(); user.name.$0",
    "if user.$0",
    "match user.$0",
    "for c in user.name.$0",
    "drop(user.$0)",
    "user.age + user.$0",
    "let text = user.$0;",
    "let text = user.name.$0",
    "let text = us$0;",
    "us$0",
    "match user.age { 0 => user.$0",
];

/// Attributes with fields, and the plain code that completes in the same way.
const FIELDS: [(&str, &str); 4] = [
    ("#[timed(fields(age = user.$0))]\n", "let _ = user.$0;"),
    ("#[timed(fields(age = %user.$0))]\nasync ", "let _ = user.$0;"),
    ("#[timed(fields(us$0))]\n", "let _ = &us$0;"),
    ("#[traced_handler(carry(age = us$0))]\nasync ", "let _ = &us$0;"),
];

/// The options of both attributes.
const OPTIONS: [&str; 11] = [
    "name",
    "target",
    "level",
    "trace_id",
    "fields",
    "carry",
    "err",
    "slow",
    "cancelled",
    "kind",
    "construction",
];

#[test]
fn the_values_of_macros_are_completed_as_plain_expressions() {
    let cases = MACROS.map(|(ours, plain)| [ours, plain].map(|body| function("", body)));
    all_are_completed(&cases);
}

#[test]
fn bodies_are_completed_as_those_of_plain_functions() {
    let case = |form: &str, body| {
        let plain = if form.ends_with("async ") { "async " } else { "" };
        [form, plain].map(|form| function(form, body))
    };
    let of_body = |body| FORMS.map(|form| case(form, body));
    all_are_completed(BODIES.map(of_body).as_flattened());
}

#[test]
fn fields_of_an_attribute_are_completed_as_plain_expressions() {
    let cases = FIELDS.map(|(form, plain)| [function(form, "1"), function("", plain)]);
    all_are_completed(&cases);
}

/// Compares what is offered in each case: ours, and the plain code.
fn all_are_completed(cases: &[[String; 2]]) {
    let Some(mut editor) = Editor::take() else { return };
    let differences = cases.iter().filter_map(|[ours, plain]| editor.difference(ours, plain));
    let differences: Vec<_> = differences.collect();
    assert!(differences.is_empty(), "{}", differences.join("\n\n"));
}

#[test]
fn options_are_completed_by_their_names() {
    let Some(mut editor) = Editor::take() else { return };
    for (attribute, option) in [("timed(fi$0)", "fields"), ("traced_handler(tr$0)", "trace_id")] {
        let offered = editor.complete(&function(&format!("#[{attribute}]\nasync "), "1"));
        assert!(offered.contains(option), "{attribute}: {offered:?}");
    }
}

#[test]
fn a_parameter_is_renamed_in_the_attribute_too() {
    let Some(mut editor) = Editor::take() else { return };
    for form in ["", "async "] {
        let attribute = format!("#[timed(fields(user, years = user.age))]\n{form}");
        let text = function(&attribute, "info!(years = user.age, \"{user}\"); us$0er.age");
        let edit = editor.ask("rename", &text, json!({ "newName": "person" }));
        let text = text.replace("$0", "");
        assert_eq!(applied(&text, &edit), text.replace("user", "person"));
    }
}

#[test]
fn the_hover_of_an_attribute_begins_with_its_options() {
    let Some(mut editor) = Editor::take() else { return };
    for (attribute, first) in [
        ("timed", "Times each call of a function"),
        ("traced_handler", "Opens a trace around a handler"),
    ] {
        let offered = editor.complete(&function(&format!("#[{attribute}(xx$0)]\nasync "), "1"));
        let (before, behind) = attribute.split_at(2);
        let text = function(&format!("#[{before}$0{behind}]\nasync "), "1");
        let hover = editor.ask("hover", &text, json!({}));
        let hover = hover["contents"]["value"].as_str().expect("there is a hover");
        let (_, text) = hover.split_once(first).expect("the first line comes first");
        let options = text.split("```").nth(1).expect("then there is code");
        let is_option = |label: &&String| ["fields", "slow", "err"].contains(&label.as_str());
        assert_eq!(offered.iter().filter(is_option).count(), 3, "{offered:?}");
        for option in OPTIONS.iter().filter(|it| offered.contains(**it)) {
            assert!(options.contains(option), "{attribute}: {option} is not in {options}");
        }
    }
}

/// A function that takes a user.
fn function(form: &str, body: &str) -> String {
    format!("{BEFORE}{form}fn f(user: User) {{\n    {body}\n}}\n")
}
