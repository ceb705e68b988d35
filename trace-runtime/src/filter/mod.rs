//! Which lines are written: directives such as `info,my_crate::db=trace`.
//!
//! A filter knows targets and levels. Beside it stands the one number that
//! everything asks first: the lowest level that anybody in the process wants.

mod lowest;

pub(crate) use self::lowest::{InForce, is_anything_on, may_pass};
use crate::{
    Level,
    error::{Error, Kind},
};

/// The least severe level that passes, as a number above all levels for "off".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Threshold(u8);

impl Threshold {
    pub(crate) const OFF: Self = Self(Level::Error as u8 + 1);

    pub(crate) const fn from(level: Level) -> Self {
        Self(level as u8)
    }

    pub(crate) const fn passes(self, level: Level) -> bool {
        level as u8 >= self.0
    }

    /// As three bits, to be kept beside something else.
    pub(crate) const fn to_bits(self) -> u32 {
        self.0 as u32
    }

    pub(crate) const fn from_bits(bits: u32) -> Self {
        Self((bits & 7) as u8)
    }

    fn parse(text: &str) -> Result<Self, Error> {
        if text.eq_ignore_ascii_case("off") {
            return Ok(Self::OFF);
        }
        text.parse().map(Self::from)
    }
}

/// Parsed directives.
///
/// Separated by commas: `level` for everything, `target` or `target=level`
/// for a module and those below it; the longest target that matches decides.
/// With directives for targets only, everything else is off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Filter {
    rest: Threshold,
    /// Longest target first.
    targets: Vec<(String, Threshold)>,
}

impl Filter {
    /// Everything at `level` or worse.
    pub(crate) fn at(level: Level) -> Self {
        Self { rest: Threshold::from(level), targets: Vec::new() }
    }

    /// Parses directives, all of which must be right.
    ///
    /// # Errors
    ///
    /// Names the first directive that is not.
    pub(crate) fn parse(directives: &str) -> Result<Self, Error> {
        let (filter, mut refused) = Self::parse_lenient(directives);
        if refused.is_empty() { Ok(filter) } else { Err(refused.swap_remove(0)) }
    }

    /// Parses directives, and returns what is wrong with those it ignored.
    /// When none is left, the filter is `info`.
    pub(crate) fn parse_lenient(directives: &str) -> (Self, Vec<Error>) {
        let mut filter = Self { rest: Threshold::OFF, targets: Vec::new() };
        let (mut taken, mut refused) = (0, Vec::new());
        for directive in directives.split(',').map(str::trim).filter(|text| !text.is_empty()) {
            match filter.add(directive) {
                Ok(()) => taken += 1,
                Err(error) => refused.push(error),
            }
        }
        // A stable sort, so that of two directives for one target the later,
        // put in front by `add`, decides.
        filter.targets.sort_by_key(|(target, _)| std::cmp::Reverse(target.len()));
        if taken == 0 { (Self::at(Level::Info), refused) } else { (filter, refused) }
    }

    fn add(&mut self, directive: &str) -> Result<(), Error> {
        let refuse = |reason: String| Kind::Directive { directive: directive.to_owned(), reason };
        let Some((target, level)) = directive.split_once('=') else {
            return self.add_bare(directive).map_err(|reason| refuse(reason).into());
        };
        let (target, level) = (target.trim(), level.trim());
        check_target(target).map_err(refuse)?;
        let level = Threshold::parse(level).map_err(|error| refuse(error.to_string()))?;
        self.targets.insert(0, (target.to_owned(), level));
        Ok(())
    }

    /// A level for everything, or a target of which everything is wanted.
    fn add_bare(&mut self, text: &str) -> Result<(), String> {
        if let Ok(level) = Threshold::parse(text) {
            self.rest = level;
            return Ok(());
        }
        check_target(text)?;
        if let Some(level) = LEVELS.into_iter().find(|level| is_near(text, level)) {
            // As a module it would silence all others.
            return Err(format!("did you mean `{level}`? (for a module, write `{text}=trace`)"));
        }
        self.targets.insert(0, (text.to_owned(), Threshold::from(Level::Trace)));
        Ok(())
    }

    /// Returns the threshold for a target.
    pub(crate) fn threshold(&self, target: &str) -> Threshold {
        self.targets
            .iter()
            .find(|(prefix, _)| is_at_or_below(target, prefix))
            .map_or(self.rest, |(_, threshold)| *threshold)
    }

    /// Returns the lowest threshold there is for any target.
    pub(crate) fn lowest(&self) -> Threshold {
        let targets = self.targets.iter().map(|(_, threshold)| *threshold);
        targets.fold(self.rest, Threshold::min)
    }
}

/// What a level is called, here and elsewhere.
const LEVELS: [&str; 7] = ["off", "trace", "debug", "info", "warn", "warning", "error"];

