//! The edge between real servers and clients, on loopback.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "the way a test says that it failed"
)]

mod bad_input;
mod bodies;
mod captures;
mod clients;
mod crossings;
mod errors;
mod faults;
mod grpc;
mod incident;
mod misplaced;
mod proxy;
mod reasons;
mod requests;
mod services;
mod sockets;
mod stacks;
mod streams;
mod support;
