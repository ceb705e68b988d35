//! Rules about the repository itself: what its documents say is checked here,
//! so that they cannot rot.

mod architecture;
mod crates;
mod decisions;
mod keys;
mod licences;
mod modules;
mod options;
mod order;
mod prose;
mod readme;
mod repository;
mod source;
mod violations;
mod words;