/// Returns whether one is the other but for one letter, or two in the wrong
/// order.
fn is_near(text: &str, level: &str) -> bool {
    let (text, level) = (text.to_ascii_lowercase().into_bytes(), level.as_bytes());
    let longest = text.len().max(level.len());
    let front = text.iter().zip(level).take_while(|(one, two)| one == two).count();
    let back = text[front..].iter().rev().zip(level[front..].iter().rev());
    let back = back.take_while(|(one, two)| one == two).count();
    let is_swapped = || {
        let (one, two) = (text.get(front..front + 2), level.get(front..front + 2));
        one.zip(two).is_some_and(|(one, two)| one[0] == two[1] && one[1] == two[0])
    };
    match longest - front - back {
        0 | 1 => true,
        2 => text.len() == level.len() && is_swapped(),
        _ => false,
    }
}

fn is_at_or_below(target: &str, module: &str) -> bool {
    target.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

fn check_target(target: &str) -> Result<(), String> {
    if target.is_empty() {
        return Err("no target before `=`".to_owned());
    }
    if target.split("::").any(str::is_empty) {
        return Err("a module without a name".to_owned());
    }
    if target.contains('-') {
        return Err("unexpected `-` (modules are spelt with `_`)".to_owned());
    }
    match target.chars().find(|&c| c.is_whitespace() || "[]{}/=\"".contains(c)) {
        Some(c) => Err(format!("unexpected `{c}`")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(directives: &str, target: &str, level: Level) -> bool {
        Filter::parse(directives).unwrap().threshold(target).passes(level)
    }

    #[test]
    fn the_longest_target_that_matches_decides() {
        let directives = "info, shop=debug ,shop::db=trace,shop::db::pool=off";
        let cases = [
            ("other", Level::Debug, false),
            ("other", Level::Info, true),
            ("shop", Level::Debug, true),
            ("shop::http", Level::Trace, false),
            ("shop::db::query", Level::Trace, true),
            ("shop::db::pool", Level::Error, false),
            ("shop::db::pools", Level::Trace, true),
            ("shop_two", Level::Debug, false),
        ];
        for (target, level, expected) in cases {
            assert_eq!(passes(directives, target, level), expected, "{target} {level}");
        }
    }

    #[test]
    fn directives_for_targets_alone_leave_the_rest_off() {
        assert!(passes("shop", "shop::db", Level::Trace));
        assert!(!passes("shop=info", "other", Level::Error));
        assert!(passes("off,shop=WARN", "shop", Level::Warn));
    }

    #[test]
    fn of_two_directives_for_one_target_the_later_decides() {
        assert!(!passes("a=trace,a=error", "a", Level::Warn));
        assert!(passes("error,debug", "a", Level::Debug));
    }

    #[test]
    fn a_level_that_is_misspelt_is_no_module() {
        for directive in ["inof", "Warning", "ifo", "erorr", "debugg", "trce", "of", "worn"] {
            let (filter, refused) = Filter::parse_lenient(directive);
            assert_eq!((filter, refused.len()), (Filter::at(Level::Info), 1), "{directive}");
        }
        let refused = Filter::parse("inof").unwrap_err().to_string();
        let expected = "filter: did you mean `info`? (for a module, write `inof=trace`) in `inof`";
        assert_eq!(refused, expected);
        for module in ["shop", "db", "core", "trace_runtime", "info_page", "wanr_er"] {
            assert!(passes(module, module, Level::Trace), "{module}");
        }
        assert!(passes("inof=trace", "inof", Level::Trace));
    }

    #[test]
    fn bad_directives_are_named_and_ignored() {
        let (filter, refused) = Filter::parse_lenient("shop=loud,=info,a[b]=debug,warn,a b");
        assert_eq!(filter, Filter::at(Level::Warn));
        let refused: Vec<_> = refused.iter().map(ToString::to_string).collect();
        assert_eq!(
            refused,
            [
                "filter: unknown level `loud` in `shop=loud`",
                "filter: no target before `=` in `=info`",
                "filter: unexpected `[` in `a[b]=debug`",
                "filter: unexpected ` ` in `a b`",
            ]
        );
    }

    /// Random directives: nothing panics, and what is refused is named.
    /// `tests/it/fuzz.rs` says how to try a million.
    #[test]
    fn fuzz_the_parser() {
        const PARTS: [&str; 12] =
            ["info", "OFF", "trace", "shop", "::", "=", ",", " ", "[", "\"", "ß", "\u{2028}"];
        let cases = std::env::var("FUZZ_CASES").map_or(10_000, |cases| cases.parse().unwrap());
        let mut bits = 1_u64;
        let mut below = |end: usize| {
            // An odd multiplier and the upper half: good enough to mix words.
            bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            usize::try_from(bits >> 33).unwrap() % end
        };
        for _ in 0..cases {
            let parts = below(12);
            let text: String = (0..parts).map(|_| PARTS[below(PARTS.len())]).collect();
            let (filter, refused) = Filter::parse_lenient(&text);
            assert_eq!(Filter::parse(&text).is_err(), !refused.is_empty(), "{text}");
            assert!(filter.lowest() <= filter.threshold("shop"), "{text}");
        }
    }

    #[test]
    fn nothing_but_bad_directives_means_info() {
        assert_eq!(Filter::parse_lenient("a=loud").0, Filter::at(Level::Info));
        assert_eq!(Filter::parse_lenient("").0, Filter::at(Level::Info));
    }
}
