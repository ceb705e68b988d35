//! Traces as one page that needs nothing else: no network, no server.

mod base64;
mod choose;
mod columns;
mod kept;
mod page;
mod sha256;

pub(crate) use self::{choose::Chooser, page::page};

#[cfg(test)]
mod tests;
