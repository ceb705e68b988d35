//! The header `tracestate`: what other tracing systems pass on beside
//! `traceparent`.
//!
//! [W3C Trace Context, level 2][spec]; quotes enclose one byte:
//!
//! ```text
//! list    member *31( "," member )      empty members are allowed
//! member  key "=" value                 spaces and tabs around it are ignored
//! key     [a-z0-9] *255[a-z0-9_-*/@]
//! value   1 to 256 of 0x20 to 0x7E, no "," and no "=", the last not a space
//! ```
//!
//! If one member is invalid, or if there are more than 32, everything is
//! discarded, because the meaning can no longer be known. If several members
//! have the same key, the first counts.
//!
//! [spec]: https://www.w3.org/TR/trace-context-2/#tracestate-header

use std::{fmt, str::FromStr};

use crate::{
    error::{Error, Kind},
    id::trim,
};

/// The most members that are allowed.
const MOST_MEMBERS: usize = 32;

/// The most bytes of a key or a value.
const MOST_LEN: usize = 256;

/// A longer member is removed first if the whole is too long.
const LONG_MEMBER: usize = 128;

/// A valid `tracestate`. It is empty if the header was.
///
/// # Examples
///
/// ```
/// use trace_runtime::propagation::TraceState;
///
/// let state: TraceState = "rojo=00f067aa0ba902b7 , ,congo=t61rcWkgMzE,rojo=1".parse()?;
/// assert_eq!(state.get("congo"), Some("t61rcWkgMzE"));
/// assert_eq!(state.to_string(), "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE");
/// assert!("rojo".parse::<TraceState>().is_err());
/// # Ok::<(), trace_runtime::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct TraceState {
    /// `key=value,key=value`: without empty members or repeated keys.
    text: String,
}

