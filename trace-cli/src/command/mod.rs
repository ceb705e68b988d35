//! A file for each question.

mod choice;
mod collect;
mod output;
mod show;

use crate::{
    args::{Cli, Command},
    error::Error,
};

/// How an answer went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Found,
    Nothing,
    /// A log could not be read, or the question has several answers.
    Wrong,
}

/// Answers the question of a command line.
pub(crate) fn run(cli: &Cli) -> Result<Exit, Error> {
    match &cli.command {
        Command::Show(args) => show::run(args),
        Command::Ls(_) | Command::Stats(_) => Err(Error::wrong("not yet")),
    }
}
