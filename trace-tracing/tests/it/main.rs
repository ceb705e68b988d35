//! Events and spans of `tracing` are lines and steps: in the right request, with
//! their types, and only those that the filter lets through.

#![expect(clippy::panic, clippy::unwrap_used, reason = "the way a test says that it failed")]

mod events;
mod fields;
mod filter;
mod libraries;
mod many;
mod shown;
mod spans;
mod threads;
mod wide;

use std::{
    pin::pin,
    task::{Context, Waker},
};

use serde_json::Value;
use trace_runtime::{testing::Capture, traced_handler};

fn capture() -> Capture {
    capture_of("trace")
}

fn capture_of(directives: &str) -> Capture {
    let _ = trace_tracing::init();
    Capture::with_filter(directives)
}

/// Runs `body` inside a request, which is done at its first poll.
fn request(body: impl FnOnce()) {
    #[traced_handler]
    async fn request(body: impl FnOnce()) {
        body();
    }

    let mut cx = Context::from_waker(Waker::noop());
    assert!(pin!(request(body)).poll(&mut cx).is_ready());
}

/// Returns the lines that `body` writes inside a request, and that of the request.
fn lines(body: impl FnOnce()) -> Vec<Value> {
    let capture = capture();
    capture.run(|| request(body));
    capture.values()
}

/// Returns the same as a tree.
fn tree(body: impl FnOnce()) -> String {
    let capture = capture();
    capture.run(|| request(body));
    capture.tree()
}

/// Returns the first line of this name or message.
#[track_caller]
fn named<'a>(lines: &'a [Value], name: &str) -> &'a Value {
    let mut named = lines.iter().filter(|line| line["name"] == name || line["message"] == name);
    named.next().unwrap_or_else(|| panic!("no `{name}` in {lines:#?}"))
}

/// Returns the first field of a JSON line that stands there twice.
fn doubled(line: &str) -> Option<String> {
    let line: Members = serde_json::from_str(line).unwrap();
    let (mut keys, all) = (std::collections::HashSet::new(), line.0);
    all.into_iter().find(|key| !keys.insert(key.to_ascii_lowercase()))
}

/// The keys of an object, in the order in which they stand.
struct Members(Vec<String>);

impl<'de> serde::Deserialize<'de> for Members {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Members;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                mut map: A,
            ) -> Result<Members, A::Error> {
                let mut keys = Vec::new();
                while let Some((key, _)) = map.next_entry::<String, serde::de::IgnoredAny>()? {
                    keys.push(key);
                }
                Ok(Members(keys))
            }
        }

        from.deserialize_map(Visitor)
    }
}
