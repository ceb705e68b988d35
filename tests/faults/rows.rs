//! The rows of the table: for each fault, what is done and what must be so.

use std::{
    fs::File,
    io::{self, PipeReader, PipeWriter, Read as _},
    os::{fd::AsFd as _, unix::process::ExitStatusExt as _},
    process::{Child, Command, Stdio},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use tests::{
    Random, TemporaryFile,
    child::{drain, ended, run},
    wait_until,
};

use crate::{
    evidence::{Case, Written, account, account_killed, must_be_whole, must_end},
    plan::Plan,
    table::Tally,
};

const BOTH: [&str; 2] = ["direct", "background"];

/// The bound of background mode, and the shortest line that these rows write.
const BOUND: u64 = 4 << 20;
const SHORTEST: u64 = 110;

/// Rows that stand elsewhere, or nowhere.
pub const NOT_HERE: &str = "\
F9, F10, F18-F20: it/hostile, it/line, it/roundtrip (the line is the same in both modes)
F11: process/faults, it/panics    F14-F17: it/isolation, it/cancellation, it/panics
F22: unit tests of `clock` and `json::time`; stepping this machine's clock needs root and harms others
F28: process/setup";

/// Starts a command with its standard output in a file; returns that, too.
fn to_file(mut command: Command) -> (Child, TemporaryFile) {
    let file = TemporaryFile::new();
    let output = File::options().append(true).create(true).open(file.path()).unwrap();
    let child = command.stdin(Stdio::null()).stdout(output).stderr(Stdio::piped()).spawn().unwrap();
    (child, file)
}

/// Sends a signal.
fn signal(child: &Child, signal: Signal) {
    let pid = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    kill_process(pid, signal).unwrap();
}

// F1

pub fn ends(plan: Plan) -> Vec<Tally> {
    let hows =
        ["return", "exit", "exit_of_a_thread", "panic_in_main", "panic_in_a_task", "sigterm"];
    let cases = BOTH.iter().flat_map(|mode| hows.map(|how| (*mode, how)));
    cases.map(|(mode, how)| end(plan, mode, how)).collect()
}

fn end(plan: Plan, mode: &'static str, how: &str) -> Tally {
    let mut tally = Tally::new(format!("F1 {how}"), mode);
    for threads in ["1", "4"] {
        for lines in plan.lines.map(|lines| lines.to_string()) {
            for _ in 0..plan.runs {
                let case = Case::new(mode);
                let (mut child, file) = to_file(case.command(&["end", how, threads, &lines]));
                let mut stderr = child.stderr.take().unwrap();
                if how == "sigterm" {
                    stderr.read_exact(&mut [0; 6]).unwrap(); // "ready\n"
                    signal(&child, Signal::TERM);
                }
                let stderr = drain(stderr);
                let status = ended(&mut child);
                let expected = match how {
                    "exit" | "exit_of_a_thread" => 7,
                    "panic_in_main" => 101,
                    _ => 0,
                };
                must_end(&mut tally, status, status.code() == Some(expected));
                drop(stderr.join());
                // The lines that tell of the panic are nobody's to acknowledge.
                let written = Written::read(&file.text());
                let acknowledged = case.ledger().total();
                tally.run(acknowledged, written.lines, &[], written.torn);
                must_be_whole(&mut tally, &case, &written);
            }
        }
    }
    tally
}

// F2

pub fn hard_ends(plan: Plan) -> Vec<Tally> {
    let hows = [("SIGABRT", Signal::ABORT), ("SIGSEGV", Signal::SEGV), ("SIGKILL", Signal::KILL)];
    let cases = BOTH.iter().flat_map(|mode| hows.map(|how| (*mode, how)));
    cases.map(|(mode, (name, signal))| hard_end(plan, mode, name, signal)).collect()
}

fn hard_end(plan: Plan, mode: &'static str, name: &str, how: Signal) -> Tally {
    let mut tally = Tally::new(format!("F2 {name}"), mode);
    let mut random = Random::seeded(2);
    let mut most = 0;
    for _ in 0..plan.runs {
        let (case, file) = (Case::new(mode), TemporaryFile::new());
        let mut command = case.command(&["acknowledge", "kill", file.as_str()]);
        let mut child = command.stderr(Stdio::null()).spawn().unwrap();
        let enough = 200 + random.below(20_000) as u64;
        wait_until("lines were acknowledged", || case.ledger().total() >= enough);
        signal(&child, how);
        if how == Signal::SEGV {
            // The handler that std has for it takes the first one, and steps
            // aside.
            thread::sleep(Duration::from_millis(20));
            signal(&child, how);
        }
        let status = ended(&mut child);
        must_end(&mut tally, status, status.signal() == Some(how.as_raw()));
        most = most.max(account_killed(&mut tally, &case, &file.text()));
    }
    let bound = if mode == "direct" { 0 } else { BOUND / SHORTEST };
    tally.must(most <= bound, || format!("{most} lines lost at once"));
    tally.note(format!("at most {most} lost at once"));
    tally
}

// F4

pub fn failing_sinks(plan: Plan) -> Vec<Tally> {
    let mut tallies = Vec::new();
    for mode in BOTH {
        tallies.extend([full_for_ever(plan, mode), full_for_a_while(plan, mode)]);
    }
    tallies
}

fn full_for_ever(plan: Plan, mode: &'static str) -> Tally {
    let mut tally = Tally::new("F4 /dev/full", mode);
    for _ in 0..plan.runs {
        let case = Case::new(mode);
        let full = File::options().write(true).open("/dev/full").unwrap();
        let mut command = case.command(&["write", "2", "100", "250", "8000"]);
        let start = Instant::now();
        let mut child = command.stdout(full).stderr(Stdio::piped()).spawn().unwrap();
        let stderr = drain(child.stderr.take().unwrap());
        let status = ended(&mut child);
        must_end(&mut tally, status, status.success());
        account(&mut tally, &case, "");
        must_complain_little(&mut tally, &stderr.join().unwrap(), start);
    }
    tally
}

/// At most one line a second of our own.
fn must_complain_little(tally: &mut Tally, stderr: &str, start: Instant) {
    let complaints = stderr.lines().filter(|line| line.starts_with("trace: ")).count() as u64;
    tally.must((1..=start.elapsed().as_secs() + 2).contains(&complaints), || {
        format!("{complaints} lines on standard error")
    });
}

/// A limit on the size of a file stands in for a small disk.
fn full_for_a_while(plan: Plan, mode: &'static str) -> Tally {
    let mut tally = Tally::new("F4 full, then space again", mode);
    for _ in 0..plan.runs {
        let (case, file) = (Case::new(mode), TemporaryFile::new());
        let line = r#"trap "" XFSZ; ulimit -f 64; exec "$0" fill "$1""#;
        let start = Instant::now();
        let ran = run(&mut case.shell(line, &[file.as_str()]));
        must_end(&mut tally, ran.status, ran.status.success());
        let text = ran.stdout + "\n" + &file.text();
        let written = account(&mut tally, &case, &text);
        // One each time that it was full.
        let most = if mode == "direct" { 1 } else { 20 };
        tally.must(written.torn <= most, || format!("{} lines are torn", written.torn));
        tally.must(mode == "direct" || written.lines == 1_010, || {
            format!("{} of 1010 lines are there", written.lines)
        });
        must_complain_little(&mut tally, &ran.stderr, start);
    }
    tally
}

// F5

pub fn no_reader(plan: Plan) -> Vec<Tally> {
    let cases = BOTH.iter().flat_map(|mode| [(*mode, false), (*mode, true)]);
    cases.map(|(mode, also_stderr)| reader_goes_away(plan, mode, also_stderr)).collect()
}

fn reader_goes_away(plan: Plan, mode: &'static str, also_stderr: bool) -> Tally {
    let name = if also_stderr { "F5 reader goes away, stderr too" } else { "F5 reader goes away" };
    let mut tally = Tally::new(name, mode);
    for _ in 0..plan.runs {
        let case = Case::new(mode);
        let (mut reader, writer) = io::pipe().unwrap();
        let stderr = if also_stderr { writer.try_clone().unwrap().into() } else { Stdio::null() };
        let mut command = case.command(&["write", "2", "1000", "250", "8000"]);
        let mut child = command.stdout(writer).stderr(stderr).spawn().unwrap();
        drop(command);
        reader.read_exact(&mut [0]).unwrap();
        drop(reader);
        let status = ended(&mut child);
        must_end(&mut tally, status, status.success());
        let (written, waiting, dropped) = case.ledger().closed().unwrap_or_default();
        let (total, lost) = (case.ledger().total(), dropped.iter().sum::<u64>());
        tally.run(total, written, &dropped, 0);
        tally.must(total == 2_000 && written + lost == total && waiting == 0, || {
            format!("{total} acknowledged, {written} written, {lost} dropped")
        });
        tally.must(lost > 0, || "nothing was dropped".to_owned());
    }
    tally
}

// F6

pub fn non_blocking(plan: Plan) -> Vec<Tally> {
    let cases = BOTH.iter().flat_map(|mode| [(*mode, "250", "251"), (*mode, "8000", "8001")]);
    cases.map(|(mode, least, most)| non_blocking_pipe(plan, mode, least, most)).collect()
}

fn non_blocking_pipe(plan: Plan, mode: &'static str, least: &str, most: &str) -> Tally {
    let mut tally = Tally::new(format!("F6 non-blocking pipe, lines of {least} bytes"), mode);
    for _ in 0..plan.runs {
        let case = Case::new(mode);
        let (reader, writer) = io::pipe().unwrap();
        set_non_blocking(&writer);
        let mut command = case.command(&["write", "4", "300", least, most]);
        let mut child = command.stdout(writer).stderr(Stdio::null()).spawn().unwrap();
        drop(command);
        wait_until("the pipe is full", || rustix::io::ioctl_fionread(&reader).unwrap() > 48 * 1024);
        let text = read_slowly(reader, u64::MAX);
        let status = ended(&mut child);
        must_end(&mut tally, status, status.success());
        let written = account(&mut tally, &case, &text.join().unwrap());
        must_be_whole(&mut tally, &case, &written);
    }
    tally
}

fn set_non_blocking(writer: &PipeWriter) {
    use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
    let flags = fcntl_getfl(writer.as_fd()).unwrap();
    fcntl_setfl(writer.as_fd(), flags | OFlags::NONBLOCK).unwrap();
}

/// Reads to the end, at most so many bytes a second.
fn read_slowly(reader: PipeReader, bytes_a_second: u64) -> JoinHandle<String> {
    read_slowly_for(reader, bytes_a_second, Duration::MAX)
}

/// Reads at most so many bytes a second for so long, then all that comes.
fn read_slowly_for(
    mut reader: PipeReader,
    bytes_a_second: u64,
    long: Duration,
) -> JoinHandle<String> {
    thread::spawn(move || {
        let (start, mut text, mut bytes) = (Instant::now(), Vec::new(), [0; 8_192]);
        loop {
            match reader.read(&mut bytes).unwrap() {
                0 => return String::from_utf8_lossy(&text).into_owned(),
                taken => text.extend_from_slice(&bytes[..taken]),
            }
            let due = Duration::from_micros(text.len() as u64 * 1_000_000 / bytes_a_second);
            if start.elapsed() < long {
                thread::sleep(due.saturating_sub(start.elapsed()));
            }
        }
    })
}

// F7

pub fn slow_readers(plan: Plan) -> Vec<Tally> {
    vec![
        slow_reader(plan, "F7 reader at 1 MB/s", 1_000_000),
        slow_reader(plan, "F7 reader at 100 KB/s", 100_000),
        stopped_reader(plan),
        never_reader(plan),
    ]
}

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
        tally.must(*memory_kib <= 1_024 * 20, || format!("{memory_kib} KiB of memory"));
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
    // A stall ends when two megabytes are read, and the next one begins.
    let stalls = 2 + plan.stop * bytes_a_second / 1_000 / 1_000_000;
    Flood::of(&stderr).must_be_well(&mut tally, stalls);
    tally.must(written.told <= stalls, || format!("{} lines tell of gaps", written.told));
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

/// Accounts for a process whose end did not wait for its reader: of the batch
/// in flight nobody knows how much got out.
fn must_add_up(tally: &mut Tally, case: &Case, text: &str) -> Written {
    let (mut written, ledger) = (Written::read(text), case.ledger());
    let (counted, waiting, dropped) = ledger.closed().unwrap_or_default();
    let (acknowledged, lost) = (ledger.total(), dropped.iter().sum::<u64>());
    if written.torn == 1 && !text.ends_with('\n') {
        written.torn = 0; // cut by the end itself
    }
    tally.run(acknowledged, written.lines, &dropped, written.torn);
    tally.must(acknowledged == counted + lost && waiting == 0, || {
        format!("{acknowledged} acknowledged, {counted} written, {lost} dropped")
    });
    let batch = 64 * 1_024 / SHORTEST;
    tally.must((counted..=counted + batch).contains(&written.lines), || {
        format!("{counted} counted as written, {} there", written.lines)
    });
    tally.must(written.torn == 0 && written.is_in_order(), || "torn or out of order".to_owned());
    written
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
    tally.must(written.told == 1 && written.told_lines == overflow, || {
        format!("{} lines tell of {} of {overflow}", written.told, written.told_lines)
    });
    tally
}

/// Nobody ever reads: the end waits for two seconds, and says what is lost.
fn never_reader(plan: Plan) -> Tally {
    let mut tally = Tally::new("F7 nobody ever reads", "background");
    let case = Case::new("background");
    let (mut child, reader) = flooding(&case, plan.stop);
    let (stderr, took) = end_of_flood(&mut tally, &mut child, plan.stop);
    let (counted, _, dropped) = case.ledger().closed().unwrap_or_default();
    let (acknowledged, lost) = (case.ledger().total(), dropped.iter().sum::<u64>());
    tally.run(acknowledged, counted, &dropped, 0);
    tally.must(acknowledged == counted + lost, || format!("{acknowledged}: {counted} + {lost}"));
    tally.must(took <= Duration::from_millis(2_600), || format!("the end took {took:?}"));
    tally.must(stderr.contains("lines were not written"), || stderr.clone());
    Flood::of(&stderr).must_be_well(&mut tally, 1);
    drop(reader);
    tally
}

// F8

pub fn blocking(plan: Plan) -> Vec<Tally> {
    let mut tally = Tally::new("F8 4 threads, Block, to a file", "background");
    let (case, file) = (Case::new("background"), TemporaryFile::new());
    let lines = (plan.very_many / 4).to_string();
    let mut command = case.command(&["block", file.as_str(), "4", &lines]);
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    let stderr = drain(child.stderr.take().unwrap());
    let status = ended(&mut child);
    must_end(&mut tally, status, status.success());
    let written = account(&mut tally, &case, &file.text());
    must_be_whole(&mut tally, &case, &written);
    let memory = stderr.join().unwrap().trim().parse::<u64>().unwrap_or(u64::MAX);
    tally.must(memory <= 32 * 1_024, || format!("{memory} KiB of memory"));
    tally.note(format!("{} MiB of memory", memory / 1_024));
    vec![tally]
}

// F12

pub fn very_end(plan: Plan) -> Vec<Tally> {
    BOTH.map(|mode| detached(plan, mode)).into()
}

/// Threads log on while `main` returns.
fn detached(plan: Plan, mode: &'static str) -> Tally {
    let mut tally = Tally::new("F12 threads log while main returns", mode);
    for _ in 0..plan.runs {
        let (case, file) = (Case::new(mode), TemporaryFile::new());
        let mut command = case.command(&["acknowledge", "return", file.as_str()]);
        let mut child = command.stderr(Stdio::null()).spawn().unwrap();
        let status = ended(&mut child);
        must_end(&mut tally, status, status.success());
        let missing = account_killed(&mut tally, &case, &file.text());
        tally.must(missing == 0, || format!("{missing} lines are missing"));
    }
    tally
}

// F23

pub fn several(plan: Plan) -> Vec<Tally> {
    BOTH.iter().flat_map(|mode| [processes(plan, mode), threads(plan, mode)]).collect()
}

fn processes(plan: Plan, mode: &'static str) -> Tally {
    let mut tally = Tally::new("F23 4 processes, one file", mode);
    let lines = plan.lines[1].min(5_000).to_string();
    for _ in 0..plan.runs.min(5) {
        let file = TemporaryFile::new();
        let cases = [(); 4].map(|()| Case::new(mode));
        let children = cases.iter().zip(["0", "1", "2", "3"]).map(|(case, first)| {
            let mut command = case.command(&["append", file.as_str(), first, &lines]);
            command.stderr(Stdio::null()).spawn().unwrap()
        });
        for mut child in children.collect::<Vec<_>>() {
            let status = ended(&mut child);
            must_end(&mut tally, status, status.success());
        }
        let written = Written::read(&file.text());
        let acknowledged = cases.iter().map(|case| case.ledger().total()).sum();
        tally.run(acknowledged, written.lines, &[], written.torn);
        tally.must(written.lines == acknowledged && written.torn == 0, || {
            format!("{} of {acknowledged}, {} torn", written.lines, written.torn)
        });
        tally.must(written.is_in_order(), || "out of order".to_owned());
    }
    tally
}

fn threads(plan: Plan, mode: &'static str) -> Tally {
    let mut tally = Tally::new("F23 4 threads, one pipe, 250 B to 8 KB", mode);
    let lines = plan.lines[1].min(5_000).to_string();
    for _ in 0..plan.runs.min(5) {
        // Nothing may be dropped here: whoever is too fast waits.
        let case = Case::new(if mode == "background" { "block" } else { mode });
        let (reader, writer) = io::pipe().unwrap();
        let mut command = case.command(&["write", "4", &lines, "250", "8000"]);
        let mut child = command.stdout(writer).stderr(Stdio::null()).spawn().unwrap();
        drop(command);
        let text = read_slowly(reader, u64::MAX);
        let status = ended(&mut child);
        must_end(&mut tally, status, status.success());
        let written = account(&mut tally, &case, &text.join().unwrap());
        must_be_whole(&mut tally, &case, &written);
    }
    tally
}

// F27

pub fn flood(plan: Plan) -> Vec<Tally> {
    let mut tally = Tally::new("F27 ERROR lines beside a flood", "background");
    let case = Case::new("background");
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
    vec![tally]
}