impl TraceState {
    /// Returns whether there are no members. An empty header is valid, and is
    /// not passed on.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::propagation::TraceState;
    ///
    /// assert!(" , ,".parse::<TraceState>()?.is_empty());
    /// assert!(TraceState::default().is_empty());
    /// assert!(!"rojo=1".parse::<TraceState>()?.is_empty());
    /// # Ok::<(), trace_runtime::Error>(())
    /// ```
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Returns the value of the header: without spaces around members, empty
    /// members and repeated keys.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::propagation::TraceState;
    ///
    /// let state: TraceState = "rojo=00f067aa0ba902b7 ,\t, congo=t61rcWkgMzE, rojo=old".parse()?;
    /// assert_eq!(state.as_str(), "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE");
    /// # Ok::<(), trace_runtime::Error>(())
    /// ```
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the keys and values. The one that was changed last comes first.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::propagation::TraceState;
    ///
    /// let state: TraceState = "congo=ucfJifl5GOE,rojo=00f067aa0ba902b7".parse()?;
    /// assert_eq!(state.iter().next(), Some(("congo", "ucfJifl5GOE")), "the caller's system");
    /// assert_eq!(state.iter().map(|(system, _)| system).collect::<Vec<_>>(), ["congo", "rojo"]);
    /// # Ok::<(), trace_runtime::Error>(())
    /// ```
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.members().filter_map(|member| member.split_once('='))
    }

    /// Returns the value of a key, if there is a member with it.
    ///
    /// # Examples
    ///
    /// OpenTelemetry's samplers leave the threshold of their decision there:
    ///
    /// ```
    /// use trace_runtime::propagation::TraceState;
    ///
    /// let state: TraceState = "ot=th:c;rv:d29d6a7215ced0,rojo=00f067aa0ba902b7".parse()?;
    /// let sampling = state.get("ot").unwrap();
    /// assert_eq!(sampling.split(';').find_map(|it| it.strip_prefix("th:")), Some("c"));
    /// assert_eq!(state.get("OT"), None, "keys are in lower case");
    /// # Ok::<(), trace_runtime::Error>(())
    /// ```
    pub fn get(&self, key: &str) -> Option<&str> {
        self.iter().find(|(it, _)| *it == key).map(|(_, value)| value)
    }

    /// Removes whole members until at most `most` bytes are left: first those
    /// longer than 128 bytes, then from the right (W3C Trace Context,
    /// [limits][it]).
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::propagation::TraceState;
    ///
    /// let long = "x".repeat(200);
    /// let state: TraceState = format!("rojo=1,acme={long},congo=2").parse()?;
    /// assert_eq!(state.clone().shortened_to(100).as_str(), "rojo=1,congo=2");
    /// assert_eq!(state.shortened_to(10).as_str(), "rojo=1");
    /// # Ok::<(), trace_runtime::Error>(())
    /// ```
    ///
    /// [it]: https://www.w3.org/TR/trace-context-2/#tracestate-limits
    #[must_use]
    pub fn shortened_to(mut self, most: usize) -> Self {
        while self.text.len() > most {
            let mut kept: Vec<&str> = self.members().collect();
            let long = kept.iter().rposition(|member| member.len() > LONG_MEMBER);
            kept.remove(long.unwrap_or(kept.len() - 1));
            self.text = kept.join(",");
        }
        self
    }

    /// Returns the value of the header, or `None` if it is empty: an empty one
    /// is never sent.
    pub(super) fn into_boxed(self) -> Option<Box<str>> {
        (!self.is_empty()).then(|| self.text.into_boxed_str())
    }

    fn members(&self) -> impl Iterator<Item = &str> {
        self.text.split(',').filter(|member| !member.is_empty())
    }

    /// Parses the lines of a header, in order. The error is the mistake.
    pub(super) fn parse(lines: impl IntoIterator<Item: AsRef<[u8]>>) -> Result<Self, &'static str> {
        let (mut state, mut count) = (Self::default(), 0);
        for line in lines {
            for member in line.as_ref().split(|&byte| byte == b',') {
                let member = trim(member);
                if !member.is_empty() {
                    count += 1;
                    state.push(member)?;
                }
                if count > MOST_MEMBERS {
                    return Err("more than 32 members");
                }
            }
        }
        Ok(state)
    }

    fn push(&mut self, member: &[u8]) -> Result<(), &'static str> {
        let member = std::str::from_utf8(member).map_err(|_| "a member is not ASCII")?;
        let (key, value) = member.split_once('=').ok_or("a member without `=`")?;
        check_key(key.as_bytes())?;
        check_value(value.as_bytes())?;
        if self.get(key).is_none() {
            self.text.push_str(if self.is_empty() { "" } else { "," });
            self.text.push_str(member);
        }
        Ok(())
    }
}

fn check_key(key: &[u8]) -> Result<(), &'static str> {
    let is_alphanumeric = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9');
    let is_allowed = |byte: u8| is_alphanumeric(byte) || b"_-*/@".contains(&byte);
    if !key.first().is_some_and(|&first| is_alphanumeric(first)) {
        return Err("a key does not begin with a lower-case letter or a digit");
    }
    if !key.iter().all(|&byte| is_allowed(byte)) {
        return Err("a key holds what is not allowed in one");
    }
    if key.len() > MOST_LEN { Err("a key of more than 256 bytes") } else { Ok(()) }
}

fn check_value(value: &[u8]) -> Result<(), &'static str> {
    if value.is_empty() || value.len() > MOST_LEN {
        return Err("a value is not of 1 to 256 bytes");
    }
    // The last byte is not a space: members are trimmed.
    if !value.iter().all(|byte| matches!(byte, b' '..=b'~') && !b",=".contains(byte)) {
        return Err("a value holds what is not allowed in one");
    }
    Ok(())
}

/// Parses a header. The error names what is wrong, but never contains the
/// header's value.
impl FromStr for TraceState {
    type Err = Error;

    fn from_str(header: &str) -> Result<Self, Error> {
        Self::parse([header]).map_err(|reason| Kind::TraceState(reason).into())
    }
}

