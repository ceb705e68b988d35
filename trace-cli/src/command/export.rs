//! Traces for other tools.

use super::{
    exit::Exit,
    output::{Output, complain},
};
use crate::{
    args::{Export, Format},
    error::Error,
    export::{Chrome, Folded, Speedscope, Weight, otlp},
    filter::Filter,
    line::Piece,
    scan::{Depths, Tally},
    source::Set,
    trace::{Assembler, Keep, Names, Take, Text, Trace, Tree},
    zone::Zone,
};

pub(super) fn run(args: &Export) -> Result<Exit, Error> {
    let mut set = Set::new(&args.files).with_keys(args.reading.keys);
    let (filter, _) = args.choice.filter(&mut set, Zone::Utc)?;
    let mut export = Exporter::new(args, filter, Output::plain());
    // Flame graphs hold no events.
    let keep = if args.format == Format::Folded { Keep::Requests } else { Keep::Everything };
    let mut traces = Assembler::new(keep, args.hold.hold);
    let complaints = set.lines_by_time(Depths::default(), &mut Tally::default(), |seen| {
        if let Piece::Line(line) = &seen.piece {
            traces.add(line, &mut export);
        }
    });
    traces.finish(&mut export);
    let count = export.finish()?;
    complain(&complaints);
    Ok(Exit::found(count > 0).after(&complaints))
}

/// What is written so far.
struct Exporter {
    filter: Filter,
    trace: Option<u128>,
    to: To,
    output: Output,
    count: u64,
    error: Option<Error>,
}

enum To {
    Folded(Folded),
    Chrome(Chrome),
    Speedscope(Box<Speedscope>),
    Otlp,
}

impl Take for Exporter {
    fn take(&mut self, trace: &Trace, names: &Names) {
        if self.error.is_some() || !self.takes(trace) {
            return;
        }
        self.count += 1;
        let tree = Tree::new(trace);
        let text = match &mut self.to {
            To::Folded(folded) => return folded.add(trace, names, &tree),
            To::Speedscope(speedscope) => return speedscope.add(trace, names, &tree),
            To::Chrome(chrome) => chrome.add(trace, names, &tree),
            To::Otlp => otlp(trace, names, &tree),
        };
        self.error = self.output.write(&text).err();
    }
}

impl Exporter {
    fn new(args: &Export, filter: Filter, output: Output) -> Self {
        let weight = if args.busy { Weight::Busy } else { Weight::Own };
        let to = match args.format {
            Format::Folded => To::Folded(Folded::new(weight)),
            Format::Chrome => To::Chrome(Chrome::new(args.fields)),
            Format::Speedscope => To::Speedscope(Box::default()),
            Format::Otlp => To::Otlp,
        };
        let key = |id: &String| crate::line::trace_key(&crate::line::canonical(id.as_bytes()));
        let trace = args.trace.as_ref().map(key);
        Self { filter, trace, to, output, count: 0, error: None }
    }

    /// Returns whether a request of the trace was chosen.
    fn takes(&self, trace: &Trace) -> bool {
        let is_it = self.trace.is_none_or(|key| trace.key == key);
        let takes = |at: Text| trace.line(at).is_some_and(|line| self.filter.takes(&line));
        let mut requests = trace.spans.iter().filter(|span| span.is_request());
        is_it && (self.filter.is_all() || requests.any(|span| takes(span.text)))
    }

    fn finish(mut self) -> Result<u64, Error> {
        if let Some(error) = self.error {
            return Err(error);
        }
        match &self.to {
            To::Folded(folded) => folded.lines().try_for_each(|line| self.output.write(&line))?,
            To::Speedscope(speedscope) => speedscope.write(&mut |text| self.output.write(text))?,
            To::Chrome(chrome) => self.output.write(chrome.end())?,
            To::Otlp => {}
        }
        self.output.finish()?;
        Ok(self.count)
    }
}
