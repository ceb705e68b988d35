//! Each line is written at once, or counted.

use super::*;

#[test]
fn a_line_after_a_torn_one_starts_on_a_new_line() {
    let (writer, memory) = direct(vec![Ok(2), error(io::ErrorKind::StorageFull)]);
    writer.write(at("torn\n", Level::Error, 7));
    writer.write(line("whole\n"));
    writer.write(line("next\n"));
    assert_eq!(memory.text(), "to\nwhole\n# sink (0, 1) 7..7\nnext\n");
    check(&writer, 2, &[(Cause::Sink, 1)]);
}

#[test]
fn a_line_refused_whole_leaves_no_trace() {
    let (writer, memory) = direct(vec![error(io::ErrorKind::BrokenPipe), Ok(0)]);
    write_three(&writer);
    assert_eq!(memory.text(), "three\n# sink (1, 0) 0..0\n# closed (1, 0) 0..0\n");
    check(&writer, 1, &[(Cause::Closed, 1), (Cause::Sink, 1)]);
}

#[test]
fn a_line_that_lacks_its_newline_alone_is_written() {
    for make in [direct, scripted] {
        let (writer, memory) = make(vec![Ok(3), error(io::ErrorKind::StorageFull)]);
        writer.write(line("one\n"));
        writer.write(line("two\n"));
        writer.flush(LONG).unwrap();
        assert_eq!(memory.text(), "one\ntwo\n");
        check(&writer, 2, &[]);
    }
}

#[test]
fn a_gap_that_cannot_be_reported_is_reported_later() {
    let (writer, memory) =
        direct(vec![error(io::ErrorKind::Other), Ok(9), error(io::ErrorKind::Other)]);
    writer.write(at("one\n", Level::Info, 1));
    writer.write(at("two\n", Level::Info, 2));
    writer.write(at("three\n", Level::Info, 3));
    assert_eq!(memory.text(), "two\nthree\n# sink (1, 0) 1..1\n");
}

#[test]
fn a_gap_after_which_nothing_is_logged_is_reported_at_the_end() {
    let (writer, memory) = direct(vec![Ok(4), error(io::ErrorKind::StorageFull)]);
    writer.write(at("one\n", Level::Info, 1));
    writer.write(at("two\n", Level::Info, 2));
    writer.close();
    writer.close();
    assert_eq!(memory.text(), "one\n# sink (1, 0) 2..2\n");
}

#[test]
fn the_end_waits_two_seconds_for_a_sink_that_another_thread_is_inside() {
    let gate = Gate::default();
    let writer = Writer::direct(Box::new(gate.clone()), Box::new(report));
    writer.dropped(Cause::Nested, Level::Info, Timestamp::at(7, 0));
    thread::scope(|scope| {
        scope.spawn(|| writer.write(line("one\n")));
        wait_until(|| gate.is_held());
        let start = Instant::now();
        writer.close();
        let waited = start.elapsed();
        gate.open();
        assert!((1_900..2_600).contains(&waited.as_millis()), "{waited:?}");
    });
}

/// What is handed over as one goes to the sink by one call.
#[test]
fn lines_of_one_batch_are_written_together_and_counted_one_by_one() {
    let (writer, memory) = direct(vec![Ok(14), Ok(6), error(io::ErrorKind::StorageFull)]);
    let batch = || Batch {
        bytes: b"one\ntwo\nthree\n",
        levels: &[Level::Info, Level::Error, Level::Info],
        times: (Timestamp::at(1, 0), Timestamp::at(3, 0)),
        is_important: false,
    };
    writer.write(batch());
    assert_eq!(memory.text(), "one\ntwo\nthree\n");
    check(&writer, 3, &[]);
    writer.write(batch());
    let rest = memory.text().split_off("one\ntwo\nthree\n".len());
    assert_eq!(rest, "one\ntw\nthree\n# sink (0, 1) 1..3\n");
    check(&writer, 5, &[(Cause::Sink, 1)]);
}

