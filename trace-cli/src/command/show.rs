//! What did this request do?

use std::{
    collections::{HashSet, VecDeque},
    path::PathBuf,
};

use super::{
    collect::{Collected, Found, Wanted, collect},
    exit::Exit,
    ls::remarks,
    output::{Output, complain},
};
use crate::{
    args::{Choice, Show},
    error::Error,
    filter::Filter,
    line::{Depth, Line, Piece, Role, is_hex},
    scan::{Depths, Match, Query, Tally},
    source::{Complaints, Set, Window},
    sql::Question,
    story::story,
    view::{Screen, moment, object, picture, request_name},
};

/// As many traces are listed where an id may mean several.
const MOST_LISTED: usize = 20;

pub(super) fn run(args: &Show) -> Result<Exit, Error> {
    let (id, files) = id_and_files(args)?;
    let mut set = Set::new(&files).with_keys(args.reading.keys);
    match id {
        Some(id) => {
            let asked = args.store.set(Question::Show(id), &args.choice, args.look.zone()?)?;
            by_id(args, id, &mut asked.unwrap_or(set))
        }
        None => by_choice(args, &mut set),
    }
}

/// With a choice of requests, all words are files; else the first is an id.
fn id_and_files(args: &Show) -> Result<(Option<&str>, Vec<PathBuf>), Error> {
    let paths = |words: &[String]| words.iter().map(PathBuf::from).collect();
    match args.words.split_first() {
        _ if args.choice.is_any() => Ok((None, paths(&args.words))),
        Some((id, files)) => Ok((Some(id), paths(files))),
        None => Err(Error::wrong("which request? Give an id, or a choice such as --failed")),
    }
}

fn by_id(args: &Show, id: &str, set: &mut Set) -> Result<Exit, Error> {
    const LEAST: usize = 4;
    if id.chars().count() < LEAST {
        let sentence = format!("`{id}` is too short: give at least {LEAST} digits of an id");
        return Err(Error::wrong(sentence));
    }
    // The whole id of a trace is found in one go.
    let is_one_go = is_hex(id) && id.len() >= 32 && !args.around;
    if !is_one_go && set.has_stdin() {
        spool(set)?;
    }
    let found = collect(set, &Wanted::Query(&Query::new(id)));
    let complaints = found.complaints.clone();
    let exit = found_by_id(args, id, set, found)?;
    complain(&complaints);
    Ok(exit.after(&complaints))
}

fn found_by_id(args: &Show, id: &str, set: &Set, found: Collected) -> Result<Exit, Error> {
    let traces = chosen(&found);
    match traces[..] {
        [] => Ok(nothing(id)),
        [key] if is_whole(&found, key, id) => pictures(args, found, &[key], set),
        [key] if set.has_stdin() => {
            let sentence = "which standard input cannot be read again for: ask for that id";
            let trace = &found.traces[&key].id;
            Err(Error::wrong(format!("`{id}` belongs to {trace}, {sentence}")))
        }
        [key] => {
            let found = collect(set, &Wanted::Keys(HashSet::from([key])));
            pictures(args, found, &[key], set)
        }
        _ => {
            let keys = traces.iter().copied().take(MOST_LISTED).collect();
            several(args, &collect(set, &Wanted::Keys(keys)), &traces, id)
        }
    }
}

fn spool(set: &mut Set) -> Result<(), Error> {
    set.spool().map_err(|error| Error::wrong(format!("cannot keep standard input: {error}")))
}

/// Returns the traces that an id means: those whose own id it is, else those
/// that a request or a span of it belongs to.
fn chosen(found: &Collected) -> Vec<u128> {
    let by = |by: Match| {
        let is_it = |key: &&u128| found.traces[*key].by == Some(by);
        found.order.iter().filter(is_it).copied().collect::<Vec<_>>()
    };
    let ways = [by(Match::Trace), by(Match::Request), by(Match::Span)];
    ways.into_iter().find(|traces| !traces.is_empty()).unwrap_or_default()
}

/// Returns whether all lines of the trace have the id that was searched for.
fn is_whole(found: &Collected, key: u128, id: &str) -> bool {
    let trace = &found.traces[&key];
    let query = crate::line::canonical(id.as_bytes());
    trace.by == Some(Match::Trace) && is_hex(&trace.id) && trace.id.starts_with(&*query)
}

fn nothing(id: &str) -> Exit {
    complain(&vec![format!("nothing found for `{id}`")]);
    Exit::Nothing
}

fn pictures(args: &Show, mut found: Collected, keys: &[u128], set: &Set) -> Result<Exit, Error> {
    let mut output = Output::new(&args.look)?;
    output.screen = Screen { shows_all: args.all, is_verbose: args.verbose, ..output.screen };
    for (at, key) in keys.iter().enumerate() {
        let Some(trace) = found.traces.remove(key) else { continue };
        if at > 0 && !args.look.json {
            output.write("\n")?;
        }
        one(args, &mut output, &trace, &found, set)?;
    }
    output.finish()?;
    Ok(Exit::found(!keys.is_empty()))
}

