//! Callsites that are made at run time, and live as long as the process.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    sync::{Mutex, PoisonError},
};

use super::Callsite;
use crate::{
    callsite::{self, Callsite as Static},
    level::Level,
    line,
};

/// Those made so far, by a number made of their facts.
static LEAKED: Mutex<Option<HashMap<u64, Vec<&'static Static>>>> = Mutex::new(None);

/// What a callsite is made of.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Facts<'a> {
    name: &'a str,
    target: &'a str,
    level: Level,
    /// Empty and zero, where it is not known.
    location: (&'a str, u32),
}

impl Callsite {
    /// Returns the callsite of steps with this name, target, level, and file and
    /// line: the same facts give the same one.
    ///
    /// Its memory is never freed. So it is for facts that come from a program's
    /// text, as those of another library's spans do, and not from its data.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Level, edge::{Callsite, Parent, Step}, testing::Capture};
    ///
    /// let capture = Capture::new();
    /// capture.run(|| {
    ///     let callsite = Callsite::leaked("query", "sqlx", Level::Debug, Some(("pool.rs", 7)));
    ///     Step::open(callsite, Parent::Current, |_| {}).unwrap().close();
    /// });
    /// let line = &capture.values()[0];
    /// assert_eq!((&line["name"], &line["target"]), (&"query".into(), &"sqlx".into()));
    /// ```
    #[must_use]
    pub fn leaked(name: &str, target: &str, level: Level, location: Option<(&str, u32)>) -> Self {
        let facts = Facts { name, target, level, location: location.unwrap_or_default() };
        let mut leaked = LEAKED.lock().unwrap_or_else(PoisonError::into_inner);
        let same = leaked.get_or_insert_default().entry(facts.number()).or_default();
        let found = same.iter().copied().find(|callsite| facts == Facts::of(callsite));
        Self(found.unwrap_or_else(|| {
            let callsite = facts.leak();
            same.push(callsite);
            callsite
        }))
    }
}

impl<'a> Facts<'a> {
    fn of(callsite: &'a Static) -> Self {
        let facts = &callsite.facts;
        let (name, target, level) = (facts.name, facts.target, facts.level);
        Self { name, target, level, location: (facts.file, facts.line) }
    }

    fn number(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        hasher.finish()
    }

    fn leak(&self) -> &'static Static {
        let (file, line) = self.location;
        let step = callsite::step(
            text(self.target),
            text(&line::target_member(self.target)),
            text(self.name),
            text(&line::name_member(self.name)),
            text(file),
            line,
        );
        Box::leak(Box::new(step.level(self.level)))
    }
}

fn text(text: &str) -> &'static str {
    Box::leak(text.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaked(name: &str, level: Level) -> *const Static {
        Callsite::leaked(name, "x", level, None).0
    }

    #[test]
    fn the_same_facts_give_the_same_address() {
        assert_eq!(leaked("a", Level::Info), leaked(&String::from("a"), Level::Info));
        assert_ne!(leaked("a", Level::Info), leaked("a", Level::Debug));
        assert_ne!(leaked("a", Level::Info), leaked("b", Level::Info));
    }
}
