//! Lines wait for the worker: the order in which they come out, stalls, and
//! the end.

use super::*;

#[test]
fn lines_are_written_in_their_order_and_at_once_when_flushed() {
    let (writer, memory) = scripted(vec![]);
    let texts: Vec<_> = (0..1_000).map(|n| format!("{n}\n")).collect();
    for text in &texts {
        writer.write(line(text));
    }
    let start = Instant::now();
    writer.flush(LONG).unwrap();
    assert!(start.elapsed() < LONG / 2);
    assert_eq!(memory.text(), texts.concat());
    check(&writer, 1_000, &[]);
}

#[test]
fn a_line_is_written_soon_without_being_flushed() {
    let (writer, memory) = scripted(vec![]);
    for _ in 0..3 {
        writer.write(line("one\n"));
        wait_until(|| writer.stats().lines_waiting == 0);
    }
    assert_eq!(memory.text(), "one\n".repeat(3));
}

#[test]
fn what_is_refused_is_offered_again_from_the_line_that_was_torn() {
    let (writer, memory) = scripted(vec![Ok(6), error(io::ErrorKind::StorageFull)]);
    write_three(&writer);
    writer.flush(LONG).unwrap();
    let text = memory.text();
    assert_eq!(text, "one\ntw\ntwo\nthree\n");
    check(&writer, 3, &[]);
}

/// It hurries the next attempt, and is not answered by that alone.
#[test]
fn a_flush_while_the_sink_is_to_be_tried_again_is_answered() {
    let (writer, memory) = scripted(vec![error(io::ErrorKind::StorageFull)]);
    writer.write(line("one\n"));
    thread::scope(|scope| {
        let first = scope.spawn(|| writer.flush(LONG));
        // Within the 100 ms before the next attempt.
        thread::sleep(Duration::from_millis(30));
        assert_eq!(writer.flush(LONG / 2), Ok(()));
        assert_eq!(first.join().unwrap(), Ok(()));
    });
    assert_eq!(memory.text(), "one\n");
}

/// Each time that the sink takes something, it is tried again soon.
#[test]
fn a_sink_that_gets_on_is_not_waited_for_longer_and_longer() {
    let refuses = || error(io::ErrorKind::StorageFull);
    let answers = (0..8).flat_map(|_| [Ok(4), refuses()]).collect();
    let (writer, memory) = scripted(answers);
    let start = Instant::now();
    (0..8).for_each(|_| writer.write(line("one\n")));
    writer.flush(LONG).unwrap();
    // 100 ms each time; it would be 25 s.
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    assert_eq!(memory.text(), "one\n".repeat(8));
}

