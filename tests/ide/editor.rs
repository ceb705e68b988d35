//! A file that is being typed, with a cursor in it.

use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
};

use serde_json::{Value, json};

use crate::{
    project::{File, Place, Project},
    server::Server,
    shown::labels,
};

/// Where the cursor stands in a text.
const CURSOR: &str = "$0";

/// A file that is being typed.
pub(crate) struct Editor {
    project: Project,
}

impl Editor {
    /// Returns the editor that all tests share, by turns, if there is a server.
    pub(crate) fn take() -> Option<MutexGuard<'static, Self>> {
        static EDITOR: OnceLock<Option<Mutex<Editor>>> = OnceLock::new();
        let editor = EDITOR.get_or_init(|| Self::open().map(Mutex::new)).as_ref()?;
        // Whatever another test has left, the file is written anew.
        Some(editor.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn open() -> Option<Self> {
        let server = Server::find()?;
        Some(Self { project: Project::open(&server, "typing", &[typed("")]) })
    }

    /// Changes the file, and asks about the place of the cursor.
    pub(crate) fn ask(&mut self, method: &str, text: &str, mut parameters: Value) -> Value {
        let (place, text) = cursor(text);
        let file = typed(&text);
        self.project.change(&file);
        parameters["position"] = place.position();
        self.project.ask(&file, method, parameters)
    }

    /// Returns what is offered at the cursor.
    pub(crate) fn complete(&mut self, text: &str) -> BTreeSet<String> {
        labels(&self.ask("completion", text, json!({}))).into_iter().collect()
    }

    /// Compares what is offered, and returns what differs. Of ours there may be
    /// names of underscores, which are like no word.
    pub(crate) fn difference(&mut self, ours: &str, plain: &str) -> Option<String> {
        let [offered, expected] = [ours, plain].map(|text| self.complete(text));
        let is_known = |label: &String| ["name", "user", "len"].contains(&label.as_str());
        assert!(expected.iter().any(is_known), "nothing is offered: {plain}");
        let gone: Vec<_> = expected.difference(&offered).collect();
        let new = offered.difference(&expected).filter(|it| it.chars().any(char::is_alphabetic));
        let new: Vec<_> = new.collect();
        let is_same = gone.is_empty() && new.is_empty();
        (!is_same).then(|| format!("{ours}gone: {gone:?}, new: {new:?}"))
    }
}

fn typed(text: &str) -> File {
    File { name: "typed".to_owned(), text: text.to_owned() }
}

/// Returns where the cursor stands, and the text without it.
fn cursor(text: &str) -> (Place, String) {
    let (before, _) = text.split_once(CURSOR).expect("there is a cursor");
    let column = before.len() - before.rfind('\n').map_or(0, |newline| newline + 1);
    (Place(before.matches('\n').count(), column), text.replace(CURSOR, ""))
}

/// Returns the text after an edit of one file.
pub(crate) fn applied(text: &str, edit: &Value) -> String {
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
