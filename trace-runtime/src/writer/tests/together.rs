//! Direct mode, where the sink takes lines of several threads by one call.

use super::*;

/// Takes so many bytes by one call, and notes how many each had.
#[derive(Clone)]
struct Together {
    gate: Gate,
    most: usize,
    calls: Arc<Mutex<Vec<usize>>>,
    refuses: Arc<AtomicU64>,
}

impl Together {
    fn new(most: usize) -> Self {
        Self { gate: Gate::default(), most, calls: Arc::default(), refuses: Arc::default() }
    }

    fn text(&self) -> String {
        self.gate.memory.text()
    }

    fn writer(&self) -> Writer {
        let mode = Direct::new().grouped().into();
        Writer::start(mode, Box::new(self.clone()), Box::new(report)).unwrap()
    }

    /// Has each of so many threads write a line while the first one is inside
    /// the sink.
    fn write_at_once(
        &self,
        writer: &Writer,
        threads: usize,
        text: impl Fn(usize) -> String + Sync,
    ) {
        thread::scope(|scope| {
            scope.spawn(|| writer.write(line("first\n")));
            wait_until(|| self.gate.is_held());
            let text = &text;
            for n in 0..threads {
                scope.spawn(move || {
                    let text = text(n);
                    writer.write(line(&text));
                    let is_dropped = self.refuses.load(Ordering::SeqCst) > 0;
                    assert!(is_dropped || self.text().contains(&text));
                });
            }
            thread::sleep(Duration::from_millis(50));
            self.gate.open();
        });
    }
}

impl Sink for Together {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.calls.lock().unwrap().push(bytes.len());
        let refuses = self.refuses.load(Ordering::SeqCst);
        if refuses > 0 && bytes.starts_with(b"refused") {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let end = bytes.windows(8).position(|part| part == b"\nrefused");
        let end = end.filter(|_| refuses > 0).map_or(bytes.len(), |newline| newline + 1);
        self.gate.write(&bytes[..end])
    }

    fn most_together(&self) -> usize {
        self.most
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn what_is_logged_during_a_write_is_written_by_few_calls() {
    let sink = Together::new(1 << 16);
    let writer = sink.writer();
    sink.write_at_once(&writer, 10, |n| format!("line {n}.\n"));
    assert_eq!(sink.text().lines().count(), 11);
    assert!(sink.calls.lock().unwrap().len() <= 11);
    check(&writer, 11, &[]);
}

#[test]
fn one_call_takes_no_more_than_the_sink_allows() {
    let sink = Together::new(40);
    let writer = sink.writer();
    let text = |n| format!("{n}{}\n", "x".repeat(if n == 5 { 100 } else { 10 }));
    sink.write_at_once(&writer, 10, text);
    let calls = sink.calls.lock().unwrap().clone();
    assert!(calls.iter().all(|bytes| *bytes <= 40 || *bytes == 102), "{calls:?}");
    assert_eq!(sink.text().lines().count(), 11);
    check(&writer, 11, &[]);
}

#[test]
fn a_line_that_is_refused_takes_none_of_its_group_along() {
    let sink = Together::new(1 << 16);
    sink.refuses.store(1, Ordering::SeqCst);
    let writer = sink.writer();
    let text = |n| if n % 3 == 0 { format!("refused {n}\n") } else { format!("taken {n}\n") };
    sink.write_at_once(&writer, 12, text);
    check(&writer, 9, &[(Cause::Sink, 4)]);
    let text = sink.text();
    assert_eq!(text.matches("taken").count(), 8);
    assert_eq!(text.matches("refused").count(), 0);
}

/// Each of them leads now and then, and none for ever.
#[test]
fn threads_that_log_without_a_pause_all_get_on() {
    let sink = Together::new(1 << 16);
    sink.gate.open();
    let writer = sink.writer();
    thread::scope(|scope| {
        for thread in 0..6 {
            let writer = &writer;
            scope.spawn(move || {
                for n in 0..2_000 {
                    writer.write(line(&format!("{thread} {n}\n")));
                }
            });
        }
    });
    let text = sink.text();
    for thread in 0..6 {
        let begins = format!("{thread} ");
        let numbers = text.lines().filter_map(|line| line.strip_prefix(&begins)?.parse().ok());
        assert_eq!(numbers.collect::<Vec<u32>>(), (0..2_000).collect::<Vec<_>>());
    }
    check(&writer, 12_000, &[]);
}
