//! The viewer: reads the lines that `trace-runtime` writes, and shows what a
//! request did.
//!
//! The program `trace` is [`run`]. A service's own tools can show one request
//! with [`waterfall`]:
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../trace-runtime/doc/printed.rs"));
//! # fn main() {
//! # let log = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/shop.jsonl"));
//! // `log` has the lines of a service.
//! let shown = trace_cli::waterfall(log.lines(), "ab70c7fa509841b2bc52677d754801ab");
//! print!("{shown}");
//! # let rows: Vec<_> = shown.lines().map(str::to_owned).collect();
//! # assert_printed(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/waterfall.txt"), &rows);
//! # }
//! ```
//!
//! It prints:
//!
//! ```text
#![doc = include_str!("../doc/waterfall.txt")]
//! ```

mod args;
mod command;
mod error;
mod export;
mod filter;
mod html;
mod line;
mod scan;
mod source;
mod sql;
mod stat;
mod story;
mod trace;
mod view;
mod zone;

use std::{
    ffi::OsString,
    io::{self, Write as _},
    process::ExitCode,
};

use clap::Parser as _;

use crate::{
    args::Cli,
    command::Exit,
    error::Error,
    line::{Producer, read},
    view::{Screen, picture, safe},
};

/// Answers the question of a command line, and returns the exit code: 0 if
/// something was found, 1 if nothing was, 2 if the question was wrong or a
/// file could not be read, 3 if something slowed down by more than was allowed.
///
/// # Examples
///
/// ```
/// use std::process::ExitCode;
///
/// let trace = |args: &str| trace_cli::run(args.split(' ').map(Into::into));
/// # let log = concat!(env!("CARGO_MANIFEST_DIR"), "/doc/shop.jsonl");
/// # let trace = |args: &str| {
/// #     trace_cli::run(args.split(' ').map(|arg| arg.replace("shop.log", log).into()))
/// # };
/// assert_eq!(trace("trace show ab70 shop.log"), ExitCode::SUCCESS);
/// assert_eq!(trace("trace show ffff shop.log"), ExitCode::from(1)); // nothing was found
/// assert_eq!(trace("trace shout shop.log"), ExitCode::from(2)); // there is no such question
/// ```
#[must_use]
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    match command::run(&cli) {
        Ok(Exit::Found) | Err(Error::ReaderLeft) => ExitCode::SUCCESS,
        Ok(Exit::Nothing) => ExitCode::from(1),
        Ok(Exit::Wrong) => ExitCode::from(2),
        Ok(Exit::Slower) => ExitCode::from(3),
        Err(error @ (Error::Wrong(_) | Error::Output(_))) => {
            let _ = writeln!(io::stderr(), "trace: {}", safe(&error.to_string()));
            ExitCode::from(2)
        }
    }
}

/// Returns the waterfall of a trace, 100 columns wide, given its lines, in any
/// format that the first of them have. Lines of other traces, and what is no
/// line at all, are left out.
///
/// # Examples
///
/// ```
/// let line = r#"{"timestamp":"2026-11-22T03:00:00.030000Z","level":"INFO","message":"Request processed","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"00f067aa0ba902b7","target":"shop","kind":"request","name":"get_order","outcome":"ok","duration_ms":30.0}"#;
/// let shown = trace_cli::waterfall([line], "4bf92f3577b34da6a3ce929d0e0e4736");
/// assert!(shown.starts_with("4bf92f3577b34da6a3ce929d0e0e4736  get_order  ok  30.000 ms\n"));
/// ```
#[must_use]
pub fn waterfall<'a>(lines: impl IntoIterator<Item = &'a str>, trace_id: &str) -> String {
    let key = Some(line::trace_key(&line::canonical(trace_id.as_bytes())));
    let (lines, mut producer) = (Vec::from_iter(lines), Producer::new(None));
    for text in &lines {
        producer.look(text.as_bytes());
    }
    let line = |text: &&'a str| read(text.as_bytes(), producer.keys()).map(|it| it.0);
    let lines = lines.iter().filter_map(line).filter(|line| line.trace_key() == key);
    picture(story::story(trace_id, lines), false, &Screen::PLAIN)
}
