//! Runs a plan: all contestants take turns, round by round, so that other load
//! on the machine affects all of them.

use std::{collections::HashMap, path::Path};

use report::numbers::{median, rounded, spread};
use serde_json::{Value, json};

use crate::{
    contestants,
    plan::{Part, Plan},
    player::Player,
    verify,
    workloads::Workload,
};

/// The contestant that all ratios refer to.
const FLOOR: &str = "floor std";

/// Returns the rows of a plan, one for each workload and contestant.
pub(crate) fn run(plan: &Plan, folder: &Path) -> Vec<Value> {
    plan.parts.iter().flat_map(|part| run_part(plan, part, folder)).collect()
}

fn run_part(plan: &Plan, part: &Part, folder: &Path) -> Vec<Value> {
    let mut players: Vec<Player> = plan
        .contestants
        .iter()
        .filter(|name| contestants::has(name, part.destination))
        .map(|name| Player::start(name, part.destination, folder))
        .collect();
    let mut rows = Vec::new();
    for workload in &part.workloads {
        eprintln!("{}: {workload}", part.destination);
        for player in &mut players {
            check(player, workload);
        }
        let samples = samples(plan, workload, &mut players);
        rows.extend(players.iter().map(|player| row(part, workload, player.name, &samples)));
    }
    rows
}

/// Checks the lines of a contestant before anything is measured.
///
/// A contestant that sometimes loses a line may try again. Lost lines are
/// counted during the measurement, and are no reason to leave it out.
fn check(player: &mut Player, workload: &Workload) {
    let mut is_right = || match verify::batch(workload, &player.show(workload)) {
        Ok(()) => true,
        Err(error) => {
            eprintln!("{}, {workload}: {error}", player.name);
            false
        }
    };
    let is_silent = workload.all_lines() == 0;
    assert!(is_silent || (0..3).any(|_| is_right()), "not what all write");
}

/// The samples of each contestant, round by round.
type Samples = HashMap<&'static str, Vec<Value>>;

fn samples(plan: &Plan, workload: &Workload, players: &mut [Player]) -> Samples {
    let mut samples = Samples::new();
    for _ in 0..plan.rounds {
        for player in &mut *players {
            let sample = player.measure(workload, plan.milliseconds);
            samples.entry(player.name).or_default().push(sample);
        }
    }
    samples
}

fn row(part: &Part, workload: &Workload, name: &str, samples: &Samples) -> Value {
    let of = |name: &str, key: &str| -> Vec<f64> {
        samples[name].iter().filter_map(|sample| sample[key].as_f64()).collect()
    };
    // The best of the rounds, because other processes on the machine can only
    // add to a time.
    let best = |name: &str, key: &str| of(name, key).into_iter().fold(f64::INFINITY, f64::min);
    let ratio = |key: &str| rounded(best(name, key) / best(FLOOR, key));
    let caller = of(name, "caller_ns");
    json!({
        "destination": part.destination,
        "workload": workload.family,
        "parameter": workload.parameter,
        "contestant": name,
        "caller_ns": rounded(best(name, "caller_ns")),
        "median_ns": rounded(median(caller.clone())),
        "caller_ratio": ratio("caller_ns"),
        "spread": rounded(spread(caller)),
        "cpu_ns": rounded(best(name, "cpu_ns")),
        "cpu_ratio": ratio("cpu_ns"),
        "allocations": of(name, "allocations").first().map(|_| rounded(median(of(name, "allocations")))),
        "bytes": rounded(median(of(name, "bytes"))),
        "memory": of(name, "memory").first().map(|bytes| bytes.round()),
        "lost": of(name, "lost").iter().sum::<f64>(),
    })
}
