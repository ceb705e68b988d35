//! An attribute does not change what an editor says of the code below it.
//!
//! rust-analyzer is asked over its protocol about every word of the functions in
//! `functions/`, without an attribute and with one. Each answer has to be the
//! plain function's. An editor looks through every attribute in its own way, so
//! an answer may also be that of a function under an attribute that changes
//! nothing. What differs is listed in `known`, with the reason.
//!
//! The analyzer is looked for in `target/rust-analyzer`, where `.ci/run` unpacks
//! it, and in the path. Without one, nothing is tested.

mod answers;
mod client;
mod compare;
mod editor;
mod functions;
mod highlighting;
mod known;
mod project;
mod server;
mod shown;
mod sources;
mod speed;
mod typing;
mod words;