fn one(
    args: &Show,
    output: &mut Output,
    trace: &Found,
    all: &Collected,
    set: &Set,
) -> Result<(), Error> {
    let mut story = story(&trace.id, trace.lines());
    story.copies = trace.copies;
    story.gaps.clone_from(&all.gaps);
    story.broken = all.broken;
    let of_files = remarks(&Tally { broken: 0, ..all.tally });
    story.remarks = of_files.lines().map(str::to_owned).collect();
    if args.look.json {
        return output.write(&object(&story));
    }
    let screen = output.screen;
    output.write(&picture(story, args.align, &screen))?;
    if args.around {
        output.write(&around(trace, set, &screen))?;
    }
    Ok(())
}

/// Returns the texts that stand between the first and the last of some lines.
fn around(found: &Found, set: &Set, screen: &Screen) -> String {
    let wanted: HashSet<u64> = found.lines().map(|line| crate::line::hash(line.text())).collect();
    let (mut between, mut kept) = (Vec::new(), Vec::new());
    let mut is_open = false;
    let mut tally = Tally::default();
    set.lines(Depths::default(), &mut tally, |seen| match &seen.piece {
        Piece::Line(line) if wanted.contains(&crate::line::hash(line.text())) => {
            is_open = true;
            kept.append(&mut between);
        }
        Piece::Line(_) => {}
        Piece::Other | Piece::Broken => {
            if is_open {
                between.push(String::from_utf8_lossy(seen.line).into_owned());
            }
        }
    });
    let line = |text: &String| format!("  {}\n", screen.cut(&screen.safe(text), screen.width - 2));
    match kept.is_empty() {
        true => "\nno other lines around\n".to_owned(),
        false => format!("\nother lines around\n{}", kept.iter().map(line).collect::<String>()),
    }
}

/// Lists the traces that a short id may mean.
fn several(args: &Show, found: &Collected, traces: &[u128], id: &str) -> Result<Exit, Error> {
    let mut output = Output::new(&args.look)?;
    for trace in traces.iter().filter_map(|key| found.traces.get(key)) {
        let request = trace.lines().find(Line::is_request);
        let about = request.map(|line| about(&line, &output.screen)).unwrap_or_default();
        let id = output.screen.safe(&trace.id).into_owned();
        output.write(&format!("{id}{about}\n"))?;
    }
    output.finish()?;
    complain(&vec![format!("`{id}` may mean {} traces", traces.len())]);
    Ok(Exit::Wrong)
}

fn about(line: &Line<'_>, screen: &Screen) -> String {
    let start = line.time_ns().unwrap_or_default() - line.duration_ns().unwrap_or_default();
    format!("  {}  {}", moment(start, screen.zone), screen.safe(&request_name(line)))
}

/// Shows the requests that were chosen, the last of them last.
fn by_choice(args: &Show, set: &mut Set) -> Result<Exit, Error> {
    let zone = args.look.zone()?;
    if let Some(set) = args.store.set(Question::Requests, &args.choice, zone)? {
        // The server has filtered already.
        let (chosen, complaints) = Chosen::find(args, &set, &Filter::default());
        let all = args.store.set(Question::Traces(&chosen.ids), &Choice::default(), zone)?;
        return chosen.show(args, &all.unwrap_or(set), &complaints);
    }
    if set.has_stdin() {
        spool(set)?;
    }
    let (filter, _) = args.choice.filter(set, zone)?;
    let (chosen, complaints) = Chosen::find(args, set, &filter);
    // A request may have begun long before its line.
    set.window = Window::default();
    chosen.show(args, set, &complaints)
}

/// The traces whose requests were chosen.
#[derive(Default)]
struct Chosen {
    keys: Vec<u128>,
    /// As they stand on the lines.
    ids: Vec<String>,
}

impl Chosen {
    fn find(args: &Show, set: &Set, filter: &Filter) -> (Self, Complaints) {
        let most = args.choice.last.unwrap_or(1_000);
        let mut last: VecDeque<(u128, String)> = VecDeque::new();
        let (steps, events) = (Depth::Nothing, Depth::Nothing);
        let depths = Depths { steps, requests: filter.depth(), events };
        let complaints = set.lines(depths, &mut Tally::default(), |seen| {
            let Piece::Line(line) = &seen.piece else { return };
            if line.is_request() && line.has(Role::Outcome) && filter.takes(line) {
                let id = || line.string(Role::Trace).unwrap_or_default().into_owned();
                last.extend(line.trace_key().map(|key| (key, id())));
                last.drain(..last.len().saturating_sub(most));
            }
        });
        let (keys, ids) = last.into_iter().unzip();
        (Self { keys, ids }, complaints)
    }

    fn show(self, args: &Show, set: &Set, complaints: &Complaints) -> Result<Exit, Error> {
        complain(complaints);
        if self.keys.is_empty() {
            complain(&vec!["no such request".to_owned()]);
            return Ok(Exit::Nothing.after(complaints));
        }
        let found = collect(set, &Wanted::Keys(self.keys.iter().copied().collect()));
        complain(&found.complaints);
        let is_complete = complaints.is_empty() && found.complaints.is_empty();
        let exit = pictures(args, found, &self.keys, set)?;
        Ok(if is_complete { exit } else { Exit::Wrong })
    }
}
