//! Measures what observers cost the caller, beside libraries that count.
//!
//! ```sh
//! cd benches && cargo run --release -p counting
//! ```
//!
//! Each contestant runs in processes of its own, several times in turn. The
//! fastest run counts: it has the least of other programs in it. Lines go
//! nowhere, so that the difference between two rows is the observer.

mod contestants;
mod workloads;

use std::{collections::BTreeMap, env, process::Command};

use self::{contestants::CONTESTANTS, workloads::WORKLOADS};

/// How often each contestant runs.
const ROUNDS: usize = 5;

fn main() {
    let arguments: Vec<_> = env::args().skip(1).collect();
    match &arguments[..] {
        [] => print(),
        [contestant, workload] => println!("{}", contestants::measure(contestant, workload)),
        _ => panic!("none, or: contestant, workload"),
    }
}

fn print() {
    let mut best = BTreeMap::new();
    for _ in 0..ROUNDS {
        for (contestant, plays) in CONTESTANTS {
            for workload in WORKLOADS.iter().filter(|(name, _)| plays.contains(name)) {
                let nanos = run(contestant, workload.0);
                let kept = best.entry((contestant, workload.0)).or_insert(nanos);
                *kept = nanos.min(*kept);
            }
        }
    }
    println!("ns a call, the fastest of {ROUNDS} runs");
    for (contestant, plays) in CONTESTANTS {
        let cells = plays.iter().map(|name| format!("{name} {:.0}", best[&(contestant, *name)]));
        println!("{contestant:<20} {}", cells.collect::<Vec<_>>().join(" · "));
    }
}

fn run(contestant: &str, workload: &str) -> f64 {
    let mut program = Command::new(env::current_exe().expect("this program"));
    let output = program.args([contestant, workload]).output().expect("this program starts");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.trim().parse().unwrap_or_else(|_| panic!("{contestant}, {workload}: {output:?}"))
}
