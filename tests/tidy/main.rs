//! Rules about the repository itself: what its documents say is checked here,
//! so that they cannot rot.

mod architecture;
mod crates;
mod decisions;
mod fences;
mod keys;
mod licences;
mod links;
mod modules;
mod named;
mod options;
mod order;
mod pages;
mod prose;
mod repository;
mod skeleton;
mod source;
mod top;
mod violations;
mod words;