/// Notes what it is asked to pass on, and may panic then.
struct Flushed {
    sink: Scripted,
    seen: Arc<Mutex<Vec<String>>>,
    panics: bool,
}

impl Sink for Flushed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.sink.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.seen.lock().unwrap().push(self.sink.0.text());
        assert!(!self.panics, "no");
        Ok(())
    }
}

/// Writes three lines, and returns what was there at each flush.
fn flushes(mut answers: Vec<io::Result<usize>>, panics: bool) -> (Writer, Vec<String>) {
    answers.reverse();
    let flushed = Arc::<Mutex<Vec<String>>>::default();
    let sink = Scripted(Memory::default(), answers);
    let sink = Flushed { sink, seen: Arc::clone(&flushed), panics };
    let writer = Writer::direct(Box::new(sink), Box::new(report));
    write_three(&writer);
    let flushed = flushed.lock().unwrap().clone();
    (writer, flushed)
}

#[test]
fn each_line_is_passed_on_whether_it_was_taken_at_once_or_in_parts() {
    let (writer, flushed) = flushes(vec![Ok(4), Ok(2)], false);
    assert_eq!(flushed, ["one\n", "one\ntwo\n", "one\ntwo\nthree\n"]);
    check(&writer, 3, &[]);
}

#[test]
fn a_line_that_was_taken_is_written_even_if_to_pass_it_on_panics() {
    let (writer, flushed) = flushes(vec![], true);
    assert_eq!(flushed, ["one\n", "one\ntwo\n", "one\ntwo\nthree\n"]);
    check(&writer, 3, &[]);
}

/// A line for people: further rows begin with a blank.
const ROWS: &str = "one\n below\n  below that\n";

#[test]
fn a_line_of_several_rows_is_one_line_wherever_the_sink_stops() {
    for taken in 1..ROWS.len() {
        let (writer, memory) = direct(vec![Ok(taken)]);
        writer.write(line(ROWS));
        writer.write(line("two\n"));
        assert_eq!(memory.text(), format!("{ROWS}two\n"), "{taken}");
        check(&writer, 2, &[]);
    }
}

#[test]
fn a_line_of_several_rows_is_refused_as_a_whole() {
    for taken in 1..ROWS.len() - 1 {
        let (writer, memory) = direct(vec![Ok(taken), error(io::ErrorKind::StorageFull)]);
        writer.write(line(ROWS));
        writer.write(line("two\n"));
        let expected = format!("{}\ntwo\n# sink (1, 0) 0..0\n", &ROWS[..taken]);
        assert_eq!(memory.text(), expected);
        check(&writer, 1, &[(Cause::Sink, 1)]);
    }
}

/// Takes ten bytes of whole lines by one call, and notes each call.
#[derive(Clone, Default)]
struct Pieces(Arc<Mutex<Vec<String>>>);

impl Sink for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().push(String::from_utf8_lossy(bytes).into_owned());
        Ok(bytes.len())
    }

    fn most_together(&self) -> usize {
        10
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn lines_that_belong_together_go_in_pieces_of_whole_lines_that_the_sink_takes() {
    for grouped in [false, true] {
        let pieces = Pieces::default();
        let mode = if grouped { Direct::new().grouped() } else { Direct::new() };
        let writer =
            Writer::start(mode.into(), Box::new(pieces.clone()), Box::new(report)).unwrap();
        writer.write(Batch {
            bytes: b"one\ntwo\nthree\na longer line\nfour\n",
            levels: &[Level::Info; 5],
            times: (Timestamp::at(1, 0), Timestamp::at(5, 0)),
            is_important: true,
        });
        let expected = ["one\ntwo\n", "three\n", "a longer line\n", "four\n"];
        assert_eq!(*pieces.0.lock().unwrap(), expected);
        check(&writer, 5, &[]);
    }
}
