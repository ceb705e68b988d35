//! The same questions as SQL, for lines that stand in a database.

mod columns;
mod dialect;
mod query;

pub(crate) use self::query::{Question, query};
