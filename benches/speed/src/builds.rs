//! Plays builds of this project against each other.
//!
//! They take turns, and in each round each build is compared with the first one.
//! What else runs on the machine disturbs both alike, so the median of the
//! ratios soon settles.

use std::{env, fs, path::Path, process};

use report::{
    machine,
    numbers::{median, spread},
};

use crate::{
    player::Player,
    workloads::{self, Workload},
};

const ROUNDS: usize = 80;
const MILLISECONDS: u32 = 8;

/// What is compared: destination, workload, and the figure that counts.
const COMPARED: [(&str, &str, &str); 7] = [
    ("null", "event", "caller_ns"),
    ("null", "timed sync", "caller_ns"),
    ("null", "timed async", "caller_ns"),
    ("null", "request", "caller_ns"),
    ("null", "filtered step", "caller_ns"),
    ("background", "event", "cpu_ns"),
    ("background", "request", "cpu_ns"),
];

/// Compares the builds in these files: programs like this one.
pub(crate) fn run(programs: &[&str]) {
    println!("{}", machine::head());
    for (number, program) in programs.iter().enumerate() {
        println!("build {number}: {program}");
    }
    let folder = env::temp_dir().join(format!("speed-{}", process::id()));
    fs::create_dir_all(&folder).expect("a temporary folder");
    for destination in ["null", "background"] {
        let mut players = start(programs, destination, &folder);
        for (_, workload, key) in COMPARED.iter().filter(|(theirs, ..)| *theirs == destination) {
            let workload = workloads::find(workload).expect("a workload of this name");
            print(&format!("{destination}, {workload}"), &play(&mut players, &workload, key));
        }
    }
    let _ = fs::remove_dir_all(folder);
}

fn start(programs: &[&str], destination: &str, folder: &Path) -> Vec<Player> {
    let numbered = programs.iter().enumerate();
    let start = |(number, program): (usize, &&str)| {
        let file = folder.join(format!("build-{number}-{destination}.jsonl"));
        Player::of(Path::new(program), "ours", destination, &file)
    };
    numbered.map(start).collect()
}

/// Returns the nanoseconds of each build, round by round.
fn play(players: &mut [Player], workload: &Workload, key: &str) -> Vec<Vec<f64>> {
    let mut rounds = vec![Vec::new(); players.len()];
    for round in 0..ROUNDS {
        for turn in 0..players.len() {
            // Each begins as often as the others.
            let number = (turn + round) % players.len();
            let sample = players[number].measure(workload, MILLISECONDS);
            rounds[number].push(sample[key].as_f64().expect("a number"));
        }
    }
    rounds
}

/// Prints the best round of each build, and its ratio to the first build. The
/// ratio is certain to about the spread of the ratios over the root of their
/// number.
fn print(title: &str, builds: &[Vec<f64>]) {
    for (number, nanos) in builds.iter().enumerate() {
        let best = nanos.iter().copied().fold(f64::INFINITY, f64::min);
        let ratios: Vec<f64> =
            nanos.iter().zip(&builds[0]).map(|(this, first)| this / first).collect();
        let doubt = spread(ratios.clone()) / (ratios.len() as f64).sqrt() * 100.0;
        let title = if number == 0 { title } else { "" };
        println!(
            "{title:<26} build {number} {best:>9.1} ns  ×{:.3} ± {doubt:.1} %",
            median(ratios)
        );
    }
}
