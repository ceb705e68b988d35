//! Notices a filter that lets nothing of the program through.
//!
//! The targets of a program are known only once its lines are written. So a
//! filter that names modules and turns off everything else is watched until one
//! of its directives matches. If none ever did, the service would be silent
//! without any hint of the reason.

use std::sync::{
    OnceLock,
    atomic::{AtomicBool, AtomicU32, Ordering},
};

use super::{Filter, Threshold};
use crate::error::{Error, Kind};

/// How many lines may be rejected before that is reported.
const MOST: u32 = 10;

/// The same limit if a directive seems to name a part of the program. That part
/// may run rarely.
const MOST_WHERE_LIKELY: u32 = 1_000;

/// A filter that has let nothing through yet.
pub(crate) struct Watch {
    filter: Filter,
    kept_back: AtomicU32,
    /// The target of the first line that was rejected.
    first: OnceLock<String>,
    /// Whether a directive seems to name a part of the program.
    is_likely: AtomicBool,
}

/// What is known about a filter so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Finding {
    /// Too few lines to decide.
    Open,
    /// One of its directives has matched.
    Matches,
    /// Many lines were checked, and none matched.
    MatchesNothing,
}

/// The reason why a threshold is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asking {
    /// A request that has ended: all of its lines have been checked.
    EndOfRequest,
    Other,
}

impl Watch {
    /// Watches a filter. Returns `None` if it lets something of every program
    /// through, or nothing of any.
    pub(crate) fn new(filter: &Filter) -> Option<Self> {
        let is_doubtful = filter.rest == Threshold::OFF && !filter.is_off();
        is_doubtful.then(|| Self {
            filter: filter.clone(),
            kept_back: AtomicU32::new(0),
            first: OnceLock::new(),
            is_likely: AtomicBool::new(false),
        })
    }

    pub(crate) fn filter(&self) -> &Filter {
        &self.filter
    }

    /// Records which threshold a target was given.
    pub(crate) fn note(&self, target: &str, threshold: Threshold, asking: Asking) -> Finding {
        if threshold != Threshold::OFF {
            return Finding::Matches;
        }
        self.first.get_or_init(|| target.to_owned());
        if self.is_likely_for(target) {
            self.is_likely.store(true, Ordering::Relaxed);
        }
        let kept_back = self.kept_back.fetch_add(1, Ordering::Relaxed) + 1;
        let is_likely = self.is_likely.load(Ordering::Relaxed);
        let is_enough = match asking {
            Asking::EndOfRequest if !is_likely => true,
            _ => kept_back >= if is_likely { MOST_WHERE_LIKELY } else { MOST },
        };
        if is_enough { Finding::MatchesNothing } else { Finding::Open }
    }

    /// Returns whether a directive names the target's crate, or a crate whose
    /// name begins with the same word, as those of one program often do.
    fn is_likely_for(&self, target: &str) -> bool {
        let word = first_word(target);
        self.filter.targets.iter().any(|(module, _)| first_word(module) == word)
    }

    /// Returns the error to report, if any line was rejected.
    pub(crate) fn error(&self) -> Option<Error> {
        let target = self.first.get()?.clone();
        let directives = self.filter.to_string();
        Some(Kind::NothingPasses { directives, target }.into())
    }
}

fn first_word(target: &str) -> &str {
    target.split([':', '_']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::level::Level;

    fn watch(directives: &str) -> Watch {
        Watch::new(&Filter::parse(directives).unwrap()).unwrap()
    }

    /// Records lines of a target until there is a finding. Returns how many.
    fn noted(watch: &Watch, target: &str) -> u32 {
        let note = || watch.note(target, Threshold::OFF, Asking::Other);
        1 + u32::try_from((0..5_000).take_while(|_| note() == Finding::Open).count()).unwrap()
    }

    #[test]
    fn only_filters_that_may_silence_all_without_saying_so_are_watched() {
        for watched in ["loco", "loco=warn,other=off", "off,loco=trace"] {
            assert!(Watch::new(&Filter::parse(watched).unwrap()).is_some(), "{watched}");
        }
        for deliberate in ["off", "error", "info,loco=trace", "hyper=off", "off,hyper=off", ""] {
            assert!(Watch::new(&Filter::parse(deliberate).unwrap()).is_none(), "{deliberate}");
        }
    }

    #[test]
    fn a_filter_matches_once_a_target_has_a_level() {
        let (watch, warn) = (watch("loco=warn"), Threshold::from(Level::Warn));
        assert_eq!(watch.note("shop", Threshold::OFF, Asking::Other), Finding::Open);
        assert_eq!(watch.note("loco", warn, Asking::Other), Finding::Matches);
    }

    #[test]
    fn lines_of_another_program_are_few_until_it_is_said_that_nothing_matches() {
        assert_eq!(noted(&watch("loco"), "shop"), MOST);
        let end = watch("loco").note("shop", Threshold::OFF, Asking::EndOfRequest);
        assert_eq!(end, Finding::MatchesNothing);
    }

    #[test]
    fn lines_beside_a_module_of_the_program_are_many_until_then() {
        for directives in ["shop::seldom", "shop_db", "loco,shop_db=info"] {
            assert_eq!(noted(&watch(directives), "shop::http"), MOST_WHERE_LIKELY, "{directives}");
            let end = watch(directives).note("shop", Threshold::OFF, Asking::EndOfRequest);
            assert_eq!(end, Finding::Open, "{directives}");
        }
        assert_eq!(noted(&watch("shopping"), "shop"), MOST);
    }

    #[test]
    fn what_is_said_names_the_directives_and_the_first_target() {
        let watch = watch("loco=warn,loco::db");
        assert!(watch.error().is_none(), "no line was kept back");
        for target in ["shop::http", "shop::db"] {
            watch.note(target, Threshold::OFF, Asking::Other);
        }
        let expected = "filter: no directive in `loco::db=trace,loco=warn,off` matches any line \
                        so far (the first one has the target `shop::http`)";
        assert_eq!(watch.error().unwrap().to_string(), expected);
    }
}
