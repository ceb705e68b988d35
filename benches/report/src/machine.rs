//! The machine, the tools and the date of a measurement.

use std::{env, fs, process::Command, thread, time::SystemTime};

use serde_json::{Map, Value, json};

/// Returns date, commit, compiler, profile, processor and the versions of crates.
pub fn facts(crates: &[&str]) -> Value {
    json!({
        "date": date(),
        "commit": commit(),
        "rustc": said("rustc", &["--version"]),
        "profile": profile(),
        "cpu": cpu(),
        "cores": thread::available_parallelism().map_or(1, usize::from),
        "versions": versions(crates),
    })
}

/// Returns in one line on how many cores, and in which profile, is measured.
pub fn head() -> String {
    let facts = facts(&[]);
    let [cpu, profile, rustc, commit] =
        ["cpu", "profile", "rustc", "commit"].map(|key| facts[key].as_str().unwrap_or_default());
    format!("{} cores, {cpu}; {profile}; {rustc}; commit {commit}", facts["cores"])
}

/// Returns how this program was optimized. There are no settings in the
/// manifest, only those of the command line.
fn profile() -> String {
    let name = if cfg!(debug_assertions) { "debug" } else { "release" };
    let units = option_env!("CARGO_PROFILE_RELEASE_CODEGEN_UNITS").unwrap_or("16");
    let lto = option_env!("CARGO_PROFILE_RELEASE_LTO").unwrap_or("none");
    format!("{name} profile, {units} codegen units, LTO {lto}")
}

fn date() -> String {
    let days = SystemTime::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_secs() / 86_400);
    // Years begin on 1 March, as in `floor`.
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let march = (5 * of_year + 2) / 153;
    let (day, month) = (of_year - (153 * march + 2) / 5 + 1, (march + 2) % 12 + 1);
    format!("{:04}-{month:02}-{day:02}", era * 400 + year + u64::from(month <= 2))
}

/// Returns the commit, and whether files have changed since.
fn commit() -> String {
    let commit = said("git", &["rev-parse", "--short=12", "HEAD"]);
    let made_from_it = [":!/benches/results", ":!/docs/measured/speed.md", ":!/docs/speed.svg"];
    let status = [&["status", "--porcelain", "--", ":/"], &made_from_it[..]].concat();
    let changed = said("git", &status);
    if changed.is_empty() { commit } else { format!("{commit}, with changes") }
}

fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output.map_or_else(
        |error| error.to_string(),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    )
}

fn cpu() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    model.map_or_else(|| env::consts::ARCH.to_owned(), |(_, model)| model.to_owned())
}

/// Returns the versions in the lock file of this workspace.
fn versions(crates: &[&str]) -> Value {
    let lock = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.lock");
    let lock = fs::read_to_string(lock).unwrap_or_default();
    let version = |name: &str| {
        let (_, after) = lock.split_once(&format!("name = \"{name}\"\nversion = \""))?;
        after.split_once('"').map(|(version, _)| Value::from(version))
    };
    let versions = crates.iter().filter_map(|name| Some(((*name).to_owned(), version(name)?)));
    Value::Object(versions.collect::<Map<_, _>>())
}