#[test]
fn a_writer_that_is_dropped_leaves_no_thread_behind() {
    struct Held(Memory, #[expect(dead_code, reason = "lives as long")] Arc<()>);
    impl Sink for Held {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let (memory, lives) = (Memory::default(), Arc::new(()));
    let writer = background(Held(memory.clone(), Arc::clone(&lives)), Background::new());
    writer.write(line("one\n"));
    drop(writer);
    assert_eq!(memory.text(), "one\n");
    wait_until(|| Arc::strong_count(&lives) == 1);
}

#[test]
fn without_a_reader_lines_are_dropped_and_reported_when_there_is_one() {
    let (writer, memory) = scripted(vec![error(io::ErrorKind::BrokenPipe)]);
    writer.write(at("one\n", Level::Info, 1));
    writer.flush(LONG).unwrap();
    check(&writer, 0, &[(Cause::Closed, 1)]);
    // Within the second no reader is looked for.
    writer.write(at("two\n", Level::Error, 2));
    writer.flush(LONG).unwrap();
    check(&writer, 0, &[(Cause::Closed, 2)]);
    let deadline = Instant::now() + LONG;
    let mut more = 0;
    while memory.text().is_empty() {
        assert!(Instant::now() < deadline);
        writer.write(at("more\n", Level::Info, 3));
        writer.flush(LONG).unwrap();
        more += 1;
        thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(memory.text(), format!("more\n# closed ({more}, 1) 1..3\n"));
}

/// Pushes lines of 1,000 bytes, and returns how long the slowest took.
fn flood(writer: &Writer, lines: i64, level: Level) -> Duration {
    let text = format!("{}\n", "x".repeat(999));
    let timed = |n| {
        let start = Instant::now();
        writer.write(at(&text, level, n));
        start.elapsed()
    };
    (0..lines).map(timed).max().unwrap()
}

#[test]
fn a_stall_is_one_gap_reported_in_one_line() {
    for overflow in [Overflow::BlockThenDrop, Overflow::DropNew] {
        let gate = Gate::default();
        let settings = Background::new().capacity(100_000).overflow(overflow);
        let writer = background(gate.clone(), settings);
        flood(&writer, 200, Level::Info);
        // A last quarter is kept for what matters.
        check(&writer, 0, &[(Cause::Overflow, 125)]);
        flood(&writer, 30, Level::Error);
        check(&writer, 0, &[(Cause::Overflow, 130)]);
        gate.open();
        writer.flush(LONG).unwrap();
        check(&writer, 100, &[(Cause::Overflow, 130)]);
        let reports: Vec<_> = gate
            .memory
            .text()
            .lines()
            .filter(|line| line.starts_with('#'))
            .map(str::to_owned)
            .collect();
        assert_eq!(reports, ["# overflow (125, 5) 25..199"]);
        // It is over: there is room again.
        flood(&writer, 70, Level::Info);
        check(&writer, writer.stats().lines_written, &[(Cause::Overflow, 130)]);
    }
}

#[test]
fn a_stall_is_waited_for_once() {
    let gate = Gate::default();
    let writer = background(gate.clone(), Background::new().capacity(100_000));
    let start = Instant::now();
    flood(&writer, 100, Level::Info);
    let waited = start.elapsed();
    assert!(waited >= Duration::from_millis(50), "{waited:?}");
    assert!(waited < Duration::from_secs(1), "{waited:?}");
    assert!(flood(&writer, 1_000, Level::Info) < Duration::from_millis(40));
    gate.open();
}

#[test]
fn callers_that_block_lose_nothing() {
    let gate = Gate::default();
    let settings = Background::new().capacity(100_000).overflow(Overflow::Block);
    let writer = background(gate.clone(), settings);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| flood(&writer, 300, Level::Info));
        }
        thread::sleep(Duration::from_millis(20));
        gate.open();
    });
    writer.flush(LONG).unwrap();
    check(&writer, 1_200, &[]);
    assert_eq!(gate.memory.text().len(), 1_200_000);
}

#[test]
fn a_flush_that_takes_too_long_says_how_many_lines_wait() {
    let gate = Gate::default();
    let writer = background(gate.clone(), Background::new());
    flood(&writer, 10, Level::Info);
    let left = writer.flush(Duration::from_millis(20)).unwrap_err();
    assert_eq!(left, Unflushed { lines: 10, observers: 0 });
    assert_eq!(left.to_string(), "10 lines were not written in time");
    gate.open();
    writer.flush(LONG).unwrap();
}

#[test]
fn after_the_end_lines_are_written_directly() {
    let (writer, memory) = scripted(vec![]);
    writer.write(line("one\n"));
    writer.close();
    assert_eq!(memory.text(), "one\n");
    writer.write(line("two\n"));
    assert_eq!(memory.text(), "one\ntwo\n");
    writer.close();
    writer.flush(Duration::ZERO).unwrap();
    check(&writer, 2, &[]);
}

#[test]
fn the_end_tries_a_sink_that_fails_again() {
    let errors = (0..3).map(|_| error(io::ErrorKind::StorageFull)).collect();
    let (writer, memory) = scripted(errors);
    writer.write(line("one\n"));
    writer.close();
    assert_eq!(memory.text(), "one\n");
    check(&writer, 1, &[]);
}

#[test]
fn the_end_gives_a_sink_that_fails_two_seconds() {
    let writer = background(Fails(io::ErrorKind::StorageFull), Background::new());
    writer.write(line("one\n"));
    let start = Instant::now();
    writer.close();
    let waited = start.elapsed();
    assert!((1_900..2_600).contains(&waited.as_millis()), "{waited:?}");
    check(&writer, 0, &[(Cause::Ended, 1)]);
}

#[test]
fn the_end_does_not_wait_for_a_reader_that_has_gone_away() {
    let writer = background(Fails(io::ErrorKind::BrokenPipe), Background::new());
    writer.write(line("one\n"));
    let start = Instant::now();
    writer.close();
    assert!(start.elapsed() < Duration::from_secs(1));
    check(&writer, 0, &[(Cause::Closed, 1)]);
}

