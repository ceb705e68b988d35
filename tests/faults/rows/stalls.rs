//! F7, F27: readers that are too slow for a flood of lines.

use std::{
    io::{self, PipeReader},
    process::{Child, Stdio},
    thread,
    time::{Duration, Instant},
};

use test_support::child::{drain, ended, run};

use super::QUEUED;
use crate::{
    evidence::{Case, Written, account, must_end},
    pipe::{read_slowly, read_slowly_for},
    plan::Plan,
    table::Tally,
};

pub fn slow_readers(plan: Plan) -> Vec<Tally> {
    vec![
        slow_reader(plan, "F7 reader at 1 MB/s", 1_000_000),
        slow_reader(plan, "F7 reader at 100 KB/s", 100_000),
        stopped_reader(plan),
        never_reader(plan),
        slow_sink(),
    ]
}

/// It gets on, but does not take an eighth of the buffer in 50 ms.
fn slow_sink() -> Tally {
    let mut tally = Tally::new("F7 sink that takes 64 KiB each 45 ms, 16 threads", "background");
    let case = Case::new("background");
    let ran = run(&mut case.command(&["flood_into_a_slow_sink", "8000"]));
    must_end(&mut tally, ran.status, ran.status.success());
    let written = must_add_up(&mut tally, &case, &ran.stdout);
    must_say_all(&mut tally, &case, &written, &ran.stderr);
    let longest = ran.stderr.lines().find_map(|line| line.parse::<u64>().ok()).unwrap_or(u64::MAX);
    // A busy machine takes its time besides.
    tally.must((50..400).contains(&longest), || format!("a call took {longest} ms"));
    tally.note(format!("longest {longest} ms"));
    tally
}

/// The bound of the buffer, and 8 MiB for all else.
const MOST_MEMORY_KIB: u64 = (4 + 8) * 1_024;

/// How many bytes are written at once, at most.
const BATCH: u64 = 64 * 1_024;

/// What a flooding child says of itself on standard error.
struct Flood {
    slow_calls: u64,
    longest_us: u64,
    typical_ns: u64,
    memory_kib: u64,
}

impl Flood {
    fn of(stderr: &str) -> Self {
        let last = stderr.lines().rfind(|line| !line.starts_with("trace: ")).unwrap_or_default();
        let mut numbers = last.split(' ').map(|number| number.parse().unwrap_or(u64::MAX));
        let mut next = || numbers.next().unwrap_or(u64::MAX);
        Self { slow_calls: next(), longest_us: next(), typical_ns: next(), memory_kib: next() }
    }

    fn must_be_well(&self, tally: &mut Tally, waits: u64) {
        let Self { slow_calls, longest_us, typical_ns, memory_kib } = self;
        // A busy machine takes its time besides.
        let (waits, most_us) =
            if cfg!(debug_assertions) { (waits + 20, 1_000_000) } else { (waits, 150_000) };
        tally.must(*slow_calls <= waits, || format!("{slow_calls} calls took more than 40 ms"));
        tally.must(*longest_us < most_us, || format!("a call took {longest_us} us"));
        tally.must(*memory_kib <= MOST_MEMORY_KIB, || format!("{memory_kib} KiB of memory"));
        if !cfg!(debug_assertions) {
            tally.must(*typical_ns <= 1_000, || format!("a call takes {typical_ns} ns"));
        }
        tally.note(format!(
            "{slow_calls} waits, longest {} ms, a call {typical_ns} ns, {} MiB",
            longest_us / 1_000,
            memory_kib / 1_024
        ));
    }
}

fn flooding(case: &Case, milliseconds: u64) -> (Child, PipeReader) {
    let (reader, writer) = io::pipe().unwrap();
    let mut command = case.command(&["flood", &milliseconds.to_string()]);
    let child = command.stdout(writer).stderr(Stdio::piped()).spawn().unwrap();
    (child, reader)
}

/// The reader is there, but takes so many bytes a second only.
fn slow_reader(plan: Plan, name: &str, bytes_a_second: u64) -> Tally {
    let mut tally = Tally::new(name, "background");
    let case = Case::new("background");
    let (mut child, reader) = flooding(&case, plan.stop);
    let text = read_slowly(reader, bytes_a_second);
    let (stderr, took) = end_of_flood(&mut tally, &mut child, plan.stop);
    let text = text.join().unwrap();
    let written = must_add_up(&mut tally, &case, &text);
    // A stall ends when a megabyte is read, and the next one begins. Where the
    // writer gets on in time, a call waits for room and there is no stall.
    let bytes = plan.stop * bytes_a_second / 1_000;
    let stalls = 2 + bytes / 1_000_000;
    Flood::of(&stderr).must_be_well(&mut tally, stalls + bytes / BATCH);
    must_say_all(&mut tally, &case, &written, &stderr);
    tally.must(written.reports <= stalls, || format!("{} lines report gaps", written.reports));
    tally.must(took <= Duration::from_millis(2_600), || format!("the end took {took:?}"));
    tally
}

