//! How deep a line for people is indented, and that observers see the same in
//! each format.

use std::sync::{Arc, Mutex};

use trace_runtime::{
    Context, Format, info,
    observe::{Closed, Event, Observe},
    spawn,
    testing::Capture,
    timed, traced_handler,
};

/// Returns the rows that begin a record, without time and level: how far each is
/// indented, and its words up to the first that differs from run to run.
fn rows(capture: &Capture) -> Vec<String> {
    let begin = |row: &String| row.get(19..).filter(|_| !row.starts_with(' ')).map(str::to_owned);
    let rows = capture.lines();
    let rows = rows.iter().filter_map(begin);
    rows.map(|row| until_time(&row.replace("it::console  ", ""))).collect()
}

fn until_time(row: &str) -> String {
    let words = row.split_inclusive(' ');
    let is_time = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
    words.take_while(|word| !is_time(word)).collect::<String>().trim_end().to_owned()
}

#[traced_handler(trace_id = "007")]
async fn handler() {
    info!("of the request");
    outer().await;
    spawn(inner()).await.unwrap();
}

#[timed]
async fn outer() {
    info!("of a step");
    inner().await;
    Context::current().without_step().run(|| info!("of the request again"));
    let here = Context::current();
    std::thread::spawn(move || here.run(sync)).join().unwrap();
}

#[timed]
fn sync() {
    info!("on a thread");
}

#[timed]
async fn inner() {
    info!("of an inner step");
}

#[tokio::test]
async fn a_line_is_indented_by_the_steps_it_is_in_wherever_they_run() {
    let capture = Capture::with_format(Format::Console);
    capture.scope(handler()).await;
    capture.run(|| info!("of nothing"));
    let expected = [
        "  of the request",
        "    of a step",
        "      of an inner step",
        "    inner",
        "  of the request again",
    ];
    let rows = rows(&capture);
    assert_eq!(rows[..5], expected, "{rows:#?}");
    let has = |row: &str| assert!(rows.iter().any(|it| it == row), "{row}: {rows:#?}");
    for row in ["      on a thread", "    sync", "  outer", "  inner", "of nothing"] {
        has(row);
    }
}

/// Notes what it is offered.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<String>>>);

impl Observe for Notes {
    fn closed(&self, closed: &Closed<'_>) {
        let fields: Vec<_> =
            closed.fields().map(|(key, value)| format!("{key}={value:?}")).collect();
        self.0.lock().unwrap().push(format!("{} {:?}", closed.name(), fields));
    }

    fn event(&self, event: &Event<'_>) {
        self.0.lock().unwrap().push(event.message().to_string());
    }
}

#[traced_handler(fields(id))]
async fn observed(id: u32) {
    info!(text = "a \"b\"\n", "seen {id}");
}

#[tokio::test]
async fn observers_are_offered_the_same_in_each_format() {
    let mut all = Vec::new();
    for format in [Format::Json, Format::Console, Format::Logfmt] {
        let notes = Notes::default();
        let capture = Capture::with_format(format).observed_by(notes.clone());
        capture.scope(observed(7)).await;
        all.push(notes.0.lock().unwrap().clone());
    }
    assert_eq!(all[0].len(), 2);
    assert!(all.iter().all(|notes| *notes == all[0]), "{all:#?}");
}
