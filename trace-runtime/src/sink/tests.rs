//! Files: what is in them when they are moved away, full, or left unfinished.

use std::{
    fs,
    io::{Read as _, Write as _},
    path::PathBuf,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

#[cfg(unix)]
use super::descriptor::Descriptor;
use super::{File, Sink as _};

/// A folder of a test's own.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("trace-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn log(&self) -> PathBuf {
        self.0.join("log")
    }

    /// Returns what is in all files.
    fn all(&self) -> String {
        let paths = fs::read_dir(&self.0).unwrap().map(|file| file.unwrap().path());
        paths.map(|path| fs::read_to_string(path).unwrap()).collect()
    }

    fn text(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.0.join(name)).ok()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_file_that_becomes_too_large_makes_room_for_a_new_one() {
    let folder = Folder::new("rotates");
    let mut sink = File::open(folder.log()).unwrap().rotate(10, 2);
    for line in ["one...\n", "two\n", "three\n", "four\n", "five...\n"] {
        assert_eq!(sink.write(line.as_bytes()).unwrap(), line.len());
    }
    let texts = ["log", "log.1", "log.2", "log.3"].map(|name| folder.text(name));
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(texts, [text("five...\n"), text("four\n"), text("two\nthree\n"), None]);
}

#[cfg(unix)]
#[test]
fn a_link_stays_and_the_file_that_it_leads_to_is_moved_away() {
    let folder = Folder::new("links");
    let link = folder.0.join("link");
    std::os::unix::fs::symlink("log", &link).unwrap();
    let mut sink = File::open(&link).unwrap().rotate(10, 1);
    for line in ["one.......\n", "two.......\n", "three.....\n"] {
        assert_eq!(sink.write(line.as_bytes()).unwrap(), line.len());
    }
    assert_eq!(fs::read_link(&link).unwrap(), PathBuf::from("log"));
    assert_eq!(folder.text("log.1").unwrap(), "two.......\n");
    assert_eq!(folder.text("link").unwrap(), "three.....\n");
    assert_eq!(folder.text("link.1"), None);
}

#[test]
fn a_line_is_not_split_by_a_new_file() {
    let folder = Folder::new("whole");
    let mut sink = File::open(folder.log()).unwrap().rotate(10, 1);
    for part in ["begun, ", "and ended\n", "next\n"] {
        sink.write(part.as_bytes()).unwrap();
    }
    assert_eq!(folder.text("log.1").unwrap(), "begun, and ended\n");
    assert_eq!(folder.text("log").unwrap(), "next\n");
}

#[test]
fn half_a_line_that_was_left_behind_is_ended() {
    let folder = Folder::new("torn");
    for (left, expected) in [("{}\n{\"a", "{}\n{\"a\n{}\n"), ("{}\n", "{}\n{}\n"), ("", "{}\n")] {
        fs::write(folder.log(), left).unwrap();
        File::open(folder.log()).unwrap().write(b"{}\n").unwrap();
        assert_eq!(folder.text("log").unwrap(), expected);
    }
}

#[test]
fn what_was_there_before_counts() {
    let folder = Folder::new("before");
    fs::write(folder.log(), "before\n").unwrap();
    let mut sink = File::open(folder.log()).unwrap().rotate(10, 1);
    sink.write(b"after\n").unwrap();
    assert_eq!(folder.text("log.1").unwrap(), "before\n");
}

#[test]
fn a_file_opened_anew_is_as_large_as_it_is() {
    let folder = Folder::new("anew");
    let mut sink = File::open(folder.log()).unwrap().rotate(10, 2);
    sink.write(b"one...\n").unwrap();
    // It has not been moved away, and it is full.
    sink.reopen().reopen().unwrap();
    for line in ["two...\n", "3\n", "four...\n"] {
        sink.write(line.as_bytes()).unwrap();
    }
    assert_eq!(folder.text("log.2").unwrap(), "one...\n");
    assert_eq!(folder.text("log.1").unwrap(), "two...\n3\n");
    assert_eq!(folder.text("log").unwrap(), "four...\n");
}

#[cfg(unix)]
#[test]
fn the_old_file_goes_on_where_no_new_one_can_be_made() {
    let folder = Folder::new("refused");
    let mut sink = File::open(folder.log()).unwrap().rotate(10, 1);
    sink.write(b"one...\n").unwrap();
    // Not even root opens a folder for writing.
    fs::create_dir(folder.0.join("log.new")).unwrap();
    let reopen = sink.reopen();
    sink.write(b"two...\n").unwrap();
    assert_eq!(folder.text("log").unwrap(), "one...\ntwo...\n");
    fs::rename(folder.log(), folder.0.join("moved")).unwrap();
    fs::create_dir(folder.log()).unwrap();
    assert!(reopen.reopen().is_err());
    sink.write(b"three\n").unwrap();
    assert_eq!(folder.text("moved").unwrap(), "one...\ntwo...\nthree\n");
}

#[test]
fn several_lines_at_once_go_to_as_many_files_as_they_need() {
    let folder = Folder::new("batch");
    let mut sink = File::open(folder.log()).unwrap().rotate(10, 3);
    let mut lines: &[u8] = b"one\ntwo\nthree\nfour is long\nfive\n";
    while !lines.is_empty() {
        let taken = sink.write(lines).unwrap();
        lines = &lines[taken..];
    }
    let texts = ["log.3", "log.2", "log.1", "log"].map(|name| folder.text(name).unwrap());
    assert_eq!(texts, ["one\ntwo\n", "three\n", "four is long\n", "five\n"]);
}

