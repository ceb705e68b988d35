//! The shapes, as a crate of edition 2018.
#![deny(warnings, clippy::all, clippy::pedantic, clippy::nursery)]
#![forbid(unsafe_code)]

#[path = "../../attributes.rs"]
pub mod attributes;
#[path = "../../behaviour.rs"]
mod behaviour;
#[path = "../../bodies.rs"]
pub mod bodies;
#[path = "../../made_by_macros.rs"]
pub mod made_by_macros;
#[path = "../../names.rs"]
pub mod names;
#[path = "../../signatures.rs"]
pub mod signatures;