/// Waits for the end; returns what was said, and how long the end took.
fn end_of_flood(tally: &mut Tally, child: &mut Child, stop: u64) -> (String, Duration) {
    let start = Instant::now();
    let stderr = drain(child.stderr.take().unwrap());
    let status = ended(child);
    must_end(tally, status, status.success());
    let took = start.elapsed().saturating_sub(Duration::from_millis(stop));
    (stderr.join().unwrap(), took)
}

/// Accounts for a process whose end did not wait for its reader: all the same
/// each line is in the pipe, or dropped and counted.
fn must_add_up(tally: &mut Tally, case: &Case, text: &str) -> Written {
    let (written, ledger) = (Written::read(text), case.ledger());
    let (counted, waiting, dropped) = ledger.closed().unwrap_or_default();
    let (acknowledged, lost) = (ledger.total(), dropped.iter().sum::<u64>());
    tally.run(acknowledged, written.lines, &dropped, written.torn);
    tally.must(acknowledged == counted + lost && waiting == 0, || {
        format!("{acknowledged} acknowledged, {counted} written, {lost} dropped, {waiting} wait")
    });
    tally.must(written.lines == counted, || {
        format!("{counted} counted as written, {} there", written.lines)
    });
    tally.must(written.torn == 0 && written.is_in_order(), || "torn or out of order".to_owned());
    written
}

/// What the log does not say, standard error does: each line that is missing is
/// in one of the two.
fn must_say_all(tally: &mut Tally, case: &Case, written: &Written, stderr: &str) {
    let (_, _, dropped) = case.ledger().closed().unwrap_or_default();
    let lost = dropped.iter().sum::<u64>();
    let said = |line: &str| {
        let (number, what) = line.strip_prefix("trace: ")?.split_once(' ')?;
        if what.contains(" dropped") { number.parse::<u64>().ok() } else { None }
    };
    let said: u64 = stderr.lines().filter_map(said).sum();
    let reported = written.reported_lines;
    tally.must(reported + said == lost, || {
        format!("{reported} in the log and {said} on standard error of {lost} dropped")
    });
}

/// The reader stops, goes on, and reads all: one stall, one line about it.
fn stopped_reader(plan: Plan) -> Tally {
    let mut tally = Tally::new(format!("F7 reader stops for {} ms", plan.stop), "background");
    let case = Case::new("background");
    let (mut child, reader) = flooding(&case, plan.stop);
    thread::sleep(Duration::from_millis(plan.stop));
    // It has ended, or is about to: whatever waits is read now.
    let text = read_slowly(reader, u64::MAX);
    let (stderr, _) = end_of_flood(&mut tally, &mut child, 0);
    let text = text.join().unwrap();
    let written = must_add_up(&mut tally, &case, &text);
    Flood::of(&stderr).must_be_well(&mut tally, 3);
    let (_, _, dropped) = case.ledger().closed().unwrap_or_default();
    let overflow = dropped.first().copied().unwrap_or(0);
    must_say_all(&mut tally, &case, &written, &stderr);
    tally.must(written.reports == 1 && written.reported_lines == overflow, || {
        format!("{} lines report {} of {overflow}", written.reports, written.reported_lines)
    });
    tally
}

/// It is not read before the end, which waits for two seconds, and says what is
/// lost.
fn never_reader(plan: Plan) -> Tally {
    let mut tally = Tally::new("F7 not read before the end", "background");
    let case = Case::new("background");
    let (mut child, reader) = flooding(&case, plan.stop);
    let (stderr, took) = end_of_flood(&mut tally, &mut child, plan.stop);
    let text = read_slowly(reader, u64::MAX).join().unwrap();
    let written = must_add_up(&mut tally, &case, &text);
    must_say_all(&mut tally, &case, &written, &stderr);
    tally.must(took <= Duration::from_millis(2_600), || format!("the end took {took:?}"));
    Flood::of(&stderr).must_be_well(&mut tally, 1);
    tally
}

pub fn flood(plan: Plan) -> Vec<Tally> {
    QUEUED.map(|mode| flood_in(plan, mode)).into()
}

fn flood_in(plan: Plan, mode: &'static str) -> Tally {
    let mut tally = Tally::new("F27 ERROR lines beside a flood", mode);
    let case = Case::new(mode);
    let errors = plan.stop.min(2_000);
    let (reader, writer) = io::pipe().unwrap();
    let mut command = case.command(&["flood_and_errors", &errors.to_string()]);
    let mut child = command.stdout(writer).stderr(Stdio::piped()).spawn().unwrap();
    drop(command);
    // Slower than the flood by far, but not at the end: what waits then has
    // two seconds.
    let text = read_slowly_for(reader, 100_000, Duration::from_millis(errors));
    let status = ended(&mut child);
    must_end(&mut tally, status, status.success());
    let written = account(&mut tally, &case, &text.join().unwrap());
    tally.must(written.errors == errors, || format!("{} of {errors}", written.errors));
    let (_, _, dropped) = case.ledger().closed().unwrap_or_default();
    tally.must(dropped.iter().sum::<u64>() > 0, || "there was no flood".to_owned());
    tally
}
