//! Events: messages, fields, levels, and what a filter keeps from being
//! evaluated.

mod as_text;
mod evaluation;
mod fields;
mod messages;
mod names;
mod secrets;

use test_support::{capture, only};

/// Returns the fields of the one line that a function writes.
fn fields(write: impl FnOnce()) -> serde_json::Value {
    let capture = capture();
    capture.run(write);
    let mut line = only(&capture);
    let members = line.as_object_mut().unwrap();
    for key in ["timestamp", "level", "message", "target"] {
        members.remove(key).unwrap();
    }
    line
}
