//! Finds out whose keys a log has, by its first lines.

use std::borrow::Cow;

use super::{any::members, presets::Keys, text::decode};

/// So many lines are looked at.
const LINES: u32 = 64;

/// What the first lines of a log say of its keys.
#[derive(Clone, Debug, Default)]
pub(crate) struct Producer {
    /// What was asked for.
    set: Option<Keys>,
    /// How many lines were looked at.
    seen: u32,
    /// The keys that only one producer writes, and how many of them there were.
    found: Vec<(Keys, u32)>,
}

impl Producer {
    /// Returns one that finds out nothing, if keys are set.
    pub(crate) fn new(set: Option<Keys>) -> Self {
        Self { set, ..Self::default() }
    }

    /// Returns whose keys the lines have that were looked at.
    #[inline]
    pub(crate) fn keys(&self) -> Keys {
        let most = self.found.iter().max_by_key(|it| it.1).map(|it| it.0);
        self.set.or(most).unwrap_or_default()
    }

    /// Looks at the lines of a text, as far as they are among the first.
    #[inline]
    pub(crate) fn look(&mut self, text: &[u8]) {
        if self.seen < LINES && self.set.is_none() {
            self.look_at_lines(text);
        }
    }

    #[cold]
    fn look_at_lines(&mut self, text: &[u8]) {
        for line in text.split(|byte| *byte == b'\n') {
            if self.seen >= LINES {
                return;
            }
            if let Some(object) = object(line) {
                self.seen += 1;
                self.look_at_object(&object);
            }
        }
    }

    fn look_at_object(&mut self, object: &[u8]) {
        for member in members(object) {
            let Some(keys) = Keys::of_key(decode(member.key).as_bytes(), member.value) else {
                continue;
            };
            match self.found.iter_mut().find(|it| it.0 == keys) {
                Some(it) => it.1 += 1,
                None => self.found.push((keys, 1)),
            }
        }
    }

    /// Another log begins.
    pub(crate) fn restart(&mut self) {
        (self.seen, self.found) = (0, Vec::new());
    }
}

/// Returns the object of a line, without what a container put around it.
fn object(line: &[u8]) -> Option<Cow<'_, [u8]>> {
    let begin = line.iter().position(|byte| *byte == b'{')?;
    let object = &line[begin..];
    if !object.starts_with(br#"{"log":""#) {
        return Some(Cow::Borrowed(object));
    }
    let log = members(object).next()?;
    Some(Cow::Owned(decode(super::bare(log.value)).into_owned().into_bytes()))
}