/// As logrotate does by `copytruncate`.
#[test]
fn a_file_that_was_emptied_is_as_large_as_it_is() {
    let folder = Folder::new("emptied");
    let mut sink = File::open(folder.log()).unwrap().rotate(20, 1);
    sink.write(b"eight..\neight..\n").unwrap();
    fs::write(folder.log(), "").unwrap();
    for _ in 0..2 {
        sink.write(b"eight..\n").unwrap();
    }
    assert_eq!(folder.text("log").unwrap(), "eight..\neight..\n");
    assert_eq!(folder.text("log.1"), None);
}

#[test]
fn no_line_goes_to_a_file_without_a_name_while_it_is_opened_anew() {
    let folder = Folder::new("opened_anew");
    let mut sink = File::open(folder.log()).unwrap().rotate(100, 1_000);
    let (reopen, is_over) = (sink.reopen(), AtomicBool::new(false));
    thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                reopen.reopen().unwrap();
            }
        });
        for _ in 0..3_000 {
            sink.write(b"a line\n").unwrap();
        }
        is_over.store(true, Ordering::Relaxed);
    });
    let text = folder.all();
    assert_eq!(text.matches("a line\n").count(), 3_000);
    assert_eq!(text.len(), 21_000);
}

/// As logrotate does, whose name for it is not one of ours.
#[test]
fn no_line_is_lost_or_there_twice_while_the_file_is_moved_away() {
    let folder = Folder::new("moved_away");
    let mut sink = File::open(folder.log()).unwrap().rotate(100, 1_000);
    let (reopen, is_over) = (sink.reopen(), AtomicBool::new(false));
    thread::scope(|scope| {
        scope.spawn(|| {
            for number in 0.. {
                if is_over.load(Ordering::Relaxed) {
                    break;
                }
                let _ = fs::rename(folder.log(), folder.0.join(format!("moved-{number}")));
                reopen.reopen().unwrap();
            }
        });
        for _ in 0..3_000 {
            sink.write(b"a line\n").unwrap();
        }
        is_over.store(true, Ordering::Relaxed);
    });
    assert_eq!(folder.all().len(), 3_000 * "a line\n".len());
}

#[cfg(unix)]
#[test]
fn processes_that_rotate_one_file_stay_together() {
    let folder = Folder::new("together");
    let mut sinks = [(); 3].map(|()| File::open(folder.log()).unwrap().rotate(100, 1_000));
    for n in 0..300 {
        sinks[n % 3].write(b"a line\n").unwrap();
        let last = folder.text("log").unwrap();
        assert!(last.ends_with("a line\n") && last.len() <= 110, "{n}: {last}");
    }
    // Another one begins the files when the first one is gone.
    let [first, mut second, _] = sinks;
    drop(first);
    for _ in 0..30 {
        second.write(b"a line\n").unwrap();
        assert!(folder.text("log").unwrap().len() <= 110);
    }
    assert_eq!(folder.all(), "a line\n".repeat(330));
}

#[cfg(unix)]
#[test]
fn a_file_is_not_moved_away_from_a_process_that_would_not_follow() {
    let folder = Folder::new("stays");
    let mut plain = File::open(folder.log()).unwrap();
    let mut rotates = File::open(folder.log()).unwrap().rotate(10, 1);
    for _ in 0..2 {
        rotates.write(b"eight..\n").unwrap();
    }
    plain.write(b"eight..\n").unwrap();
    assert_eq!(folder.text("log").unwrap(), "eight..\n".repeat(3));
    drop(plain);
    // Opened now, it follows.
    let mut rotates = File::open(folder.log()).unwrap().rotate(10, 2);
    let mut plain = File::open(folder.log()).unwrap();
    rotates.write(b"next...\n").unwrap();
    plain.write(b"1\n").unwrap();
    assert_eq!(folder.text("log").unwrap(), "next...\n1\n");
}

/// What is there of it while it is written is no half line.
#[test]
fn a_line_that_is_being_written_is_not_ended() {
    let folder = Folder::new("unfinished");
    let is_over = AtomicBool::new(false);
    let line = format!("{}\n", "x".repeat(9_000));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut file = fs::File::options().append(true).create(true).open(folder.log());
                while !is_over.load(Ordering::Relaxed) {
                    file.as_mut().unwrap().write_all(line.as_bytes()).unwrap();
                }
            });
        }
        for n in 0..200 {
            let sink = File::open(folder.log()).unwrap();
            if n % 2 == 0 {
                let mut sink = sink;
                sink.reopen().reopen().unwrap();
                sink.write(b"{}\n").unwrap();
            }
        }
        is_over.store(true, Ordering::Relaxed);
    });
    let text = folder.text("log").unwrap();
    let others = text.split_inclusive('\n').filter(|there| *there != line && *there != "{}\n");
    assert_eq!(others.count(), 0);
}

#[cfg(unix)]
#[test]
fn a_pipe_has_room_for_as_much_as_it_takes_as_a_whole() {
    let (mut reader, writer) = std::io::pipe().unwrap();
    let pipe = Descriptor::duplicate(&writer).unwrap();
    let (mut writer, mut filled) = (writer, 0);
    while pipe.room(Duration::ZERO) > 0 {
        assert_eq!(pipe.room(Duration::ZERO), 4_096);
        writer.write_all(&[b'x'; 4_096]).unwrap();
        filled += 4_096;
    }
    assert_eq!(pipe.room(Duration::from_millis(1)), 0);
    reader.read_exact(&mut vec![0; filled]).unwrap();
    assert_eq!(pipe.room(Duration::ZERO), 4_096);
    // There is something to be learned by writing.
    drop(reader);
    assert!(pipe.room(Duration::ZERO) > 0);
}

#[test]
fn a_file_has_room_for_anything() {
    let folder = Folder::new("room");
    assert_eq!(File::open(folder.log()).unwrap().room(Duration::ZERO), usize::MAX);
}
