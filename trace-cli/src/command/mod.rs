//! A file for each question.

mod choice;
mod collect;
mod diff;
mod exit;
mod export;
mod follow;
mod html;
mod ls;
mod output;
mod remote;
mod row;
mod show;
mod sql;
mod stats;

pub(crate) use self::exit::Exit;
use crate::{
    args::{Cli, Command},
    error::Error,
};

/// Answers the question of a command line.
pub(crate) fn run(cli: &Cli) -> Result<Exit, Error> {
    match &cli.command {
        Command::Show(args) => show::run(args),
        Command::Ls(args) => ls::run(args),
        Command::Stats(args) => stats::run(args),
        Command::Diff(args) => diff::run(args),
        Command::Follow(args) => follow::run(args),
        Command::Html(args) => html::run(args),
        Command::Export(args) => export::run(args),
        Command::Sql(args) => sql::run(args),
    }
}
