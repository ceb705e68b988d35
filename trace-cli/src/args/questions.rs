//! The questions of the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::choice::{Choice, Hold, Look, Reading, Store};
use crate::filter::duration_ns;

/// Reads the JSON lines of trace-runtime: what one request did, which failed
/// or were slow, and where the time goes.
///
/// Files may be compressed (.gz, .zst) and rotated; without files, or with
/// `-`, standard input is read.
#[derive(Debug, Parser)]
#[command(name = "trace", version, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// A question.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// What did this request do? Shows it as a waterfall
    Show(Show),
    /// Which requests were there?
    Ls(Ls),
    /// Where does the time go? Calls, errors and percentiles
    Stats(Stats),
    /// What changed between two logs?
    Diff(Diff),
    /// What is happening now? Each request when it ends
    Follow(Follow),
    /// One page to send to a colleague, which needs nothing else
    Html(Html),
    /// Traces as a file for another tool
    Export(Export),
    /// The query for a question, for ClickHouse or DuckDB
    Sql(Sql),
}

/// Arguments of `show`.
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// An id: whole, or at least four digits of it; of a trace, a request or
    /// a span. With a choice such as --failed, only files, or none of a server
    #[arg(value_name = "ID FILES", num_args = 0..)]
    pub(crate) words: Vec<String>,
    #[command(flatten)]
    pub(crate) choice: Choice,
    #[command(flatten)]
    pub(crate) reading: Reading,
    #[command(flatten)]
    pub(crate) store: Store,
    #[command(flatten)]
    pub(crate) look: Look,
    /// A row for each of many siblings
    #[arg(long)]
    pub(crate) all: bool,
    /// All fields of events
    #[arg(short, long)]
    pub(crate) verbose: bool,
    /// Take off what the clocks of other services are ahead
    #[arg(long)]
    pub(crate) align: bool,
    /// Also the other lines between the first and the last of the request
    #[arg(long)]
    pub(crate) around: bool,
}

/// Arguments of `ls`.
#[derive(Debug, Args)]
pub(crate) struct Ls {
    /// Logs
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) choice: Choice,
    #[command(flatten)]
    pub(crate) reading: Reading,
    #[command(flatten)]
    pub(crate) store: Store,
    #[command(flatten)]
    pub(crate) look: Look,
}

/// Arguments of `stats`.
#[derive(Debug, Args)]
pub(crate) struct Stats {
    /// Logs
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) choice: Choice,
    #[command(flatten)]
    pub(crate) reading: Reading,
    #[command(flatten)]
    pub(crate) hold: Hold,
    #[command(flatten)]
    pub(crate) store: Store,
    #[command(flatten)]
    pub(crate) look: Look,
    /// By what: route, step, service, name, or any field of the request line;
    /// several with commas
    #[arg(long, default_value = "route", value_delimiter = ',')]
    pub(crate) by: Vec<String>,
    /// The time of a step without that of its own steps
    #[arg(long = "self")]
    pub(crate) own: bool,
    /// Count lines that were delivered twice only once
    #[arg(long)]
    pub(crate) dedup: bool,
    /// How many threads read a large file
    #[arg(long, value_name = "COUNT")]
    pub(crate) threads: Option<usize>,
}

/// Arguments of `diff`.
#[derive(Debug, Args)]
pub(crate) struct Diff {
    /// The log before; of a server, times `FROM..UNTIL`, or a table
    pub(crate) before: PathBuf,
    /// The log after; of a server, times `FROM..UNTIL`, or a table
    pub(crate) after: PathBuf,
    #[command(flatten)]
    pub(crate) choice: Choice,
    #[command(flatten)]
    pub(crate) store: Store,
    #[command(flatten)]
    pub(crate) reading: Reading,
    #[command(flatten)]
    pub(crate) hold: Hold,
    #[command(flatten)]
    pub(crate) look: Look,
    /// Exit with 3 if a route or step got slower by as much: 10%
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    pub(crate) fail_on: Option<f64>,
}

fn percent(text: &str) -> Result<f64, String> {
    let number = text.strip_suffix('%').unwrap_or(text).parse();
    number.map_err(|_| "expected a share such as 10%".to_owned())
}

/// Arguments of `follow`.
#[derive(Debug, Args)]
pub(crate) struct Follow {
    /// Logs, which need not be there yet
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) choice: Choice,
    #[command(flatten)]
    pub(crate) reading: Reading,
    #[command(flatten)]
    pub(crate) look: Look,
    /// Also what is in the logs already
    #[arg(long)]
    pub(crate) begin: bool,
    /// End when nothing was written for so long
    #[arg(long, value_name = "DURATION", value_parser = duration_ns)]
    pub(crate) until_quiet: Option<i64>,
}

/// Arguments of `html`.
#[derive(Debug, Args)]
pub(crate) struct Html {
    /// Logs
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) choice: Choice,
    #[command(flatten)]
    pub(crate) reading: Reading,
    #[command(flatten)]
    pub(crate) hold: Hold,
    /// The page; else standard output
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// How many requests it holds at most: all that failed or were slow first,
    /// then a fair sample
    #[arg(long, value_name = "COUNT", default_value_t = 100_000)]
    pub(crate) limit: usize,
}

/// Arguments of `export`.
#[derive(Debug, Args)]
pub(crate) struct Export {
    /// For which tool
    #[arg(value_enum)]
    pub(crate) format: Format,
    /// Logs
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) choice: Choice,
    #[command(flatten)]
    pub(crate) reading: Reading,
    #[command(flatten)]
    pub(crate) hold: Hold,
    /// Only this trace, by its whole id
    #[arg(long, value_name = "ID")]
    pub(crate) trace: Option<String>,
    /// With the fields of lines, for chrome
    #[arg(long)]
    pub(crate) fields: bool,
    /// The time that steps were running, for folded
    #[arg(long)]
    pub(crate) busy: bool,
}

/// Arguments of `sql`.
#[derive(Debug, Args)]
pub(crate) struct Sql {
    #[command(subcommand)]
    pub(crate) question: SqlQuestion,
    /// For which database
    #[arg(long, global = true, value_enum, default_value_t = Dialect::Clickhouse)]
    pub(crate) dialect: Dialect,
    /// The table; for ClickHouse `logs`, unless it is set
    #[arg(long, global = true)]
    pub(crate) table: Option<String>,
}

/// A database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Dialect {
    /// A table whose columns are named like the keys.
    Clickhouse,
    /// The files themselves, or a table with a column `json` of whole lines.
    Duckdb,
}

/// A question that a database can answer.
#[derive(Debug, Subcommand)]
pub(crate) enum SqlQuestion {
    /// The lines of a request, for `trace show ID -`
    Show {
        /// The id, or its begin
        id: String,
        /// Logs that DuckDB reads
        files: Vec<String>,
    },
    /// The lines of requests, for `trace ls -`
    Ls {
        /// Logs that DuckDB reads
        files: Vec<String>,
        #[command(flatten)]
        choice: Box<Choice>,
    },
    /// Calls, errors and percentiles
    Stats {
        /// Logs that DuckDB reads
        files: Vec<String>,
        #[command(flatten)]
        choice: Box<Choice>,
        /// By what: route, step, service, name, or any key; several with commas
        #[arg(long, default_value = "route", value_delimiter = ',')]
        by: Vec<String>,
    },
}

/// A format that traces are exported in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Stacks for flame graphs, in microseconds of own time
    Folded,
    /// The trace event format, for Perfetto and Chrome
    Chrome,
    /// speedscope.app
    Speedscope,
    /// OTLP in JSON, one request a line
    Otlp,
}
