//! Fields that are known only while a scope runs: `record!` and
//! `record_request!`.

mod ends;
mod hostile;
mod last_value;
mod room;
mod scopes;
mod values;

use test_support::{
    closing,
    json::{self, members},
    keys,
};
use trace_runtime::testing::Capture;

/// Returns the fields of the one closing line of this name, as text.
#[track_caller]
fn fields(capture: &Capture, name: &str) -> String {
    assert_eq!(closing(capture, name)["name"], name);
    let is_its_own = |line: &String| json::parse(line)["name"] == name;
    let line = capture.lines().into_iter().find(is_its_own).unwrap();
    let fields = members(&line).into_iter().filter(|(key, _)| !keys::is_own(key));
    let fields: Vec<_> = fields.map(|(key, value)| format!("{key}={value}")).collect();
    fields.join(" ")
}
