//! Files that change, cannot be read, or are compressed; and readers that go.

use std::{
    fs::{self, File},
    io::{Read as _, Write as _},
    process::Stdio,
};

use flate2::{Compression, write::GzEncoder};

use crate::support::{cases, folder, program, trace, trace_with};

fn gz(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn zst(text: &[u8]) -> Vec<u8> {
    zstd::encode_all(text, 3).unwrap()
}

fn plain() -> Vec<u8> {
    fs::read(cases().join("plain.jsonl")).unwrap()
}

/// Compares what is said of a log in some form with what is said of it as it is.
#[track_caller]
fn says_the_same(name: &str, packed: &[u8]) {
    let file = folder(name).join("log");
    fs::write(&file, packed).unwrap();
    for command in ["show f2bc", "ls", "stats --by step"] {
        let (this, plain) = (
            trace(&format!("{command} {}", file.display())),
            trace(&format!("{command} plain.jsonl")),
        );
        assert_eq!(this.stdout, plain.stdout, "{name}: {command}: {}", this.stderr);
        assert_eq!(this.code, 0);
    }
    assert_eq!(trace_with("ls", packed).stdout, trace("ls plain.jsonl").stdout, "{name} by a pipe");
}

#[test]
fn logs_may_be_compressed_in_several_members_and_frames() {
    let text = plain();
    let (first, second) = text.split_at(1_000);
    says_the_same("gz", &gz(&text));
    says_the_same("members", &[gz(first), gz(second)].concat());
    says_the_same("padded", &[gz(&text), vec![0; 512]].concat());
    says_the_same("zst", &zst(&text));
    says_the_same("frames", &[zst(first), zst(second)].concat());
    // The head of `pzstd`: a frame to be skipped.
    let skippable = [&[0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4][..], &zst(&text)].concat();
    says_the_same("skippable", &skippable);
}

#[test]
fn of_a_compressed_log_that_is_cut_short_all_that_is_whole_is_used() {
    let log = plain().repeat(2_000);
    for (name, packed) in [("cut.gz", gz(&log)), ("cut.zst", zst(&log))] {
        let file = folder(name).join(name);
        fs::write(&file, &packed[..packed.len() * 3 / 4]).unwrap();
        let ran = trace(&format!("stats {}", file.display()));
        assert!(
            ran.stdout.contains("1 file ends in the middle of a line"),
            "{name}: {}",
            ran.stdout
        );
        assert!(ran.stdout.contains("GET /orders/{id}"), "{name}: {}", ran.stdout);
        assert_eq!((ran.code, &*ran.stderr), (0, ""), "{name}");
    }
}

#[test]
fn an_empty_log_is_one_in_which_nothing_is_found() {
    let file = folder("empty").join("log");
    fs::write(&file, "").unwrap();
    let ran = trace(&format!("ls {}", file.display()));
    assert_eq!((ran.code, &*ran.stdout), (1, "no requests\n"));
    assert_eq!(trace(&format!("show abcd {}", file.display())).code, 1);
}

#[test]
fn where_no_request_is_chosen_it_is_said() {
    let ran = trace("show --where user_id=none plain.jsonl");
    assert_eq!((ran.code, &*ran.stdout, &*ran.stderr), (1, "", "trace: no such request\n"));
}

#[test]
fn a_last_line_without_its_newline_is_a_line() {
    let log = plain();
    let ran = trace_with("stats", log.strip_suffix(b"\n").unwrap());
    assert_eq!(ran.stdout, trace("stats plain.jsonl").stdout);
}

#[test]
fn what_cannot_be_read_is_said_and_the_rest_is_answered() {
    let ran = trace("ls no-such-file plain.jsonl");
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.starts_with("trace: no-such-file: No such file"), "{}", ran.stderr);
    assert_eq!(ran.stdout, trace("ls plain.jsonl").stdout);
}

