//! Unfinished code: an editor asks while one types.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    project::{File, Place, Project},
    server::Server,
    shown::labels,
};

/// Where the cursor stands.
const CURSOR: &str = "$0";

/// What stands before each case.
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

#[test]
fn what_is_being_typed_is_completed_as_in_the_plain_function() {
    let Some(mut editor) = Editor::open("typing") else { return };
    for (ours, plain) in MACROS {
        editor.compare(&function("", ours), &function("", plain));
    }
    for body in BODIES {
        for form in FORMS {
            let [plain, ours] = ["", form].map(|form| function(form, body));
            let plain = if form.ends_with("async ") { format!("async {plain}") } else { plain };
            editor.compare(&ours, &plain);
        }
    }
}

#[test]
fn fields_and_options_of_an_attribute_are_completed() {
    let Some(mut editor) = Editor::open("options") else { return };
    let plain = function("", "let _ = user.$0;");
    for form in ["#[timed(fields(age = user.$0))]\n", "#[timed(fields(age = %user.$0))]\nasync "] {
        editor.compare(&function(form, "1"), &plain);
    }
    let plain = function("", "let _ = &us$0;");
    for form in ["#[timed(fields(us$0))]\n", "#[traced_handler(carry(age = us$0))]\nasync "] {
        editor.compare(&function(form, "1"), &plain);
    }
    for (attribute, option) in [("timed(fi$0)", "fields"), ("traced_handler(tr$0)", "trace_id")] {
        let offered = editor.complete(&function(&format!("#[{attribute}]\nasync "), "1"));
        assert!(offered.contains(option), "{attribute}: {offered:?}");
    }
}

#[test]
fn a_parameter_is_renamed_in_the_attribute_too() {
    let Some(mut editor) = Editor::open("rename") else { return };
    for form in ["", "async "] {
        let text = function(
            &format!("#[timed(fields(user, years = user.age))]\n{form}"),
            "info!(user.age, \"{user}\"); us$0er.age",
        );
        let (place, text) = cursor(&text);
        let file = editor.change(&text);
        let parameters = json!({ "position": place.position(), "newName": "person" });
        let edit = editor.project.ask(&file, "rename", parameters);
        assert_eq!(
            applied(&text, &edit),
            text.replace("user", "person").replace("(user.age", "(person.age")
        );
    }
}

/// A file that is being typed.
struct Editor {
    project: Project,
    /// What is not completed as it should be.
    wrong: String,
}

impl Editor {
    fn open(name: &str) -> Option<Self> {
        let server = Server::find()?;
        let project = Project::open(&server, name, &[typed("")]);
        Some(Self { project, wrong: String::new() })
    }

    fn change(&mut self, text: &str) -> File {
        let file = typed(text);
        self.project.change(&file);
        file
    }

    /// Returns what is offered at the cursor.
    fn complete(&mut self, text: &str) -> BTreeSet<String> {
        let (place, text) = cursor(text);
        let file = self.change(&text);
        let parameters = json!({ "position": place.position() });
        labels(&self.project.ask(&file, "completion", parameters)).into_iter().collect()
    }

    /// Compares what is offered. Of ours there may be names of underscores,
    /// which are like no word.
    fn compare(&mut self, ours: &str, plain: &str) {
        let [offered, expected] = [ours, plain].map(|text| self.complete(text));
        assert!(
            expected.iter().any(|it| ["name", "user", "len"].contains(&it.as_str())),
            "{plain}"
        );
        let gone: Vec<_> = expected.difference(&offered).collect();
        let new = offered.difference(&expected).filter(|it| it.chars().any(char::is_alphabetic));
        let new: Vec<_> = new.collect();
        if !gone.is_empty() || !new.is_empty() {
            let ours = ours.strip_prefix(BEFORE).unwrap_or(ours);
            self.wrong += &format!("{ours}gone: {gone:?}, new: {new:?}\n\n");
        }
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        assert!(self.wrong.is_empty() || std::thread::panicking(), "{}", self.wrong);
    }
}

fn typed(text: &str) -> File {
    File { name: "typed".to_owned(), text: text.to_owned() }
}

/// A function that takes a user.
fn function(form: &str, body: &str) -> String {
    format!("{BEFORE}{form}fn f(user: User) {{\n    {body}\n}}\n")
}

/// Returns where the cursor stands, and the text without it.
fn cursor(text: &str) -> (Place, String) {
    let (before, _) = text.split_once(CURSOR).expect("there is a cursor");
    let column = before.len() - before.rfind('\n').map_or(0, |newline| newline + 1);
    (Place(before.matches('\n').count(), column), text.replace(CURSOR, ""))
}

/// Returns the text after an edit of one file.
fn applied(text: &str, edit: &Value) -> String {
    let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
    let edits = edit["documentChanges"][0]["edits"].as_array().into_iter().flatten();
    let mut edits: Vec<_> = edits.collect();
    edits.sort_by_key(|it| std::cmp::Reverse(Place::of(&it["range"]["start"])));
    for edit in edits {
        let [start, end] = ["start", "end"].map(|it| Place::of(&edit["range"][it]));
        let new = edit["newText"].as_str().unwrap_or_default();
        lines[start.0].replace_range(start.1..end.1, new);
    }
    lines.join("\n") + "\n"
}
