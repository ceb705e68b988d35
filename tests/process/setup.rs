//! Setting up: each test has a process of its own.

use std::{collections::HashSet, ffi::OsStr};

use serde_json::{Value, json};
use test_support::{
    TemporaryFile,
    child::{Ran, child, run},
    json,
};

/// Runs a scenario that must end well.
#[track_caller]
fn ran(scenario: &str) -> Ran {
    ran_with(scenario, None::<&str>)
}

#[track_caller]
fn ran_with(scenario: &str, filter: Option<impl AsRef<OsStr>>) -> Ran {
    let mut command = child(env!("CARGO_BIN_EXE_child"), &[scenario]);
    if let Some(filter) = filter {
        command.env("RUST_LOG", filter);
    }
    let ran = run(&mut command);
    assert!(ran.status.success(), "{ran:#?}");
    ran
}

#[test]
fn a_second_init_is_an_error_value_and_changes_nothing() {
    let ran = ran("init_twice");
    assert_eq!(ran.stderr, "already initialized: the first `init` stays in force\n".repeat(2));
    assert_eq!(ran.messages(), ["after"]);
}

#[test]
fn of_64_threads_that_init_at_once_one_wins() {
    for _ in 0..5 {
        let ran = ran("init_by_many");
        let lines = ran.lines();
        assert_eq!(lines.last().unwrap()["winners"], 1);
        let winners: HashSet<_> = lines.iter().map(|line| line["winner"].as_u64()).collect();
        assert_eq!(winners.len(), 1, "one output alone: {ran:#?}");
        // A caller that has its answer finds an output to write to.
        assert_eq!(lines.len(), 65);
    }
}

#[test]
fn what_is_logged_before_init_goes_nowhere() {
    let ran = ran("before_init");
    assert_eq!(ran.messages(), ["after", "inside", "Request processed", "Step finished"]);
    assert_eq!(ran.stderr, format!("{NOT_SET_UP}not initialized: call `init` first\n"));
}

/// What a debug build says of the first line that goes nowhere.
const NOT_SET_UP: &str = "trace: lines go nowhere before `trace_runtime::init()?` is called \
                          (seen in debug builds only; `RUST_LOG=off` is silent)\n";

#[test]
fn that_nothing_is_set_up_is_said_once_at_the_first_line() {
    for first in ["event", "step", "request"] {
        let ran = run(&mut child(env!("CARGO_BIN_EXE_child"), &["no_init", first]));
        assert_eq!((&*ran.stdout, &*ran.stderr), ("", NOT_SET_UP), "{first}");
    }
}

#[test]
fn that_nothing_is_set_up_is_not_said_where_that_is_meant() {
    let mut off = child(env!("CARGO_BIN_EXE_child"), &["no_init", "event"]);
    assert_eq!(run(off.env("RUST_LOG", "off")).stderr, "");
    for scenario in ["no_line", "no_init_but_a_capture"] {
        assert_eq!(ran(scenario).stderr, "", "{scenario}");
    }
}

const ALL: [&str; 5] = ["trace", "debug", "info", "warn", "error"];

/// The messages of a target from a level on.
fn from(target: &str, level: &str) -> Vec<String> {
    let levels = ALL.iter().skip_while(|each| **each != level);
    levels.map(|level| format!("{target} {level}")).collect()
}

#[test]
fn rust_log_says_which_lines_are_written() {
    let all = |level| [from("other", level), from("shop", level), from("shop::db", level)].concat();
    let shop = |level| [from("shop", level), from("shop::db", level)].concat();
    let cases = [
        (None, all("info")),
        (Some(""), all("info")),
        (Some("info"), all("info")),
        (Some("trace"), all("trace")),
        (Some("ERROR"), all("error")),
        (Some("off"), vec![]),
        (Some("shop"), shop("trace")),
        (Some("shop=debug"), shop("debug")),
        (Some("shop::db=trace"), from("shop::db", "trace")),
        (
            Some(" warn , shop::db=debug "),
            [from("other", "warn"), from("shop", "warn"), from("shop::db", "debug")].concat(),
        ),
        (Some("info,shop=off"), from("other", "info")),
        (
            Some("off,shop::db=warn,shop=error"),
            [from("shop", "error"), from("shop::db", "warn")].concat(),
        ),
        (Some("shop=off"), [from("other", "info")].concat()),
        (Some("4"), all("debug")),
    ];
    for (filter, expected) in cases {
        assert_eq!(ran_with("levels", filter).messages(), expected, "{filter:?}");
    }
}

