//! How long an editor takes to show a file of annotated functions.
//!
//! Opens a file of 300 functions, and asks for a hover in the last one; then
//! changes the first one, and asks again. The functions are plain, `#[timed]`,
//! or under `tracing::instrument`, each kind in a project of its own with a new
//! server that has loaded it. They take turns. Prints the medians of three times:
//!
//! ```sh
//! cargo test -p tests --test ide speed -- --ignored --nocapture
//! ```

use std::{
    fmt::Write as _,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::{
    project::{File, Place, Project},
    server::Server,
};

const FUNCTIONS: usize = 300;
const TURNS: usize = 3;

/// A name, and the attribute.
const KINDS: [(&str, &str); 3] = [
    ("plain", ""),
    ("timed", "#[trace_runtime::timed]"),
    ("instrument", "#[tracing::instrument(skip_all, err)]"),
];

#[test]
#[ignore = "it measures, and says nothing of right and wrong"]
fn the_first_hover_of_300_functions() {
    let Some(server) = Server::find() else { return };
    let mut times = KINDS.map(|_| [Vec::new(), Vec::new()]);
    for _ in 0..TURNS {
        for (times, (name, attribute)) in times.iter_mut().zip(KINDS) {
            for (times, time) in times.iter_mut().zip(hovers(&server, name, attribute)) {
                times.push(time);
            }
        }
    }
    let medians = times.map(|times| times.map(median));
    for ([first, next], (name, _)) in medians.iter().zip(KINDS) {
        let relative = |time: &Duration, plain: &Duration| time.as_secs_f64() / plain.as_secs_f64();
        let [first_times, next_times] =
            [relative(first, &medians[0][0]), relative(next, &medians[0][1])];
        println!(
            "{name:12} first {:5} ms ({first_times:.2})  after a change {:5} ms ({next_times:.2})",
            first.as_millis(),
            next.as_millis()
        );
    }
}

/// Returns the times from opening the file to the answer, and from a change.
fn hovers(server: &Server, name: &str, attribute: &str) -> [Duration; 2] {
    let mut file = File { name: "functions".to_owned(), text: functions(attribute) };
    let dependencies = "tracing = \"0.1\"\n";
    let name = format!("speed_{name}");
    let mut project = Project::load(server, &name, dependencies, std::slice::from_ref(&file));
    let start = Instant::now();
    project.open_file(&file);
    hover(&mut project, &file);
    let first = start.elapsed();
    file.text = file.text.replacen("+ id", "+ 1 + id", 1);
    let start = Instant::now();
    project.change(&file);
    hover(&mut project, &file);
    [first, start.elapsed()]
}

/// Asks about the last local.
fn hover(project: &mut Project, file: &File) {
    let lines: Vec<_> = file.text.lines().collect();
    let line = lines.iter().rposition(|line| line.contains("text = ")).expect("there is one");
    let place = json!({ "position": Place(line, 8).position() });
    let answer = project.ask(file, "hover", place);
    assert!(answer.to_string().contains("let text: String"), "{answer}");
}

fn functions(attribute: &str) -> String {
    let mut text = String::new();
    for number in 0..FUNCTIONS {
        let _ = write!(
            text,
            "{attribute}\n\
             pub async fn f{number}(id: u64, name: &str) -> Result<String, std::num::ParseIntError> {{\n\
             \x20   let count = name.parse::<u64>()? + id;\n\
             \x20   let text = format!(\"{{count}} of {{name}}\");\n\
             \x20   Ok(text)\n\
             }}\n\n"
        );
    }
    text
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
