//! No line is wider than asked for.

use unicode_width::UnicodeWidthChar as _;

use crate::support::trace;

fn width(line: &str) -> usize {
    line.chars().map(|c| c.width().unwrap_or_default()).sum()
}

/// A trace of each kind, and the file it is in.
const TRACES: [(&str, &str); 21] = [
    ("968f", "plain.jsonl"),
    ("f2bc", "plain.jsonl"),
    ("a1fc", "cri-partial.log"),
    ("87c9", "backtrace-between.log"),
    ("0cff", "nulls-and-empties.jsonl"),
    ("f9ef", "times-in-many-forms.jsonl"),
    ("e89b", "durations-zero-and-hours.jsonl"),
    ("db2d", "durations-zero-and-hours.jsonl"),
    ("3d99", "durations-zero-and-hours.jsonl"),
    ("9dbe", "names-odd.jsonl"),
    ("5ff6", "outcomes.jsonl"),
    ("8f7d", "outcomes.jsonl"),
    ("64e9", "outcomes.jsonl"),
    ("f8e29dbf2bd0e73d", "hostile-text.jsonl"),
    ("00000000000000000000000000008000", "made/long-lines.jsonl"),
    ("f485", "producer-ecs.jsonl"),
    ("a444", "out-of-order.jsonl"),
    ("ef41", "parent-never-came.jsonl"),
    ("226b", "no-request-line.jsonl"),
    ("0000000000000000000000000000dee9", "made/deep.jsonl"),
    ("00000000000000000000000000000100", "made/hundred-services.jsonl"),
];

#[test]
fn no_line_of_a_picture_is_wider_than_asked_for() {
    for (id, file) in TRACES {
        for columns in [60, 80, 120] {
            for signs in ["", "--ascii"] {
                let ran = trace(&format!("show {id} {file} --width {columns} {signs}"));
                assert_eq!(ran.code, 0, "{id} {file}: {}", ran.stderr);
                let wide = ran.stdout.lines().find(|line| width(line) > columns);
                assert_eq!(wide, None, "{id} {file} {columns} {signs}");
                assert!(signs.is_empty() || ran.stdout.is_ascii(), "{id} {file}: {}", ran.stdout);
            }
        }
    }
}

#[test]
fn no_line_of_a_list_is_wider_than_asked_for() {
    for file in
        ["outcomes.jsonl", "names-odd.jsonl", "hostile-text.jsonl", "request-line-only.jsonl"]
    {
        for columns in [80, 120] {
            for command in ["ls", "stats", "stats --by step"] {
                let ran = trace(&format!("{command} {file} --width {columns}"));
                let wide = ran.stdout.lines().find(|line| width(line) > columns);
                assert_eq!(wide, None, "{command} {file} {columns}");
            }
        }
    }
}

#[test]
fn letters_of_two_columns_and_marks_of_none_keep_the_columns_straight() {
    let ran = trace("show f8e29dbf2bd0e73d hostile-text.jsonl");
    let at = |name: &str, time: &str| {
        let line = ran.stdout.lines().find(|line| line.contains(name)).unwrap();
        width(&line[..line.rfind(time).unwrap() + time.len()])
    };
    assert_eq!(at("rendér 日本語", "14.000"), at("load\\u{202e}", "0.500"));
}
