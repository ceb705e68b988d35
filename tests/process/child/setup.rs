//! Setting up: scenarios of `process/setup.rs`.

use std::{
    io,
    panic::{self, AssertUnwindSafe, catch_unwind},
    process,
    sync::{
        Barrier,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::Duration,
};

use futures::FutureExt as _;
use tokio::runtime::Builder;
use trace_runtime::{
    Limits, debug, error, info, set_filter,
    sink::{Memory, Sink},
    stats,
    testing::Capture,
    timed, trace, traced_handler, warn,
};

use crate::{builder, init};

pub(crate) fn run(scenario: &str, arguments: &[&str]) -> bool {
    match (scenario, arguments) {
        ("init_twice", _) => init_twice(),
        ("init_by_many", _) => init_by_many(),
        ("before_init", _) => before_init(),
        ("no_init", [first]) => no_init(first),
        ("no_line", _) => {}
        ("no_init_but_a_capture", _) => no_init_but_a_capture(),
        ("levels", _) => levels(),
        ("request_and_abort", _) => request_and_abort(),
        ("to_end", _) => to_end(),
        ("bad_filter", _) => bad_filter(),
        ("set_filter", _) => change_filter(),
        ("to_file", [path]) => to_file(path),
        ("to_stderr", _) => to_stderr(),
        ("static_fields", _) => static_fields(),
        ("bad_static_fields", _) => bad_static_fields(),
        ("source_location", _) => source_location(),
        ("limits", _) => limits(),
        ("server", _) => server(),
        ("captures", _) => captures(),
        ("hooks", _) => hooks(),
        ("slow_hook", _) => slow_hook(),
        ("stats", _) => count(),
        _ => return false,
    }
    true
}

#[traced_handler(trace_id = "request-1")]
async fn handler() {
    info!("inside");
}

fn request() {
    Builder::new_current_thread().build().unwrap().block_on(handler());
}

fn init_twice() {
    init().unwrap();
    eprintln!("{}", init().unwrap_err());
    eprintln!("{}", builder().filter("trace").stderr().init().unwrap_err());
    debug!("as the first one said");
    info!("after");
}

fn init_by_many() {
    static WINNERS: AtomicU32 = AtomicU32::new(0);
    let together = Barrier::new(64);
    thread::scope(|scope| {
        for n in 0..64 {
            let together = &together;
            scope.spawn(move || {
                together.wait();
                let won = builder().field("winner", n).init().is_ok();
                WINNERS.fetch_add(won.into(), Ordering::Relaxed);
                info!(n, "logged");
            });
        }
    });
    info!(winners = WINNERS.load(Ordering::Relaxed), "counted");
}

fn before_init() {
    info!("before");
    request();
    step();
    eprintln!("{}", set_filter("debug").unwrap_err());
    assert_eq!(stats(), trace_runtime::writer::Stats::default());
    init().unwrap();
    info!("after");
    request();
    step();
}

#[timed]
fn step() {}

fn no_init(first: &str) {
    match first {
        "event" => trace!("the first"),
        "step" => step(),
        _ => request(),
    }
    // And many more.
    for _ in 0..100 {
        info!("an event");
        step();
        request();
    }
}

fn no_init_but_a_capture() {
    Capture::new().run(request);
    info!("outside it");
}

/// One event of each level for each of three targets.
fn levels() {
    init().unwrap();
    macro_rules! each_level {
        ($($target:literal)*) => {$(
            trace!(target: $target, "{} trace", $target);
            debug!(target: $target, "{} debug", $target);
            info!(target: $target, "{} info", $target);
            warn!(target: $target, "{} warn", $target);
            error!(target: $target, "{} error", $target);
        )*};
    }
    each_level!("other" "shop" "shop::db");
}

/// Nothing is written at the end of this one.
fn request_and_abort() {
    init().unwrap();
    request();
    process::abort();
}

fn to_end() {
    init().unwrap();
    info!("one line");
}

fn bad_filter() {
    eprintln!("{}", builder().filter("info,shop=loud").init().unwrap_err());
    builder().filter("warn").init().unwrap();
    info!("not wanted");
    warn!("wanted");
}

fn change_filter() {
    init().unwrap();
    // The same places again and again: what they know of the filter changes.
    for directives in ["info", "debug", "off", "child::setup=debug", "other=trace", "nonsense=x"] {
        if let Err(error) = set_filter(directives) {
            eprintln!("{error}");
        }
        debug!("debug under {directives}");
        info!("info under {directives}");
    }
}

fn to_file(path: &str) {
    let missing = format!("{path}/no/such/folder");
    let error = builder().file(missing).init().unwrap_err();
    let cause = std::error::Error::source(&error).unwrap();
    eprintln!("{error}: {cause}");
    builder().file(path).init().unwrap();
    info!("in the file");
}

fn to_stderr() {
    builder().stderr().init().unwrap();
    info!("on standard error");
}

fn static_fields() {
    builder()
        .field("service", "shop")
        .field("version", 3)
        .field("none", None::<u8>)
        .field("path", "/static")
        .field("message", "never seen")
        .field("Status", "never seen")
        .field("error", 5)
        .init()
        .unwrap();
    info!("plain");
    info!(service = "of the line", path = "of the line", "own");
    request();
}

fn bad_static_fields() {
    let refused = [
        builder().field("twice", 1).field("Twice", 2),
        builder().field("", 1),
        builder().field("field.x", 1),
        builder().field("long", "x".repeat(1_000)),
        builder().limits(Limits::default().line(100)),
    ];
    for builder in refused {
        eprintln!("{}", builder.init().unwrap_err());
    }
    init().unwrap();
    info!("none of them changed anything");
}

fn source_location() {
    builder().source_location().init().unwrap();
    info!(line_of_the_event = line!());
    request();
}

fn limits() {
    let limits = Limits::default().line(3_000).value(100).message(200).error(50);
    builder().limits(limits).init().unwrap();
    info!(value = "v".repeat(1_000), "{}", "m".repeat(1_000));
    fails().unwrap_err();
    info!(a = "a".repeat(1_000), b = "b".repeat(1_000), small = 1, "short");
}

#[timed]
fn fails() -> Result<(), String> {
    Err("e".repeat(1_000))
}

/// Tasks that a server spawns by itself reach the process's sink.
fn server() {
    let memory = Memory::default();
    builder().sink(memory.clone()).init().unwrap();
    let runtime = Builder::new_multi_thread().worker_threads(2).build().unwrap();
    runtime.block_on(async {
        for _ in 0..10 {
            tokio::spawn(handler()).await.unwrap();
        }
    });
    print!("{}", memory.text());
}

/// The same places write to a capture and to the process in turn, each with
/// its own filter.
fn captures() {
    init().unwrap();
    let log = || {
        debug!("fine");
        info!("plain");
    };
    let (all, warnings) = (Capture::new(), Capture::with_filter("warn"));
    for _ in 0..3 {
        log();
        all.run(log);
        warnings.run(log);
    }
    eprintln!("{} {}", all.lines().len(), warnings.lines().len());
}

fn hooks() {
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        eprintln!("the hook from before");
        before(info);
    }));
    init().unwrap();
    let ours = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        info!("from a hook of later");
        ours(info);
    }));
    catch_unwind(|| panic!("boom")).unwrap_err();
}

/// A hook that takes its time, as one does that prints a backtrace.
fn slow_hook() {
    #[traced_handler]
    async fn panicking() {
        value();
    }
    #[timed]
    fn value() -> u8 {
        nothing();
        1
    }
    #[timed]
    fn nothing() {
        panic!("on purpose");
    }
    panic::set_hook(Box::new(|_| thread::sleep(Duration::from_secs(2))));
    init().unwrap();
    let runtime = Builder::new_current_thread().build().unwrap();
    runtime.block_on(AssertUnwindSafe(panicking()).catch_unwind()).unwrap_err();
}

/// Refuses every third line.
struct EveryThird(Memory, u32);

impl Sink for EveryThird {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.1 += 1;
        if self.1.is_multiple_of(3) {
            Err(io::ErrorKind::StorageFull.into())
        } else {
            self.0.write(bytes)
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn count() {
    let memory = Memory::default();
    builder().sink(EveryThird(memory.clone(), 0)).init().unwrap();
    for n in 0..100 {
        info!(n);
    }
    eprintln!("{} {}", stats().lines_written, stats().lines_dropped);
    print!("{}", memory.text());
}