#[test]
fn a_bad_directive_is_reported_once_and_ignored() {
    let ran = ran_with("levels", Some("error,shop=loud"));
    let lines = ran.lines();
    assert_eq!(lines.len(), 4, "{ran:#?}");
    assert_eq!(lines[0]["level"], "WARN");
    assert_eq!(lines[0]["message"], "Filter directive ignored");
    assert_eq!(lines[0]["target"], "trace_runtime");
    assert_eq!(lines[0]["error"], "filter: unknown level `loud` in `shop=loud`");
    assert_eq!(ran.messages()[1..], ["other error", "shop error", "shop::db error"]);
    assert_eq!(ran.stderr, "");
}

/// Runs under a filter that is wrong: one line says so, and all lines from
/// `info` on follow.
#[track_caller]
fn reported(filter: impl AsRef<OsStr>, message: &str) {
    let ran = ran_with("levels", Some(&filter));
    let all = ["other", "shop", "shop::db"].map(|target| from(target, "info")).concat();
    let messages = ran.messages();
    let filter = filter.as_ref().display();
    assert_eq!(messages[0], message, "{filter}: {ran:#?}");
    assert_eq!(messages[1..], all, "{filter}");
    assert_eq!(ran.stderr, "");
}

#[test]
fn a_filter_that_can_be_none_silences_nothing() {
    for filter in [
        "*",
        "'debug'",
        "!hyper",
        "$LEVEL",
        "my_crate:debug",
        "info;my_crate=debug",
        "info|debug",
        "my_crate.db=debug",
        "my_crate::*=debug",
        "shop=loud",
        "7",
    ] {
        reported(filter, "Filter directive ignored");
    }
}

#[cfg(unix)]
#[test]
fn a_filter_that_is_not_utf_8_silences_nothing() {
    use std::os::unix::ffi::OsStrExt as _;
    reported(OsStr::from_bytes(b"info\xff"), "Filter directive ignored");
}

#[test]
fn a_word_that_looks_like_a_level_silences_nothing() {
    for filter in ["all", "true", "verbose", "fatal", "critical", "warning", "inof", "warp"] {
        reported(filter, "Filter directive in doubt");
    }
}

const NOTHING_PASSES: &str = "Filter lets nothing through";

#[test]
fn a_filter_that_lets_nothing_through_is_reported_once() {
    for (filter, directives) in [
        ("loco", "loco=trace,off"),
        ("loco=warn", "loco=warn,off"),
        ("sho=info,off", "sho=info,off"),
    ] {
        let ran = ran_with("levels", Some(filter));
        assert_eq!(ran.messages(), [NOTHING_PASSES], "{filter}");
        let line = &ran.lines()[0];
        assert_eq!(line["level"], "WARN");
        assert_eq!(line["target"], "trace_runtime");
        let expected = format!(
            "filter: no directive in `{directives}` matches any line so far \
             (the first one has the target `other`)"
        );
        assert_eq!(line["error"], expected);
    }
}

#[test]
fn a_filter_that_lets_nothing_through_is_reported_at_the_first_request() {
    let mut command = child(env!("CARGO_BIN_EXE_child"), &["request_and_abort"]);
    assert_eq!(run(command.env("RUST_LOG", "loco")).messages(), [NOTHING_PASSES]);
    // It may be a module that is seldom used.
    assert_eq!(run(command.env("RUST_LOG", "child::seldom")).messages(), [""; 0]);
}

