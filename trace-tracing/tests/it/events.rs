//! What an event says, and where it belongs.

use tracing::{Level, event, info, info_span};

use crate::{lines, named};

#[test]
fn the_message_is_the_text_wherever_it_stands() {
    let lines = lines(|| {
        info!(rows = 1, "{} rows", 1);
        info!(rows = 2, message = "two rows");
        info!(message = %"three rows", rows = 3);
        info!(rows = 4);
        event!(name: "sqlx::query", Level::INFO, rows = 5);
        info!(r#message = "six rows", rows = 6);
    });
    let expected = ["1 rows", "two rows", "three rows", "event", "sqlx::query", "six rows"];
    for (at, message) in expected.iter().enumerate() {
        assert_eq!(
            (&lines[at]["message"], &lines[at]["rows"]),
            (&(*message).into(), &(at + 1).into())
        );
        assert!(lines[at].get("field.message").is_none());
    }
}

#[test]
fn target_level_and_place_are_those_of_the_macro() {
    let lines = lines(|| {
        event!(target: "audit", Level::ERROR, "a");
        event!(Level::TRACE, "b");
    });
    assert_eq!((&lines[0]["target"], &lines[0]["level"]), (&"audit".into(), &"ERROR".into()));
    assert_eq!((&lines[1]["target"], &lines[1]["level"]), (&"it::events".into(), &"TRACE".into()));
}

#[test]
fn an_event_with_a_parent_belongs_there() {
    let lines = lines(|| {
        let (parent, other) = (info_span!("parent"), info_span!("other"));
        let _entered = other.enter();
        event!(parent: &parent, Level::INFO, "below");
        event!(parent: None, Level::INFO, "a root");
        info!("inside");
    });
    let id = |name| &named(&lines, name)["span_id"];
    assert_eq!(id("below"), id("parent"));
    assert_eq!(id("inside"), id("other"));
    assert_eq!(id("a root"), id("request"));
}
