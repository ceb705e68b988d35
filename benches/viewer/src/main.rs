//! The viewer beside its peers: how much processor time each takes for the
//! same question, in turns, over one log that is made here.
//!
//! ```sh
//! cargo run --release -p viewer -- gen FOLDER [MIB]     # the log, and the truth
//! cargo run --release -p viewer -- check FOLDER         # the viewer says the truth
//! cargo run --release -p viewer -- run FOLDER [ROUNDS]  # the table
//! cargo run --release -p viewer -- count [check|bless]  # instructions
//! cargo run --release -p viewer -- long FOLDER [MIB]    # one log, of 5 GiB
//! ```
//!
//! `count check` fails if the instructions of a question grew by more than 3 %,
//! `count bless` keeps the new ones. The program is `../target/release/trace`;
//! peers that are not there are left out. `TRACE`, `RG`, `PYTHON`, `JQ`,
//! `AGRIND` and `MLR` name others.

mod instructions;
mod line;
mod log;
mod peers;
mod truth;

use std::{env, path::PathBuf, process::ExitCode};

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let number = |text: Option<&&str>, other: u64| text.map_or(other, |it| it.parse().unwrap());
    match args[..] {
        ["gen", folder, ref rest @ ..] => {
            truth::generate(&PathBuf::from(folder), number(rest.first(), 200));
        }
        ["long", folder, ref rest @ ..] => {
            peers::long(&PathBuf::from(folder), number(rest.first(), 5 << 10));
        }
        ["count"] => return verdict(instructions::check(false)),
        ["count", "check"] => return verdict(instructions::check(true)),
        ["count", "bless"] => instructions::bless(),
        ["check", folder] => truth::check(&PathBuf::from(folder)),
        ["run", folder, ref rest @ ..] => {
            peers::run(&PathBuf::from(folder), number(rest.first(), 5));
        }
        _ => {
            eprintln!(
                "usage: viewer gen FOLDER [MIB] | viewer check FOLDER | viewer run FOLDER [ROUNDS] | viewer count [check|bless] | viewer long FOLDER [MIB]"
            );
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}

fn verdict(holds: bool) -> ExitCode {
    if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
