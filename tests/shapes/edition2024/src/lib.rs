//! The shapes, as a crate of edition 2024.
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

/// What only this edition takes: a borrow at the end of a body is over before
/// the body's locals are dropped.
pub mod only_here {
    #![allow(clippy::must_use_candidate)]

    use std::cell::RefCell;

    use trace_runtime::timed;

    #[timed]
    pub fn borrowed_at_the_end() -> usize {
        let cell = RefCell::new("..");
        cell.borrow().len()
    }

    #[timed]
    pub async fn borrowed_at_the_end_of_async() -> usize {
        let cell = RefCell::new("..");
        cell.borrow().len()
    }
}
