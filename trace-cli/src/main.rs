//! The program `trace`.

use std::{env, process::ExitCode};

fn main() -> ExitCode {
    trace_cli::run(env::args_os())
}
