//! What changed between two logs?

mod routes;
mod shown;

use std::path::{Path, PathBuf};

use self::{routes::Routes, shown::show};
use super::{
    exit::Exit,
    output::{Output, complain},
};
use crate::{
    args::{Choice, Diff, Store},
    error::Error,
    filter::{Filter, Moment},
    source::Set,
    sql::Question,
};

pub(super) fn run(args: &Diff) -> Result<Exit, Error> {
    let read = |side: &PathBuf| -> Result<_, Error> {
        let (set, filter) = match args.store.clickhouse {
            Some(_) => of_server(args, side)?,
            None => of_files(args, side)?,
        };
        Ok(Routes::read(&set, &filter, args.hold.hold))
    };
    let ((before, mut complaints), (after, others)) = (read(&args.before)?, read(&args.after)?);
    complaints.extend(others);
    let mut output = Output::new(&args.look)?;
    let answer = show(&before, &after, args.look.json, &output.screen);
    output.write(&answer.text)?;
    output.finish()?;
    complain(&complaints);
    let is_worse = args.fail_on.is_some_and(|most| answer.slowest_percent >= most);
    let exit = if is_worse { Exit::Slower } else { Exit::found(answer.changed > 0) };
    Ok(exit.after(&complaints))
}

fn of_files(args: &Diff, side: &PathBuf) -> Result<(Set, Filter), Error> {
    let mut set = Set::new(std::slice::from_ref(side)).with_keys(args.reading.keys);
    let (filter, _) = args.choice.filter(&mut set, args.look.zone()?)?;
    Ok((set, filter))
}

/// Returns the lines of one side. Steps do not say their request's route: only
/// times are chosen by the server.
fn of_server(args: &Diff, side: &Path) -> Result<(Set, Filter), Error> {
    let zone = args.look.zone()?;
    let side = side.to_string_lossy();
    let times = side.split_once("..");
    let (mut store, mut choice) = (args.store.clone(), args.choice.clone());
    match times {
        Some((from, until)) => (choice.since, choice.until) = (moment(from)?, moment(until)?),
        None => store = Store { table: Some(side.into_owned()), ..store },
    }
    let asked = store.set(Question::Spans, &choice, zone)?;
    let mut set = asked.unwrap_or_else(|| Set::new(&[]));
    let of_requests = Choice { since: None, until: None, ..choice };
    let (filter, _) = of_requests.filter(&mut set, zone)?;
    Ok((set, filter))
}

/// Returns a moment; none is before or after all.
fn moment(text: &str) -> Result<Option<Moment>, Error> {
    let parsed = (!text.is_empty()).then(|| text.parse()).transpose();
    parsed.map_err(|why: String| Error::wrong(format!("`{text}`: {why}")))
}