#[test]
fn a_log_in_a_form_that_is_not_read_comes_with_what_to_do() {
    let forms: [(&[u8], &str); 6] = [
        (b"\xfd7zXZ\0", "is packed by xz: pipe what `xz -dc` prints"),
        (b"BZh91AY", "is packed by bzip2: pipe what `bzip2 -dc` prints"),
        (b"\x04\x22M\x18d", "is packed by lz4: pipe what `lz4 -dc` prints"),
        (b"PK\x03\x04", "is a zip: pipe what `unzip -p` prints"),
        (b"\xff\xfe{\0", "is UTF-16: pipe what `iconv"),
        (b"\xfe\xff\0{", "is UTF-16: pipe what `iconv"),
    ];
    let file = folder("a_form_that_is_not_read").join("log");
    for (bytes, advice) in forms {
        fs::write(&file, bytes).unwrap();
        let ran = trace(&format!("ls {} plain.jsonl", file.display()));
        assert!(ran.stderr.contains(advice), "{advice}: {}", ran.stderr);
        assert_eq!((ran.code, ran.stdout), (2, trace("ls plain.jsonl").stdout));
        assert!(trace_with("ls", bytes).stderr.contains(advice), "{advice} by a pipe");
    }
}

#[test]
fn a_log_in_which_no_line_is_read_says_so() {
    let logfmt = b"time=\"2026-11-28T13:10:45.5Z\" level=info msg=hello\n";
    for command in ["ls", "stats"] {
        let said = trace_with(command, logfmt).stdout;
        assert!(
            said.ends_with(
                "no line is JSON with known keys; logfmt and console rows are not read\n"
            ),
            "{said}"
        );
        let said = trace(&format!("{command} plain.jsonl")).stdout;
        assert!(!said.contains("known keys"), "{said}");
    }
}

#[test]
fn a_reader_that_leaves_is_no_failure() {
    let log = plain().repeat(5_000);
    let file = folder("leaves").join("log");
    fs::write(&file, log).unwrap();
    let mut command = program();
    command.args(["ls", "--json"]).arg(&file).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut [0; 10]).unwrap();
    drop(stdout);
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
}

#[test]
#[cfg(target_os = "linux")]
fn an_answer_that_cannot_be_written_is_a_failure() {
    let full = File::options().write(true).open("/dev/full").unwrap();
    let output = program().args(["ls", "plain.jsonl"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("trace: cannot write the answer: No space left"), "{said}");
}

/// A log of an hour, larger than what is read whole; one line in a hundred
/// stands three seconds too late.
fn hour(is_in_order: bool) -> String {
    let plain = fs::read_to_string(cases().join("plain.jsonl")).unwrap();
    let line = plain.lines().find(|line| line.contains("\"status\":200")).unwrap();
    let mut log = String::new();
    for number in 0..7_200_i64 {
        let second = number / 2 - if number % 100 == 7 { 3 } else { 0 };
        let second = if is_in_order || number != 3_600 { second.max(0) } else { 0 };
        let time = format!("T10:{:02}:{:02}.000000Z", second / 60, second % 60);
        log +=
            &line.replace("T10:00:00.030000Z", &time).replace("968fc382", &format!("{number:08x}"));
        log.truncate(log.len() - 1);
        log += &format!(",\"text\":\"{}\"}}\n", "x".repeat(2_400));
    }
    log
}

#[test]
fn a_large_log_is_bisected_by_time_only_if_it_is_in_order() {
    let folder = folder("bisected");
    let ordered =
        ["--since 10:40 --until 10:41", "--since 90s", "--until 10:00:30", "--since 11:00"];
    for (is_in_order, choices) in [(true, &ordered[..]), (false, &["--until 10:00:01"])] {
        let (file, log) = (folder.join("hour.jsonl"), hour(is_in_order));
        fs::write(&file, &log).unwrap();
        assert!(log.len() > 16 << 20);
        for choice in choices {
            for command in ["ls --json", "stats --json --threads 3"] {
                let bisected = trace(&format!("{command} {choice} {}", file.display())).stdout;
                // A pipe cannot be bisected.
                let whole = trace_with(&format!("{command} {choice}"), log.as_bytes()).stdout;
                assert_eq!(bisected, whole, "{command} {choice}");
            }
        }
    }
}