#[test]
fn the_end_waits_two_seconds_for_a_sink_that_does_not_come_back() {
    let gate = Gate::default();
    let writer = background(gate.clone(), Background::new());
    flood(&writer, 10, Level::Info);
    let start = Instant::now();
    writer.close();
    let waited = start.elapsed();
    assert!((1_900..2_600).contains(&waited.as_millis()), "{waited:?}");
    writer.write(line("later\n"));
    // The sink was given ten lines, and has not said what it took of them.
    check(&writer, 0, &[(Cause::Ended, 1)]);
    assert_eq!(writer.stats().lines_waiting, 10);
    gate.open();
    wait_until(|| writer.stats().lines_waiting == 0);
    check(&writer, 10, &[(Cause::Ended, 1)]);
}

#[test]
fn a_line_at_the_end_is_written_or_dropped_and_never_both() {
    let gate = Gate::default();
    let writer = background(gate.clone(), Background::new());
    flood(&writer, 200, Level::Info);
    writer.close();
    // The sink holds a batch; what it was not given is dropped.
    let stats = writer.stats();
    let (given, dropped) = (stats.lines_waiting, stats.dropped_by(Cause::Ended));
    assert_eq!((given + dropped, given > 0 && dropped > 0), (200, true), "{stats:?}");
    gate.open();
    wait_until(|| writer.stats().lines_waiting == 0);
    check(&writer, given, &[(Cause::Ended, dropped)]);
    let text = gate.memory.text();
    assert_eq!(text.lines().filter(|line| line.starts_with('x')).count() as u64, given);
}

/// Nothing else is written by then.
#[test]
fn a_gap_that_is_open_at_the_end_is_reported() {
    let gate = Gate::default();
    let settings = Background::new().capacity(100_000).overflow(Overflow::DropNew);
    let writer = background(gate.clone(), settings);
    flood(&writer, 200, Level::Info);
    writer.dropped(Cause::Nested, Level::Error, Timestamp::at(7, 0));
    gate.open();
    writer.close();
    check(&writer, 75, &[(Cause::Overflow, 125), (Cause::Nested, 1)]);
    let text = gate.memory.text();
    let mut reports: Vec<_> = text.lines().filter(|line| line.starts_with('#')).collect();
    reports.sort_unstable();
    assert_eq!(reports, ["# nested (0, 1) 7..7", "# overflow (125, 0) 75..199"]);
}

#[test]
fn a_report_that_is_refused_at_the_end_is_tried_again() {
    let (writer, memory) = scripted(vec![Ok(4), error(io::ErrorKind::StorageFull)]);
    writer.dropped(Cause::Nested, Level::Info, Timestamp::at(7, 0));
    writer.write(line("one\n"));
    writer.close();
    assert_eq!(memory.text(), "one\n# nested (1, 0) 7..7\n");
}

/// Whenever it is asked, though the lines of a batch pass on all at once.
#[test]
fn each_line_is_in_one_of_the_counts_at_any_moment() {
    let (writer, _) = scripted(vec![]);
    let acknowledged = AtomicU64::new(0);
    thread::scope(|scope| {
        let logs = scope.spawn(|| {
            for _ in 0..100_000 {
                writer.write(line("one\n"));
                acknowledged.fetch_add(1, Ordering::Relaxed);
            }
        });
        while !logs.is_finished() {
            let before = acknowledged.load(Ordering::Relaxed);
            let stats = writer.stats();
            let after = acknowledged.load(Ordering::Relaxed) + 1;
            let lines = stats.lines_written + stats.lines_dropped + stats.lines_waiting;
            assert!((before..=after).contains(&lines), "{before} <= {lines} <= {after}: {stats:?}");
        }
    });
}

/// Takes so many bytes of whole lines each time that it has waited a while.
#[derive(Clone, Default)]
struct Slow(Memory, Duration);

impl Sink for Slow {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        thread::sleep(self.1);
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// It takes 64 KiB each 45 ms, which is less than an eighth of the buffer.
#[test]
fn a_sink_that_gets_on_too_slowly_costs_a_caller_50_ms() {
    let sink = Slow(Memory::default(), Duration::from_millis(45));
    let writer = background(sink, Background::new().capacity(1 << 20));
    let longest = thread::scope(|scope| {
        let floods = [(); 4].map(|()| scope.spawn(|| flood(&writer, 1_000, Level::Info)));
        floods.map(|flood| flood.join().unwrap()).into_iter().max().unwrap()
    });
    assert!((50..180).contains(&longest.as_millis()), "{longest:?}");
    assert!(writer.stats().dropped_by(Cause::Overflow) > 0);
}

/// It takes a quarter of the buffer each 2 ms.
#[test]
fn a_sink_that_gets_on_is_waited_for() {
    let sink = Slow(Memory::default(), Duration::from_millis(2));
    let writer = background(sink, Background::new().capacity(1 << 18));
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| flood(&writer, 500, Level::Info));
        }
    });
    writer.flush(LONG).unwrap();
    check(&writer, 2_000, &[]);
}

