//! What changed between two logs?

mod routes;
mod shown;

use std::path::PathBuf;

use self::{routes::Routes, shown::show};
use super::{
    exit::Exit,
    output::{Output, complain},
};
use crate::{args::Diff, error::Error, source::Set};

pub(super) fn run(args: &Diff) -> Result<Exit, Error> {
    let read = |file: &PathBuf| -> Result<_, Error> {
        let mut set = Set::new(std::slice::from_ref(file)).with_keys(args.reading.keys);
        let (filter, _) = args.choice.filter(&mut set, args.look.zone()?)?;
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
    Ok(match () {
        () if !complaints.is_empty() => Exit::Wrong,
        () if is_worse => Exit::Slower,
        () if answer.changed == 0 => Exit::Nothing,
        () => Exit::Found,
    })
}
