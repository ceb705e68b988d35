//! Where does the time go?

mod by;
mod folded;
mod shown;
mod whole;

use self::{by::By, shown::show};
use super::{
    exit::Exit,
    output::{Output, complain},
    remote,
};
use crate::{args::Stats, error::Error, source::Set, sql::Question};

pub(super) fn run(args: &Stats) -> Result<Exit, Error> {
    let by: Vec<By> = args.by.iter().map(|name| By::new(name)).collect();
    if by.len() > By::MOST {
        return Err(Error::wrong(format!("--by takes at most {} names", By::MOST)));
    }
    let zone = args.look.zone()?;
    if let Some(set) = args.store.set(Question::Stats(&args.by), &args.choice, zone)? {
        return remote::stats(args, &set);
    }
    let mut set = Set::new(&args.files).with_keys(args.reading.keys);
    let (filter, head) = args.choice.filter(&mut set, zone)?;
    let answer = match whole::is_needed(args, &by, &filter) {
        true => whole::answer(args, &by, &filter, &set),
        false => folded::answer(args, &by, &filter, &set),
    };
    let mut output = Output::new(&args.look)?;
    if let Some(head) = head.filter(|_| !args.look.json) {
        output.write(&format!("{head}\n"))?;
    }
    let text = show(&answer, &by, args.look.json, &output.screen);
    output.write(&text)?;
    output.finish()?;
    complain(&answer.complaints);
    Ok(Exit::found(!answer.groups.all().is_empty()).after(&answer.complaints))
}