#[test]
fn a_filter_that_has_let_nothing_through_is_reported_at_the_end() {
    for filter in ["loco", "child::seldom=debug"] {
        assert_eq!(ran_with("to_end", Some(filter)).messages(), [NOTHING_PASSES], "{filter}");
    }
    for filter in ["child::setup=error", "off", "error"] {
        assert_eq!(ran_with("to_end", Some(filter)).messages(), [""; 0], "{filter}");
    }
}

#[test]
fn a_bad_filter_of_the_builder_is_an_error_and_changes_nothing() {
    let ran = ran("bad_filter");
    assert_eq!(ran.stderr, "filter: unknown level `loud` in `shop=loud`\n");
    assert_eq!(ran.messages(), ["wanted"]);
}

#[test]
fn a_filter_can_be_changed_while_the_process_runs() {
    let ran = ran("set_filter");
    let expected = [
        "info under info",
        "debug under debug",
        "info under debug",
        "debug under child::setup=debug",
        "info under child::setup=debug",
        NOTHING_PASSES,
    ];
    assert_eq!(ran.messages(), expected);
    assert_eq!(ran.stderr, "filter: unknown level `x` in `nonsense=x`\n");
}

#[test]
fn lines_are_appended_to_a_file() {
    let file = TemporaryFile::new();
    for times in 1..=2 {
        let ran = run(&mut child(env!("CARGO_BIN_EXE_child"), &["to_file", file.as_str()]));
        assert!(ran.status.success(), "{ran:#?}");
        assert_eq!(ran.stdout, "");
        assert!(file.text().ends_with('\n'));
        let messages: Vec<_> =
            file.text().lines().map(|line| json::parse(line)["message"].clone()).collect();
        assert_eq!(messages, vec!["in the file"; times]);
    }
}

#[test]
fn a_file_that_cannot_be_opened_is_an_error_and_changes_nothing() {
    let file = TemporaryFile::new();
    let ran = run(&mut child(env!("CARGO_BIN_EXE_child"), &["to_file", file.as_str()]));
    assert!(ran.status.success(), "{ran:#?}");
    let expected = format!("open {}/no/such/folder: ", file.as_str());
    assert!(ran.stderr.starts_with(&expected), "{ran:#?}");
}

#[cfg(unix)]
#[test]
fn a_new_file_is_for_owner_and_group() {
    use std::os::unix::fs::PermissionsExt as _;
    let file = TemporaryFile::new();
    run(&mut child(env!("CARGO_BIN_EXE_child"), &["to_file", file.as_str()]));
    let mode = std::fs::metadata(file.path()).unwrap().permissions().mode();
    assert_eq!(mode & 0o137, 0, "{mode:o}");
}

#[test]
fn lines_go_to_standard_error_if_asked() {
    let ran = ran("to_stderr");
    assert_eq!(ran.stdout, "");
    assert_eq!(json::parse(ran.stderr.trim_end())["message"], "on standard error");
}

/// Returns what a line says from the user's fields on.
fn fields(line: &Value) -> Value {
    json!([line["service"], line["version"], line["path"], line["message"]])
}

#[test]
fn static_fields_are_on_every_line_and_give_way() {
    let ran = ran("static_fields");
    let lines = ran.lines();
    let [plain, own, inside, request] = &lines[..] else { panic!("{ran:#?}") };
    assert_eq!(fields(plain), json!(["shop", 3, "/static", "plain"]));
    assert_eq!(fields(own), json!(["of the line", 3, "of the line", "own"]));
    assert_eq!(fields(inside), json!(["shop", 3, "/static", "inside"]));
    // The HTTP edge writes `path` on request lines.
    assert_eq!(fields(request), json!(["shop", 3, null, "Request processed"]));
    assert!(!ran.stdout.contains("none") && !ran.stdout.contains("never seen"));
    // Text on the lines of requests, and so on all.
    assert_eq!([&plain["error"], &request["error"]], [&json!("5"), &json!(null)]);
    for line in ran.stdout.lines().skip(2) {
        let keys = json::keys(line);
        let at = |key| keys.iter().position(|each| each == key).unwrap();
        assert!(at("service") < at("version") && at("target") < at("service"), "{line}");
    }
}

