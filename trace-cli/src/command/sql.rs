//! The query for a question, for the client of a database.

use super::{exit::Exit, output::Output};
use crate::{
    args::{Choice, Dialect, Sql, SqlQuestion},
    error::Error,
    sql::{Question, query},
};

pub(super) fn run(args: &Sql) -> Result<Exit, Error> {
    let none = Choice::default();
    let (question, choice, files) = match &args.question {
        SqlQuestion::Show { id, files } => (Question::Show(id), &none, files),
        SqlQuestion::Ls { files, choice } => (Question::Requests, &**choice, files),
        SqlQuestion::Stats { files, choice, by } => (Question::Stats(by), &**choice, files),
    };
    if args.dialect == Dialect::Duckdb && files.is_empty() && args.table.is_none() {
        return Err(Error::wrong("which files? DuckDB reads them itself; or give --table"));
    }
    let text = query(args.dialect, question, choice, args.table.as_deref(), files);
    let mut output = Output::plain();
    output.write(&text)?;
    output.finish()?;
    Ok(Exit::Found)
}
