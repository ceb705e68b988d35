//! Files that grow, are rotated and are cut while they are followed.

use std::{
    fs::{self, File, OpenOptions},
    io::{BufRead as _, BufReader, Lines, Write as _},
    path::Path,
    process::{Child, ChildStdout, Stdio},
};

use crate::support::{cases, folder, program};

/// A run of `follow`; it is ended when the test is over.
struct Following {
    child: Child,
    rows: Lines<BufReader<ChildStdout>>,
}

impl Following {
    fn start(file: &Path, rest: &[&str]) -> Self {
        let mut command = program();
        command.args(["follow", "--json", "--begin"]).arg(file).args(rest);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let rows = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, rows }
    }

    /// Returns the status of the next row, by which rows are known.
    fn next(&mut self) -> String {
        let row = self.rows.next().expect("a row").unwrap();
        let row: serde_json::Value = serde_json::from_str(&row).unwrap();
        row["status"].to_string()
    }

    fn expect(&mut self, statuses: std::ops::Range<u32>) {
        for status in statuses {
            assert_eq!(self.next(), status.to_string());
        }
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Returns a request line with this status.
fn request(status: u32) -> String {
    let plain = fs::read_to_string(cases().join("plain.jsonl")).unwrap();
    let line = plain.lines().find(|line| line.contains("\"status\":200")).unwrap();
    line.replace("\"status\":200", &format!("\"status\":{status}")) + "\n"
}

fn append(file: &Path, text: &str) {
    let mut file = OpenOptions::new().append(true).create(true).open(file).unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

#[test]
fn a_file_that_appears_later_is_followed_from_its_begin() {
    let file = folder("appears").join("app.log");
    let mut following = Following::start(&file, &[]);
    append(&file, &request(1));
    following.expect(1..2);
    append(&file, &(request(2) + &request(3)));
    following.expect(2..4);
}

#[test]
fn half_a_line_is_waited_for() {
    let file = folder("half").join("app.log");
    let line = request(7);
    let (begin, end) = line.split_at(100);
    append(&file, &(request(6) + begin));
    let mut following = Following::start(&file, &[]);
    following.expect(6..7);
    append(&file, end);
    following.expect(7..8);
}

#[test]
fn none_is_lost_and_none_comes_twice_when_a_file_is_rotated_by_its_name() {
    let file = folder("renamed").join("app.log");
    let mut following = Following::start(&file, &[]);
    for round in 0..20 {
        let (first, second) = (100 + round * 2, 101 + round * 2);
        append(&file, &request(first));
        following.expect(first..second);
        // The last line of the old file is written after it was renamed.
        let mut old = OpenOptions::new().append(true).open(&file).unwrap();
        fs::rename(&file, file.with_extension(format!("{round}"))).unwrap();
        old.write_all(request(second).as_bytes()).unwrap();
        following.expect(second..second + 1);
    }
}

#[test]
fn a_file_that_was_cut_is_followed_from_its_new_begin() {
    let file = folder("cut").join("app.log");
    append(&file, &(request(1) + &request(2)));
    let mut following = Following::start(&file, &[]);
    following.expect(1..3);
    File::create(&file).unwrap();
    append(&file, &request(3));
    following.expect(3..4);
    following.child.kill().unwrap();
    let said = std::io::read_to_string(following.child.stderr.take().unwrap()).unwrap();
    assert!(said.contains("was truncated; what was written just before may be missing"), "{said}");
}

#[test]
fn a_choice_of_requests_is_kept() {
    let file = folder("chosen").join("app.log");
    append(&file, &(request(200) + &request(503) + &request(404)));
    let mut following = Following::start(&file, &["--status", "5xx", "--until-quiet", "1s"]);
    following.expect(503..504);
    assert!(following.rows.next().is_none());
    assert!(following.child.wait().unwrap().success());
}
