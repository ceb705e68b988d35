//! Random fields recorded while a request runs: of each key the last value is
//! there, once, unless the line says that it was cut.

use serde_json::{Value, json};
use test_support::{Random, at_once, closing, json};
use trace_runtime::{record, record_request, testing::Capture, timed, traced_handler};

use super::{fuzz, text};

#[test]
fn late_fields() {
    fuzz(2_000, recording);
}

/// A value: a text, a number, or none.
#[derive(Clone, Debug)]
enum Any {
    Text(String),
    Number(i64),
    Absent,
}

impl Any {
    fn random(random: &mut Random) -> Self {
        match random.below(4) {
            0 => Self::Number(random.bits().cast_signed() >> 1),
            1 => Self::Absent,
            _ => Self::Text(text(random)),
        }
    }

    fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    fn number(&self) -> Option<i64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }

    fn expected(&self) -> Option<Value> {
        self.text().map(|text| json!(text)).or(self.number().map(|number| json!(number)))
    }
}

/// Records a value under a key.
macro_rules! record_any {
    ($record:ident, $key:ident, $value:expr) => {
        match ($value.text(), $value.number()) {
            (Some(text), _) => $record!($key = text),
            (_, number) => $record!($key = number),
        }
    };
}

/// What is recorded: by the request or by its step, under which key.
type Change = (bool, usize, Any);

#[traced_handler(fields(a = "first"))]
async fn request(changes: &[Change]) {
    for (_, key, value) in changes.iter().filter(|(in_step, ..)| !in_step) {
        match key {
            0 => record_any!(record_request, a, value),
            1 => record_any!(record_request, b, value),
            _ => record_any!(record_request, c, value),
        }
    }
    step(changes);
}

#[timed(fields(a = "first"))]
fn step(changes: &[Change]) {
    for (_, key, value) in changes.iter().filter(|(in_step, ..)| *in_step) {
        match key {
            0 => record_any!(record, a, value),
            1 => record_any!(record, b, value),
            _ => record_any!(record, c, value),
        }
    }
}

fn recording(random: &mut Random) {
    let change = |random: &mut Random| (random.below(2) == 0, random.below(3), Any::random(random));
    let changes: Vec<Change> = (0..random.below(12)).map(|_| change(random)).collect();
    let capture = Capture::new();
    at_once(capture.scope(request(&changes)));
    for (name, is_step) in [("request", false), ("step", true)] {
        let line = closing(&capture, name);
        for (number, key) in ["a", "b", "c"].into_iter().enumerate() {
            let mut of_key =
                changes.iter().filter(|(in_step, at, _)| (*in_step, *at) == (is_step, number));
            let first = (key == "a").then(|| json!("first"));
            let expected = of_key.next_back().map_or(first, |(.., last)| last.expected());
            let is_right = line.get(key) == expected.as_ref() || line["truncated"] == true;
            assert!(is_right, "{key} is not {expected:?} in {line}");
        }
    }
    assert!(capture.lines().iter().all(|line| line.len() < 8_000 && json::try_parse(line).is_ok()));
}
