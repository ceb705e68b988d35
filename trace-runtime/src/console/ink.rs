//! Colours, as escapes. They say nothing that a word does not.

use crate::{level::Level, outcome::Outcome, terminal::Colours};

/// How a piece of text is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    Plain,
    Bold,
    Dim,
    Red,
    Yellow,
    Green,
    Blue,
    Magenta,
    /// The colour of an id: its place among those that ids have.
    Id(u8),
}

/// The colours of ids where there are few.
const FEW: [&str; 4] = ["36", "35", "34", "32"];

/// The colours of ids, neither red nor yellow, that can be read on black and on
/// white.
const MANY: [&str; 12] = [
    "38;5;31", "38;5;132", "38;5;64", "38;5;97", "38;5;37", "38;5;67", "38;5;133", "38;5;72",
    "38;5;69", "38;5;139", "38;5;35", "38;5;103",
];

impl Ink {
    /// Returns the escape that begins it, if there is one.
    pub(super) fn code(self, colours: Colours) -> Option<&'static str> {
        if colours == Colours::None {
            return None;
        }
        match self {
            Self::Plain => None,
            Self::Bold => Some("1"),
            Self::Dim => Some("2"),
            Self::Red => Some("1;31"),
            Self::Yellow => Some("33"),
            Self::Green => Some("32"),
            Self::Blue => Some("34"),
            Self::Magenta => Some("35"),
            Self::Id(place) => {
                let of: &[&str] = if colours == Colours::Many { &MANY } else { &FEW };
                of.get(usize::from(place) % of.len()).copied()
            }
        }
    }

    pub(super) fn of_level(level: Level) -> Self {
        match level {
            Level::Trace => Self::Magenta,
            Level::Debug => Self::Blue,
            Level::Info => Self::Green,
            Level::Warn => Self::Yellow,
            Level::Error => Self::Red,
        }
    }

    pub(super) fn of_outcome(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Ok => Self::Green,
            Outcome::Error | Outcome::Panicked => Self::Red,
            Outcome::Cancelled => Self::Yellow,
        }
    }

    /// Returns the ink of an id, the same for each of its lines (FNV-1a).
    pub(super) fn of_id(id: &str) -> Self {
        let hash = id
            .bytes()
            .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        let [first, ..] = (hash % 12).to_le_bytes();
        Self::Id(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_colours_of_their_own_and_keep_them() {
        let inks: Vec<_> = (0..100).map(|id| Ink::of_id(&format!("{id:032x}"))).collect();
        assert_eq!(inks[7], Ink::of_id(&format!("{:032x}", 7)));
        for place in 0..12 {
            assert!(inks.contains(&Ink::Id(place)), "{place}");
        }
        for ink in inks {
            assert!(FEW.contains(&ink.code(Colours::Sixteen).unwrap()));
            assert!(MANY.contains(&ink.code(Colours::Many).unwrap()));
            assert_eq!(ink.code(Colours::None), None);
        }
    }
}
