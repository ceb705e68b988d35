//! Lines for people, in a terminal; and that they are JSON anywhere else.
use std::{env, fs, path::Path, process::Command};

use test_support::{
    TemporaryFile,
    child::{self, Ran, run},
    json, run_in_terminal,
};

/// Returns the command that writes one line of each kind.
fn child(arguments: &[&str]) -> Command {
    let mut command = child::child(env!("CARGO_BIN_EXE_child"), &["console"]);
    command.args(arguments).env("TERM", "xterm");
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLORTERM", "COLUMNS", "TERM_PROGRAM"] {
        command.env_remove(name);
    }
    command
}

#[track_caller]
fn shown(command: &mut Command, columns: u16) -> String {
    let ran = run_in_terminal(command, columns);
    assert!(ran.status.success(), "{ran:?}");
    ran.stdout
}

/// Replaces times and durations by others of the same width.
fn masked(text: &str) -> String {
    let (mut masked, mut rest) = (String::new(), text);
    while let Some(first) = rest.chars().next() {
        let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).count();
        let whole = digits(rest);
        let is_time = is_like(rest, "00:00:00.000");
        let decimals = rest[whole..].strip_prefix('.').map_or(0, digits);
        let len = whole + 1 + decimals;
        if is_time {
            masked.push_str("00:00:00.000");
            rest = &rest["00:00:00.000".len()..];
        } else if whole > 0 && decimals > 0 && rest[len..].starts_with(" ms") {
            masked.push_str("0.000");
            rest = &rest[len..];
        } else {
            let plain = whole.max(first.len_utf8());
            masked.push_str(&rest[..plain]);
            rest = &rest[plain..];
        }
    }
    masked
}

/// Returns whether a text begins like another, with any digits.
fn is_like(text: &str, other: &str) -> bool {
    let is_same = |(one, two): (char, char)| one == two || two == '0' && one.is_ascii_digit();
    text.len() >= other.len() && text.chars().zip(other.chars()).all(is_same)
}

/// Compares with a file, or writes it with `TRACE_BLESS=1`.
#[track_caller]
fn compare(name: &str, shown: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("process/console").join(name);
    if env::var_os("TRACE_BLESS").is_some() {
        fs::write(path, shown).unwrap();
        return;
    }
    assert_eq!(fs::read_to_string(path).unwrap_or_default(), shown, "{name}");
}

#[test]
fn every_kind_of_line_looks_as_it_should_in_windows_of_three_widths() {
    for columns in [60, 100, 200] {
        let shown = shown(child(&[]).env("NO_COLOR", "1"), columns);
        assert!(!shown.contains('\x1b'), "{shown:?}");
        compare(&format!("{columns}.txt"), &masked(&shown));
    }
}

#[test]
fn colours_are_added_to_the_same_text_and_end_with_each_row() {
    let plain = shown(child(&[]).env("NO_COLOR", "1"), 100);
    let coloured = shown(&mut child(&[]), 100);
    compare("coloured.txt", &masked(&coloured).replace('\x1b', "^"));
    assert_eq!(masked(&without_colours(&coloured)), masked(&plain));
    for row in coloured.lines() {
        let last = row.rsplit("\x1b[").next().unwrap();
        assert!(last.starts_with("0m") || last == row, "{row:?}");
    }
}

fn without_colours(text: &str) -> String {
    let mut parts = text.split("\x1b[");
    let first = parts.next().unwrap_or_default().to_owned();
    let rest = parts.map(|part| part.split_once('m').unwrap().1);
    first + &rest.collect::<String>()
}

#[test]
fn what_is_not_a_terminal_gets_json_whatever_the_environment_wishes_of_colours() {
    for (name, value) in [("CLICOLOR_FORCE", "1"), ("CI", "true"), ("TERM", "xterm-256color")] {
        let ran = run(child(&[]).env(name, value));
        assert_eq!(ran.messages(), MESSAGES, "{name}");
    }
    // Its own stream is not a terminal, though another one is.
    let file = TemporaryFile::new();
    assert_eq!(shown(&mut child(&["file", file.as_str()]), 100), "");
    assert_eq!(file.text().lines().map(json::parse).count(), MESSAGES.len());
}

const MESSAGES: [&str; 7] = [
    "listening",
    "Step finished",
    "reading the database of globex, which another connection has locked",
    "Step finished",
    "Request processed",
    "Job finished",
    "no\nreader",
];

#[test]
fn the_program_chooses_before_the_variable_and_that_before_the_terminal() {
    let is_json = |text: &str| text.starts_with("{\"timestamp\":");
    let is_logfmt = |text: &str| text.starts_with("time=\"20");
    assert!(is_json(&shown(&mut child(&["json"]), 100)));
    assert!(is_json(&shown(child(&["json"]).env("TRACE_FORMAT", "console"), 100)));
    assert!(is_json(&shown(child(&[]).env("TRACE_FORMAT", "json"), 100)));
    assert!(is_logfmt(&shown(child(&[]).env("TRACE_FORMAT", "logfmt"), 100)));
    assert!(is_logfmt(&run(child(&[]).env("TRACE_FORMAT", "Logfmt")).stdout));
    let unknown = shown(child(&[]).env("TRACE_FORMAT", "xml").env("NO_COLOR", "1"), 200);
    assert!(unknown.contains(" WARN  trace_runtime  TRACE_FORMAT ignored  error=\""), "{unknown}");
}

#[test]
fn piped_lines_for_people_have_the_width_that_is_set_and_colours_if_forced() {
    let of = |command: &mut Command| -> Ran { run(command) };
    let plain = of(&mut child(&["console"])).stdout;
    assert_eq!(masked(&plain), masked(&shown(child(&[]).env("NO_COLOR", "1"), 100)));
    let narrow = of(child(&["console"]).env("COLUMNS", "60")).stdout;
    assert_eq!(masked(&narrow), masked(&shown(child(&[]).env("NO_COLOR", "1"), 60)));
    let forced = of(child(&["console"]).env("CLICOLOR_FORCE", "1")).stdout;
    assert_eq!(masked(&forced), masked(&shown(&mut child(&[]), 100)));
}

#[test]
fn standard_error_is_asked_where_lines_go_there() {
    let shown = shown(child(&["stderr"]).env("TERM", "dumb"), 100);
    assert!(!shown.contains('\x1b') && shown.contains(" INFO  child::console  listening  "));
    let piped = run(&mut child(&["stderr"]));
    assert_eq!(piped.stderr.lines().map(json::parse).count(), MESSAGES.len());
}

#[test]
fn in_background_mode_each_record_is_whole_and_counted_once() {
    let shown = shown(child(&[]).env("MODE", "background").env("NO_COLOR", "1"), 100);
    compare("100.txt", &masked(&shown));
}

#[test]
fn places_are_links_where_the_terminal_is_known_to_have_them() {
    let mut located = child(&["located"]);
    let shown =
        shown(located.env("TERM_PROGRAM", "WezTerm").current_dir(env!("CARGO_MANIFEST_DIR")), 200);
    let link = "\x1b]8;;file:///";
    assert_eq!(shown.matches(link).count(), MESSAGES.len(), "{shown:?}");
    assert!(shown.contains("/tests/process/child/console.rs\x1b\\"), "{shown:?}");
}
