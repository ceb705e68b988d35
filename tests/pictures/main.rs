//! The pictures of `docs/console`: the same story as this crate's console, and
//! three others, show it in a window of 96 columns.
//!
//! What each wrote is kept there as `<name>.ansi`. Ours is compared with what
//! is written now; that of the others is written anew by `peers/capture.sh`.
//! The pictures are drawn from these files alone; `TRACE_BLESS=1` rewrites them.
#![cfg(unix)]

mod screen;
mod svg;

use std::{env, fs, path::PathBuf};

use test_support::{child::child, run_in_terminal};

const COLUMNS: u16 = 96;

const ALL: [&str; 4] = ["trace", "tracing", "structlog", "pino"];

fn path(file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/console").join(file)
}

fn kept(file: &str) -> String {
    fs::read_to_string(path(file)).unwrap_or_default()
}

fn is_to_be_blessed() -> bool {
    env::var_os("TRACE_BLESS").is_some()
}

/// Returns the words without what differs from run to run: times, how busy the
/// machine is, and where a row ends because of that.
fn words(text: &str) -> Vec<String> {
    let (mut words, mut is_busy) = (Vec::new(), false);
    for word in text.split_whitespace() {
        let is_share = std::mem::replace(&mut is_busy, word.ends_with("busy"));
        let word = word.replace(|c: char| c.is_ascii_digit(), "");
        if !is_busy && !is_share && !["ms", "s", "."].contains(&word.as_str()) {
            words.push(word);
        }
    }
    words
}

/// Writes what we show, or compares it.
fn ours() {
    let mut command = child(env!("CARGO_BIN_EXE_child"), &["console_picture"]);
    command.env("TERM", "xterm-256color").env_remove("NO_COLOR");
    let ran = run_in_terminal(&mut command, COLUMNS);
    assert!(ran.status.success(), "{ran:?}");
    if is_to_be_blessed() {
        fs::write(path("trace.ansi"), &ran.stdout).unwrap();
    }
    assert_eq!(words(&ran.stdout), words(&kept("trace.ansi")));
}

#[test]
fn the_pictures_show_what_is_written() {
    ours();
    for name in ALL {
        let rows = screen::rows(&kept(&format!("{name}.ansi")), COLUMNS.into());
        assert!(rows.len() > 5, "{name}");
        for theme in &svg::THEMES {
            let file = format!("{name}-{}.svg", theme.name);
            let picture = svg::draw(&rows, COLUMNS.into(), theme);
            if is_to_be_blessed() {
                fs::write(path(&file), &picture).unwrap();
            }
            assert_eq!(kept(&file), picture, "{file} (rewritten with TRACE_BLESS=1)");
        }
    }
}
