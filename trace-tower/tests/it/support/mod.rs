//! A server, clients, and the lines that the process has written.

mod client;
mod server;
mod written;

pub(crate) use self::{
    client::{Answer, get, leave_early, raw_header, request, send, send_raw},
    server::{serve, serve_hyper, until_it_listens},
    written::{ended, line, line_of, lines, request_line, wait_until, written},
};
