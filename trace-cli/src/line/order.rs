//! Reads one object: along the keys in the order of the runtime as far as it
//! goes, and member by member from there.

use super::{
    any::{self, Next},
    keys::{self, Head, Role, head},
    object::Line,
    presets::Keys,
    text::decode,
    walk::Walk,
};

/// How far a line is read. What stands behind that is not looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Depth {
    Nothing,
    /// Up to the id of the span, which is for steps only.
    Ids,
    /// Up to the duration.
    Duration,
    /// Up to the route, which stands behind the list of steps.
    Route,
    #[default]
    Whole,
}

/// Reads the object that a text begins with. Returns it, and where it ends; or
/// `None` if it is cut off or broken.
pub(crate) fn read(text: &[u8], keys: Keys) -> Option<(Line<'_>, usize)> {
    let mut line = Line::new(text, keys);
    let end = read_to(&mut line, text, head(text))?;
    Some((line, end))
}

/// Reads the object that a text begins with into `line`, which is new, given the
/// head of the text.
#[inline(never)]
pub(crate) fn read_to<'a>(line: &mut Line<'a>, text: &'a [u8], head: Head) -> Option<usize> {
    let mut walk = Walk::new(line, text);
    // Where it has come to no further, the next member is read as any.
    let _ = walk.whole(head);
    let begin = walk.at();
    let end = match text.get(begin)? {
        b'}' => begin + 1,
        _ => rest(line, text, begin)?,
    };
    if !line.is_native() {
        foreign(line, text.get(..end)?);
    }
    line.end(end);
    Some(end)
}

/// Reads the line of a request or a step, given its head, only as far as
/// `depth`. Returns how far that is, or `None` where the walk does not lead
/// there.
#[inline(never)]
pub(crate) fn read_short<'a>(
    line: &mut Line<'a>,
    text: &'a [u8],
    head: Head,
    depth: Depth,
) -> Option<usize> {
    let mut walk = Walk::new(line, text);
    if depth == Depth::Ids {
        walk.ids_of_step(head).ok()?;
        return Some(walk.at());
    }
    walk.up_to_duration(head).ok()?;
    if depth >= Depth::Route {
        walk.up_to_route(head).ok()?;
    }
    let at = walk.at();
    line.has(Role::Duration).then_some(at)
}

impl<'a> Line<'a> {
    /// Returns the line with all that stands on it: it may have been read only
    /// in part.
    pub(crate) fn whole(&self) -> Option<Line<'a>> {
        read(self.text(), self.keys()).map(|it| it.0)
    }
}

/// Reads the object without the walk, to compare the two.
#[cfg(test)]
pub(crate) fn read_any(text: &[u8]) -> Option<(Line<'_>, usize)> {
    let mut line = Line::new(text, Keys::Any);
    let end = rest(&mut line, text, 0)?;
    if !line.is_native() {
        foreign(&mut line, &text[..end]);
    }
    line.end(end);
    Some((line, end))
}

/// Reads the members from `at` on, which is where a comma or the object's brace
/// stands.
/// Returns where the object ends.
#[inline(never)]
fn rest(line: &mut Line<'_>, text: &[u8], at: usize) -> Option<usize> {
    let mut at = match text.get(at)? {
        b',' => any::blanks(text, at + 1),
        b'{' if at == 0 => any::blanks(text, 1),
        _ => at,
    };
    loop {
        match any::next(text, at)? {
            Next::Member(member, after) => {
                if let Some(role) = native(member.key) {
                    line.set(role, member.value);
                }
                at = after;
            }
            Next::End(end) => return Some(end),
        }
    }
}

#[inline]
fn native(key: &[u8]) -> Option<Role> {
    let role = keys::native(key);
    if role.is_none() && key.contains(&b'\\') {
        return keys::native(decode(key).as_bytes());
    }
    role
}

/// Reads an object anew that has not the keys of the runtime: by those of its
/// log, or else by any that are known.
fn foreign<'a>(line: &mut Line<'a>, object: &'a [u8]) {
    let is_read = match line.keys() {
        Keys::Native => return,
        Keys::Any => false,
        keys => {
            line.forget();
            others(line, keys, &mut Vec::new(), object);
            line.has(Role::Time)
        }
    };
    if !is_read {
        line.forget();
        rest(line, object, 0);
        others(line, Keys::Any, &mut Vec::new(), object);
    }
    line.set_foreign();
}

/// Looks for the keys of other producers, also in nested objects. `path` is
/// the key of the object that is read, with a dot behind it.
fn others(line: &mut Line<'_>, keys: Keys, path: &mut Vec<u8>, object: &[u8]) {
    const DEEPEST: usize = 64;
    for member in any::members(object) {
        let before = path.len();
        path.extend_from_slice(decode(member.key).as_bytes());
        let is_object = member.value.first() == Some(&b'{');
        if is_object && keys.nests(path) {
            conventions(line, keys, member.value);
        } else if is_object && path.len() < DEEPEST && keys.holds_roles(path) {
            path.push(b'.');
            others(line, keys, path, member.value);
        } else if let Some(role) = keys.role(path) {
            line.set(role, member.value);
        }
        path.truncate(before);
    }
}

/// Looks for the keys of conventions, which have a dot, among the fields of a
/// line.
fn conventions(line: &mut Line<'_>, keys: Keys, fields: &[u8]) {
    for member in any::members(fields).filter(|member| member.key.contains(&b'.')) {
        if let Some(role) = keys.role(member.key) {
            line.set(role, member.value);
        }
    }
}
