//! Errors with a cause, for the suites that look at what is written of them.

use std::io;

#[derive(Debug, thiserror::Error)]
#[error("while loading")]
pub(crate) struct Top(#[source] io::Error);

fn disk_gone() -> io::Error {
    io::Error::other("disk gone")
}

pub(crate) fn top() -> Top {
    Top(disk_gone())
}

pub(crate) fn anyhow() -> anyhow::Error {
    anyhow::Error::from(disk_gone()).context("while loading")
}

pub(crate) fn eyre() -> eyre::Report {
    eyre::Report::from(disk_gone()).wrap_err("while loading")
}