#[test]
fn what_cannot_be_set_up_is_an_error_and_changes_nothing() {
    let ran = ran("bad_static_fields");
    assert_eq!(
        ran.stderr,
        "static field `Twice`: given twice\n\
         static field ``: a name must not be empty or begin with `field.`\n\
         static field `field.x`: a name must not be empty or begin with `field.`\n\
         static fields take more than 512 bytes together: shorten them\n\
         limit `line` must be from 2560 to 16777216 bytes\n"
    );
    assert_eq!(ran.messages(), ["none of them changed anything"]);
}

#[test]
fn lines_say_where_they_come_from_if_asked() {
    let ran = ran("source_location");
    for line in ran.lines() {
        assert!(line["file"].as_str().unwrap().ends_with("setup.rs"), "{line}");
        assert!(line["line"].as_u64().unwrap() > 1, "{line}");
    }
    let first = &ran.lines()[0];
    assert_eq!(first["line"], first["line_of_the_event"]);
    for line in ran.stdout.lines() {
        let keys = json::keys(line);
        assert_eq!(keys[keys.len() - 2..], ["file", "line"]);
    }
}

#[test]
fn limits_are_kept() {
    let ran = ran("limits");
    let lines = ran.lines();
    let [event, step, long] = &lines[..] else { panic!("{ran:#?}") };
    let length = |value: &Value| value.as_str().unwrap().len();
    assert!((195..=200).contains(&length(&event["message"])), "{event}");
    assert!((95..=100).contains(&length(&event["value"])), "{event}");
    assert!((45..=50).contains(&length(&step["error"])), "{step}");
    assert_eq!(long["small"], 1);
    assert!(lines.iter().all(|line| line["truncated"] == true));
}

#[test]
fn tasks_that_a_server_spawns_reach_the_sink() {
    let ran = ran("server");
    let expected = ["inside", "Request processed"].repeat(10);
    assert_eq!(ran.messages(), expected);
}

#[test]
fn a_capture_takes_no_notice_of_init_and_the_process_none_of_it() {
    let ran = ran("captures");
    assert_eq!(ran.messages(), ["plain"; 3]);
    assert_eq!(ran.stderr, "6 0\n");
}

#[test]
fn the_hooks_of_before_and_of_later_are_both_called() {
    let ran = ran("hooks");
    assert_eq!(ran.messages(), ["from a hook of later", "panicked: boom"]);
    assert!(ran.stderr.starts_with("the hook from before\n"), "{ran:#?}");
    assert!(ran.stderr.contains("boom"), "{ran:#?}");
}

#[test]
fn what_a_hook_takes_is_no_time_of_the_service() {
    let lines = ran("slow_hook").lines();
    let [_, steps @ .., request] = &lines[..] else { panic!("{lines:#?}") };
    assert_eq!(steps.len(), 2);
    for line in steps.iter().chain([request]) {
        assert_eq!(line["outcome"], "panicked");
        assert!(line["duration_ms"].as_f64().unwrap() < 1_500.0, "{line}");
        assert!(line.get("busy_ms").is_none_or(|busy| busy.as_f64().unwrap() < 1_500.0), "{line}");
    }
}

#[test]
fn every_line_is_counted_as_written_or_as_dropped() {
    let ran = ran("stats");
    let counts = ran.stderr.lines().last().unwrap();
    let (written, dropped) = counts.split_once(' ').unwrap();
    let (written, dropped): (usize, u64) = (written.parse().unwrap(), dropped.parse().unwrap());
    let lines = ran.lines();
    assert_eq!(lines.iter().filter(|line| line.get("n").is_some()).count(), written);
    assert_eq!(written as u64 + dropped, 100);
    // What was dropped is reported as soon as there is a reader, at last at the end.
    let reports = lines.iter().filter(|line| line["message"] == "Lines dropped");
    let reported: u64 = reports.map(|line| line["lines_dropped"].as_u64().unwrap()).sum();
    assert_eq!(reported, dropped);
}
