//! A process that exports, from its beginning to its end, with the variables of
//! the environment.

mod ends;
mod lines;
mod proxies;
mod variables;

use std::process::Command;

use test_support::child::{Ran, child, run};

/// Returns the command for a scenario, with variables and without a filter.
fn command(scenario: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut child = child(env!("CARGO_BIN_EXE_child"), scenario);
    child.envs(variables.iter().copied());
    child
}

#[track_caller]
fn ran(scenario: &[&str], variables: &[(&str, &str)]) -> Ran {
    run(&mut command(scenario, variables))
}

/// Returns the lines of the exporter about itself: level, message, and then the
/// values of these keys.
fn said(ran: &Ran, keys: &[&str]) -> Vec<String> {
    let lines = ran.lines();
    let ours = lines.iter().filter(|line| line["target"] == "trace_otel");
    let shown = |line: &serde_json::Value| {
        let mut shown = format!("{} {}", line["level"], line["message"]).replace('"', "");
        for key in keys.iter().filter(|key| line.get(**key).is_some()) {
            shown += &format!(" {key}={}", line[*key]).replace('"', "");
        }
        shown
    };
    ours.map(shown).collect()
}
