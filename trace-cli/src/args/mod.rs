//! The command line.

mod choice;
mod questions;

pub(crate) use self::{
    choice::{Choice, Colour, Look, Store},
    questions::{
        Cli, Command, Dialect, Diff, Export, Follow, Format, Html, Ls, Show, Sql, SqlQuestion,
        Stats,
    },
};
