//! Reads all logs of a set, one after the other or in parts at a time.

use std::{
    fs::File,
    io::{self, Read},
    sync::atomic::Ordering,
    thread,
};

use super::{
    open::Opened,
    progress::Progress,
    set::{Input, Set},
    window::Window,
};
use crate::{
    line::{Keys, Producer},
    scan::{Block, Blocks, Depths, Lines, Part, Seen, Tally, in_parts},
};

/// What is not an answer: a log that could not be read, for standard error.
pub(crate) type Complaints = Vec<String>;

/// What is done with the blocks of logs.
pub(crate) trait Visit {
    /// A log begins.
    fn begin(&mut self, _input: &Input) {}
    /// Takes the next block of it.
    fn block(&mut self, block: &Block<'_>);
    /// The log ends; `is_cut` says if it does in the middle of a compressed
    /// block.
    fn end(&mut self, is_cut: bool);
}

/// How lines are folded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fold {
    pub(crate) threads: usize,
    pub(crate) depths: Depths,
}

impl Set {
    /// Reads all logs. Returns a sentence for each that could not be read.
    pub(crate) fn visit(&self, visit: &mut impl Visit) -> Complaints {
        let mut complaints = Vec::new();
        let mut progress = Progress::default();
        for input in &self.inputs {
            visit.begin(input);
            let read =
                input.open().and_then(|opened| read(opened, visit, &mut progress, self.window));
            let is_cut = read.unwrap_or_else(|error| {
                complaints.push(format!("{}: {error}", input.name()));
                false
            });
            visit.end(is_cut);
        }
        complaints
    }

    /// Hands on what each line of all logs holds.
    pub(crate) fn lines(
        &self,
        depths: Depths,
        tally: &mut Tally,
        take: impl FnMut(Seen<'_>),
    ) -> Complaints {
        let mut each = Each { lines: Lines::new(self.keys, depths), take };
        let complaints = self.visit(&mut each);
        *tally += each.lines.tally;
        complaints
    }

    /// Hands on each line of a text as it is.
    pub(crate) fn rows(&self, take: impl FnMut(&[u8])) -> Complaints {
        self.visit(&mut Rows(take))
    }

    /// Folds all lines into values that `make` makes, on several threads. The
    /// values come in the order of the logs.
    pub(crate) fn fold<T: Send>(
        &self,
        how: Fold,
        make: &(impl Fn() -> T + Sync),
        take: &(impl Fn(&mut T, Seen<'_>) + Sync),
    ) -> (Vec<(T, Tally)>, Complaints) {
        let mut progress = Progress::default();
        let (mut all, mut complaints) = (Vec::new(), Vec::new());
        for input in &self.inputs {
            let folded = input.open().and_then(|opened| match opened {
                Opened::Plain { file, len } => {
                    let count = if is_large(len) { how.threads } else { 1 };
                    let window = self.window.range(&file, len)?;
                    let producer = producer(&file, self.keys)?;
                    let lines = || Lines::of_part(producer.clone(), how.depths);
                    in_threads(in_parts(&file, len, window, count)?, &lines, make, take)
                }
                opened @ Opened::Stream(_) => {
                    let lines = Lines::new(self.keys, how.depths);
                    one(opened, lines, make, take, &mut progress).map(|it| vec![it])
                }
            });
            match folded {
                Ok(folded) => all.extend(folded),
                Err(error) => complaints.push(format!("{}: {error}", input.name())),
            }
        }
        (all, complaints)
    }
}

/// Threads cost more than they save in a small log.
fn is_large(len: u64) -> bool {
    len > 8 << 20
}

/// Hands each line on.
struct Each<F> {
    lines: Lines,
    take: F,
}

impl<F: FnMut(Seen<'_>)> Visit for Each<F> {
    fn block(&mut self, block: &Block<'_>) {
        self.lines.block(block, &mut self.take);
    }

    fn end(&mut self, is_cut: bool) {
        self.lines.finish(is_cut, &mut self.take);
    }
}

/// Hands each line on as it is.
struct Rows<F>(F);

impl<F: FnMut(&[u8])> Visit for Rows<F> {
    fn block(&mut self, block: &Block<'_>) {
        let lines = block.text.split(|byte| *byte == b'\n');
        lines.filter(|line| !line.is_empty()).for_each(&mut self.0);
    }

    fn end(&mut self, _: bool) {}
}

/// Reads a log. Returns whether it ends in the middle of a compressed block.
fn read(
    opened: Opened,
    visit: &mut impl Visit,
    progress: &mut Progress,
    window: Window,
) -> io::Result<bool> {
    match opened {
        Opened::Plain { file, len } => {
            progress.of(len);
            let (begin, end) = window.range(&file, len)?;
            blocks(Part::new(&file, begin, end), visit, progress)?;
            Ok(false)
        }
        Opened::Stream(stream) => {
            let is_cut = stream.is_cut();
            progress.of(0);
            blocks(stream, visit, progress)?;
            Ok(is_cut.load(Ordering::Relaxed))
        }
    }
}

fn blocks(from: impl Read, visit: &mut impl Visit, progress: &mut Progress) -> io::Result<()> {
    let mut blocks = Blocks::new(from);
    while let Some(block) = blocks.next()? {
        progress.at(block.offset);
        visit.block(&block);
    }
    Ok(())
}

/// Looks at the head of a log: all its parts have the same keys.
fn producer(file: &File, keys: Option<Keys>) -> io::Result<Producer> {
    const HEAD: u64 = 1 << 16;
    let mut head = Vec::new();
    Part::new(file, 0, HEAD).read_to_end(&mut head)?;
    let mut producer = Producer::new(keys);
    producer.look(&head);
    Ok(producer)
}

fn one<T>(
    opened: Opened,
    lines: Lines,
    make: &impl Fn() -> T,
    take: &impl Fn(&mut T, Seen<'_>),
    progress: &mut Progress,
) -> io::Result<(T, Tally)> {
    let mut value = make();
    let mut each = Each { lines, take: |seen: Seen<'_>| take(&mut value, seen) };
    let is_cut = read(opened, &mut each, progress, Window::default())?;
    each.end(is_cut);
    let tally = each.lines.tally;
    Ok((value, tally))
}

fn in_threads<T: Send>(
    parts: Vec<Part<'_>>,
    lines: &(impl Fn() -> Lines + Sync),
    make: &(impl Fn() -> T + Sync),
    take: &(impl Fn(&mut T, Seen<'_>) + Sync),
) -> io::Result<Vec<(T, Tally)>> {
    if parts.len() == 1 {
        return parts.into_iter().map(|part| fold_part(part, lines(), make, take)).collect();
    }
    thread::scope(|scope| {
        let start = |part| scope.spawn(|| fold_part(part, lines(), make, take));
        let threads: Vec<_> = parts.into_iter().map(start).collect();
        let gone = |_| io::Error::other("a thread that read it has panicked");
        threads.into_iter().map(|thread| thread.join().map_err(gone)?).collect()
    })
}

fn fold_part<T>(
    part: Part<'_>,
    mut lines: Lines,
    make: &impl Fn() -> T,
    take: &impl Fn(&mut T, Seen<'_>),
) -> io::Result<(T, Tally)> {
    let (mut value, mut blocks) = (make(), Blocks::new(part));
    while let Some(block) = blocks.next()? {
        lines.block(&block, &mut |seen| take(&mut value, seen));
    }
    lines.finish(false, &mut |seen| take(&mut value, seen));
    Ok((value, lines.tally))
}
