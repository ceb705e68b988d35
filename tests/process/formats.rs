//! Which format lines have: what the program says, then `TRACE_FORMAT`, then
//! the default. Each test has a process of its own.

use serde_json::{Value, json};
use test_support::{
    child::{child, run},
    json,
};

/// Returns the lines of a scenario with these variables.
#[track_caller]
fn lines(scenario: &str, variables: &[(&str, &str)]) -> Vec<Value> {
    let mut command = child(env!("CARGO_BIN_EXE_child"), &[scenario]);
    let ran = run(command.envs(variables.iter().copied()));
    assert!(ran.status.success(), "{ran:#?}");
    ran.stdout.lines().map(json::parse).collect()
}

#[track_caller]
fn messages<'a>(lines: &'a [Value], key: &str) -> Vec<&'a str> {
    lines.iter().map(|line| line[key].as_str().unwrap_or_default()).collect()
}

const MESSAGES: [&str; 3] = ["loaded", "Step finished", "Request processed"];

#[test]
fn the_environment_chooses_where_the_program_does_not() {
    for (name, key, level) in [
        ("json", "message", "level"),
        ("otel", "body", "severity_text"),
        ("ecs", "message", "log.level"),
        (" GCP ", "message", "severity"),
        ("Datadog", "message", "status"),
        ("", "message", "level"),
    ] {
        let lines = lines("format_of_the_environment", &[("TRACE_FORMAT", name)]);
        assert_eq!(messages(&lines, key), MESSAGES, "{name}");
        assert!(lines.iter().all(|line| line[level].is_string()), "{name}");
    }
}

#[test]
fn the_program_goes_first() {
    let lines = lines("format_of_the_program", &[("TRACE_FORMAT", "ecs")]);
    assert_eq!(messages(&lines, "body"), MESSAGES);
}

#[test]
fn a_format_that_there_is_not_is_reported_and_lines_are_native() {
    let lines = lines("format_of_the_environment", &[("TRACE_FORMAT", "xml")]);
    assert_eq!(lines[0]["message"], "TRACE_FORMAT ignored");
    assert_eq!(
        lines[0]["error"],
        "unknown format `xml`: expected one of json, otel, ecs, gcp, datadog, logfmt, console"
    );
    assert_eq!(messages(&lines[1..], "message"), MESSAGES);
}

#[test]
fn a_format_that_has_no_room_is_reported_and_lines_are_native() {
    let lines = lines("format_without_room", &[("TRACE_FORMAT", "gcp")]);
    assert_eq!(lines[0]["error"], "limit `line` must be from 3584 to 16777216 bytes");
    assert_eq!(messages(&lines[1..], "message"), MESSAGES);
}

#[test]
fn traces_are_linked_to_the_project_that_the_environment_names() {
    const ID: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    for (project, expected) in
        [("shop-prod", format!("projects/shop-prod/traces/{ID}")), ("", ID.to_owned())]
    {
        let variables = [("TRACE_FORMAT", "gcp"), ("GOOGLE_CLOUD_PROJECT", project)];
        for line in lines("format_of_the_environment", &variables) {
            assert_eq!(line["logging.googleapis.com/trace"], expected);
            assert_eq!(line["logging.googleapis.com/trace_sampled"], true);
        }
    }
}

#[test]
fn our_own_lines_have_the_format_too() {
    let ecs = |scenario, filter| lines(scenario, &[("TRACE_FORMAT", "ecs"), ("RUST_LOG", filter)]);
    let ignored = &ecs("format_of_the_environment", "shop=loud")[0];
    assert_eq!(ignored["message"], "Filter directive ignored");
    assert_eq!(
        (&ignored["log.level"], &ignored["error.message"]),
        (&json!("warn"), &json!("filter: unknown level `loud` in `shop=loud`")),
    );
    assert_eq!(
        (&ignored["event.dataset"], &ignored["ecs.version"]),
        (&json!("shop.log"), &json!("8.11.0"))
    );

    let panicked = &ecs("format_that_panics", "info")[0];
    assert_eq!(panicked["message"], "panicked: out of cheese");
    assert!(panicked["labels.location"].as_str().unwrap().contains("formats.rs"), "{panicked}");

    let gap = ecs("format_that_drops", "info");
    let gap = gap.iter().find(|line| line["message"] == "Lines dropped").unwrap();
    assert_eq!((&gap["log.level"], &gap["lines_dropped"]), (&json!("warn"), &json!(2)));
}
