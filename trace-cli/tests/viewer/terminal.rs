//! In a terminal of any width, no line is broken: tmux is the judge.

use std::process::Command;

use crate::support::{cases, trace};

/// Returns what a terminal of this width shows of an answer; `None` without
/// tmux.
fn screen(name: &str, width: usize, question: &str) -> Option<String> {
    let tmux = |arguments: &[&str]| {
        let mut tmux = Command::new("tmux");
        tmux.args(["-L", &format!("trace-{}-{name}", std::process::id()), "-f", "/dev/null"]);
        tmux.args(arguments).env("LANG", "C.UTF-8").env_remove("TMUX").current_dir(cases());
        tmux.output().ok().filter(|output| output.status.success())
    };
    tmux(&["-V"])?;
    let program = env!("CARGO_BIN_EXE_trace");
    // The answer stands there before the channel is opened.
    let command = format!("{program} {question} --no-pager; tmux wait-for -S shown; sleep 60");
    let size = width.to_string();
    tmux(&["new-session", "-d", "-x", &size, "-y", "60", &command])?;
    tmux(&["wait-for", "shown"])?;
    let shown = tmux(&["capture-pane", "-p"])?;
    tmux(&["kill-server"]);
    let shown = String::from_utf8(shown.stdout).unwrap();
    Some(shown.trim_end().to_owned() + "\n")
}

#[test]
fn a_terminal_shows_what_was_laid_out_for_its_width() {
    let questions = [
        "show 64e9 outcomes.jsonl",
        "show f2bc plain.jsonl",
        "show 9dbe names-odd.jsonl",
        "ls outcomes.jsonl",
        "stats --by step outcomes.jsonl",
    ];
    for width in [60, 80, 120, 200] {
        for question in questions {
            let Some(shown) = screen(&width.to_string(), width, question) else {
                println!("skipped: there is no tmux");
                return;
            };
            let laid_out = trace(&format!("{question} --width {width}")).stdout;
            let trimmed: String =
                laid_out.lines().map(|line| line.trim_end().to_owned() + "\n").collect();
            assert_eq!(shown, trimmed, "{question} in {width} columns");
        }
    }
}
