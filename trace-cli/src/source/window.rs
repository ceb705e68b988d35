//! The part of a log that was written within a time, found by bisecting it.
//!
//! A log is in order, or nearly. That is checked by looking at 64 places of it:
//! if one is older than another before it by more than a few seconds, all of
//! the log is read.

use std::{fs::File, io, io::Read as _};

use crate::{
    line::{Keys, Role, read, time_ns},
    scan::{Part, line_begin},
};

/// From when until when lines are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) since: Option<i64>,
    pub(crate) until: Option<i64>,
}

const SECOND: i64 = 1_000_000_000;

/// By how much lines may be out of order.
const DISORDER_NS: i64 = 5 * SECOND;

/// How much is read beyond the window: lines of one request may stand there.
const MARGIN_NS: i64 = 60 * SECOND;

/// In a smaller log, nothing is gained.
const LEAST: u64 = 16 << 20;

impl Window {
    /// Returns from where to where a log is to be read.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    pub(super) fn range(self, file: &File, len: u64) -> io::Result<(u64, u64)> {
        let whole = (0, u64::MAX);
        if len < LEAST || self == Self::default() {
            return Ok(whole);
        }
        let probes = probes(file, len)?;
        if !is_in_order(&probes) {
            return Ok(whole);
        }
        let begin = match self.since {
            Some(since) => bisect(file, len, &probes, since - MARGIN_NS)?,
            None => 0,
        };
        let end = match self.until {
            Some(until) => bisect(file, len, &probes, until + MARGIN_NS)?,
            None => len,
        };
        Ok((begin, if end >= len { u64::MAX } else { end }))
    }
}

/// Returns the times of lines at places all over a log.
fn probes(file: &File, len: u64) -> io::Result<Vec<(u64, i64)>> {
    const COUNT: u64 = 64;
    let mut probes = Vec::new();
    for index in 0..COUNT {
        let at = len / COUNT * index;
        let begin = if at == 0 { 0 } else { line_begin(file, at, len)? };
        probes.extend(time_at(file, begin)?.map(|time| (begin, time)));
    }
    Ok(probes)
}

fn is_in_order(probes: &[(u64, i64)]) -> bool {
    let mut newest = i64::MIN;
    probes.iter().all(|(_, time)| {
        newest = newest.max(*time);
        newest.saturating_sub(*time) <= DISORDER_NS
    })
}

/// Returns the time of the first of a few lines that has one.
fn time_at(file: &File, begin: u64) -> io::Result<Option<i64>> {
    const LOOKED_AT: u64 = 1 << 16;
    let mut text = Vec::new();
    Part::new(file, begin, u64::MAX).take(LOOKED_AT).read_to_end(&mut text)?;
    let time = |line: &[u8]| {
        let object = line.iter().position(|byte| *byte == b'{')?;
        time_ns(read(&line[object..], Keys::Any)?.0.raw(Role::Time))
    };
    Ok(text.split(|byte| *byte == b'\n').find_map(time))
}

/// Returns where a line begins before which all are older than a time.
fn bisect(file: &File, len: u64, probes: &[(u64, i64)], time: i64) -> io::Result<u64> {
    const NEAR: u64 = 1 << 20;
    let place = probes.partition_point(|probe| probe.1 < time);
    let Some(before) = place.checked_sub(1) else { return Ok(0) };
    let mut low = probes[before].0;
    let mut high = probes.get(place).map_or(len, |probe| probe.0);
    while high - low > NEAR {
        let middle = line_begin(file, low + (high - low) / 2, len)?;
        match time_at(file, middle)? {
            Some(at) if middle < high && at < time => low = middle,
            Some(_) if middle < high => high = middle,
            _ => break,
        }
    }
    // On either side of the place some lines are out of order: the margin is
    // for them.
    Ok(if time_at(file, high)?.is_some_and(|at| at < time) { high } else { low })
}