impl fmt::Display for TraceState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(lines: &[&str]) -> Result<String, &'static str> {
        TraceState::parse(lines).map(|state| state.to_string())
    }

    #[test]
    fn what_is_too_long_loses_long_members_first_and_then_the_last() {
        let long = format!("long={}", "x".repeat(130));
        let state: TraceState = format!("a=1,{long},b=2,c=3").parse().unwrap();
        let shortened = |most| state.clone().shortened_to(most).to_string();
        assert_eq!(shortened(state.as_str().len()), state.to_string());
        assert_eq!(shortened(100), "a=1,b=2,c=3");
        assert_eq!(shortened(10), "a=1,b=2");
        assert_eq!(shortened(2), "");
    }

    #[test]
    fn what_is_wrong_is_said_without_repeating_it() {
        let cases = [
            ("foo", "a member without `=`"),
            ("=1", "a key does not begin with a lower-case letter or a digit"),
            ("_a=1", "a key does not begin with a lower-case letter or a digit"),
            ("Foo=1", "a key does not begin with a lower-case letter or a digit"),
            ("fOo=1", "a key holds what is not allowed in one"),
            ("foo =1", "a key holds what is not allowed in one"),
            ("foo.bar=1", "a key holds what is not allowed in one"),
            ("foo=", "a value is not of 1 to 256 bytes"),
            ("foo=1=2", "a value holds what is not allowed in one"),
            ("foo=a\tb", "a value holds what is not allowed in one"),
            ("foo=\u{7f}", "a value holds what is not allowed in one"),
            ("foo=é", "a value holds what is not allowed in one"),
        ];
        for (header, reason) in cases {
            assert_eq!(read(&[header]), Err(reason), "{header}");
            assert_eq!(read(&["bar=1,", header]), Err(reason), "{header}");
        }
        assert_eq!(
            "Foo=1".parse::<TraceState>().unwrap_err().to_string(),
            "tracestate: a key does not begin with a lower-case letter or a digit"
        );
        assert!(TraceState::parse([b"foo=\xFF"]).is_err());
    }

    fn any_member() -> impl Strategy<Value = String> {
        ("[a-z0-9][a-z0-9_*/@-]{0,255}", "[ -+\\--<>-~]{0,255}[!-+\\--<>-~]")
            .prop_map(|(key, value)| format!("{key}={value}"))
    }

    proptest! {
        #[test]
        fn valid_members_in_any_number_of_lines_are_kept_in_order(
            members in prop::collection::vec(any_member(), 1..32),
            split in any::<prop::sample::Index>(),
        ) {
            let mut members = members;
            let mut keys = std::collections::HashSet::new();
            members.retain(|member| keys.insert(member.split_once('=').unwrap().0.to_owned()));
            let (first, second) = members.split_at(split.index(members.len()));
            let lines = [first.join(" ,\t"), second.join(",,")];
            prop_assert_eq!(TraceState::parse(&lines).unwrap().to_string(), members.join(","));
        }

        #[test]
        fn what_is_accepted_reads_back(header in "[ab=,\t \u{1f}é*@]{0,40}") {
            if let Ok(state) = header.parse::<TraceState>() {
                prop_assert_eq!(state.as_str().parse::<TraceState>().unwrap(), state.clone());
                prop_assert!(state.iter().all(|(key, value)| !key.is_empty() && !value.is_empty()));
            }
        }

        #[test]
        fn what_is_shortened_is_short_enough_and_still_valid(
            members in prop::collection::vec(any_member(), 1..32), most in 0..2_000_usize,
        ) {
            let state: TraceState = members.join(",").parse().unwrap();
            let shortened = state.shortened_to(most);
            prop_assert!(shortened.as_str().len() <= most);
            prop_assert_eq!(shortened.as_str().parse::<TraceState>().unwrap(), shortened);
        }
    }
}
