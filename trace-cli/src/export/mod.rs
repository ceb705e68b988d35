//! Traces as files for other tools.

mod chrome;
mod folded;
mod lanes;
mod otlp;
mod speedscope;

pub(crate) use self::{
    chrome::Chrome,
    folded::{Folded, Weight},
    otlp::otlp,
    speedscope::Speedscope,
};