#[test]
fn lines_of_threads_that_log_during_the_end_keep_their_order() {
    let (writer, memory) = scripted(vec![]);
    let texts: Vec<_> = (0..2_000).map(|n| format!("{n}\n")).collect();
    thread::scope(|scope| {
        let logs = scope.spawn(|| texts.iter().for_each(|text| writer.write(line(text))));
        while writer.stats().lines_written == 0 {
            thread::yield_now();
        }
        writer.close();
        logs.join().unwrap();
    });
    assert_eq!(memory.text(), texts.concat());
    check(&writer, 2_000, &[]);
}

#[test]
fn a_worker_that_panics_again_and_again_leaves_it_to_the_callers() {
    let memory = Memory::default();
    let sink = Scripted(memory.clone(), vec![error(io::ErrorKind::BrokenPipe)]);
    // What reports a gap is the one thing that can be made to panic there.
    let panics = |_: &Gap, _: &mut Vec<u8>| panic!("on purpose");
    let writer = Writer::start(Background::new().into(), Box::new(sink), Box::new(panics)).unwrap();
    let deadline = Instant::now() + LONG;
    let mut lines = 0;
    while !memory.text().ends_with("direct\n") {
        assert!(Instant::now() < deadline);
        writer.dropped(Cause::Nested, Level::Info, Timestamp::now());
        let _ = guard::caught(|| writer.write(line("direct\n")));
        lines += 1;
        thread::sleep(Duration::from_millis(10));
    }
    let stats = writer.stats();
    assert!(stats.lines_written + stats.lines_dropped + stats.lines_waiting >= lines);
}

#[test]
fn a_line_larger_than_a_batch_is_written_whole() {
    let (writer, memory) = scripted(vec![]);
    let long = format!("{}\n", "x".repeat(3 * batch::BATCH));
    for text in ["short\n", &long, "short\n"] {
        writer.write(line(text));
    }
    writer.flush(LONG).unwrap();
    assert_eq!(memory.text(), format!("short\n{long}short\n"));
}

#[test]
fn where_there_is_no_room_for_detail_the_line_of_its_request_comes_alone() {
    for overflow in [Overflow::BlockThenDrop, Overflow::DropNew] {
        let gate = Gate::default();
        let settings = Background::new().capacity(100_000).overflow(overflow);
        let writer = background(gate.clone(), settings);
        // The last quarter of the buffer is free.
        flood(&writer, 75, Level::Info);
        let bytes =
            format!("{:x<999}\n", "detail ").repeat(24) + "a request, and all of its fields\n";
        let bytes = format!("{:x<1999}\n{bytes}", "detail ");
        let batch = Batch {
            bytes: bytes.as_bytes(),
            levels: &[Level::Info; 26],
            times: (Timestamp::at(200, 0), Timestamp::at(225, 0)),
            is_important: true,
        };
        writer.write(batch);
        check(&writer, 0, &[(Cause::Overflow, 25)]);
        writer.write(at("an error\n", Level::Error, 300));
        check(&writer, 0, &[(Cause::Overflow, 25)]);
        gate.open();
        writer.flush(LONG).unwrap();
        check(&writer, 77, &[(Cause::Overflow, 25)]);
        let text = gate.memory.text();
        let last: Vec<_> = text.lines().filter(|line| !line.contains("xxx")).collect();
        let last = &last[last.len() - 3..];
        assert!(last.contains(&"a request, and all of its fields"), "{last:?}");
        assert!(last.iter().any(|line| line.starts_with("# overflow (25, 0)")), "{last:?}");
    }
}

#[test]
fn more_detail_than_a_quarter_of_the_buffer_is_handed_over_in_parts() {
    let memory = Memory::default();
    let writer = background(memory.clone(), Background::new().capacity(64 * 1024));
    let bytes = format!("{:x<999}\n", "detail ").repeat(100);
    writer.write(Batch {
        bytes: bytes.as_bytes(),
        levels: &[Level::Info; 100],
        times: (Timestamp::at(0, 0), Timestamp::at(99, 0)),
        is_important: true,
    });
    writer.flush(LONG).unwrap();
    let stats = writer.stats();
    assert_eq!(stats.lines_written + stats.lines_dropped, 100);
    assert!(stats.lines_written >= 16, "{stats:?}");
    assert!(memory.text().starts_with("detail xxx"));
}
