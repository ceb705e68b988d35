//! What most questions share: which requests, from where, and how they look.

use clap::{Args, ValueEnum};

use crate::{
    filter::{Condition, Moment, Status, duration_ns},
    line::Keys,
};

/// Which requests an answer is about.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Choose requests")]
pub(crate) struct Choice {
    /// Those that ended in an error, a panic, or were cancelled
    #[arg(long)]
    pub(crate) failed: bool,
    /// Those that took at least as long; with --failed, those too
    #[arg(long, value_name = "DURATION", value_parser = duration_ns)]
    pub(crate) slow: Option<i64>,
    /// By route, with or without its method
    #[arg(long)]
    pub(crate) route: Option<String>,
    /// By the handler's name
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// By service
    #[arg(long)]
    pub(crate) service: Option<String>,
    /// By how they ended: ok, error, cancelled, panicked
    #[arg(long)]
    pub(crate) outcome: Option<String>,
    /// By status: 503, or 5xx
    #[arg(long)]
    pub(crate) status: Option<Status>,
    /// By a field of the request line: `user_id=42`, also `!=` `<` `<=` `>` `>=` `~`
    #[arg(long = "where", value_name = "CONDITION")]
    pub(crate) conditions: Vec<Condition>,
    /// From then on: 10m (before the newest line), 18:03, 2026-11-22T18:03
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<Moment>,
    /// Until then
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<Moment>,
    /// The last so many
    #[arg(short = 'n', value_name = "COUNT")]
    pub(crate) last: Option<usize>,
}

/// How logs are read.
#[derive(Clone, Copy, Debug, Default, Args)]
#[command(next_help_heading = "Read")]
pub(crate) struct Reading {
    /// Whose keys the lines have; else what the first lines of each log say
    #[arg(long, value_enum, value_name = "NAME")]
    pub(crate) keys: Option<Keys>,
}

/// How much is kept of what is going on.
#[derive(Clone, Copy, Debug, Args)]
#[command(next_help_heading = "Read")]
pub(crate) struct Hold {
    /// How much of the requests that have not ended is kept in memory
    #[arg(long, value_name = "SIZE", value_parser = size, default_value = "256M")]
    pub(crate) hold: usize,
}

fn size(text: &str) -> Result<usize, String> {
    let expected = "expected a size such as 64K, 256M or 1G";
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let shift = match text[digits.len()..].trim_end_matches("iB").trim_end_matches('B') {
        "" => 0,
        "K" | "k" => 10,
        "M" => 20,
        "G" => 30,
        _ => return Err(expected.to_owned()),
    };
    let number: usize = digits.parse().map_err(|_| expected)?;
    number.checked_mul(1 << shift).ok_or_else(|| expected.to_owned())
}

/// A server that holds the lines.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Ask a server")]
pub(crate) struct Store {
    /// Ask ClickHouse at this address instead of files: http://HOST:8123. User
    /// and password are in `CLICKHOUSE_USER` and `CLICKHOUSE_PASSWORD`
    #[arg(long, value_name = "URL")]
    pub(crate) clickhouse: Option<String>,
    /// The table; else `logs`
    #[arg(long, value_name = "TABLE", requires = "clickhouse")]
    pub(crate) table: Option<String>,
}

/// How an answer looks.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Show")]
pub(crate) struct Look {
    /// One JSON object a line
    #[arg(long)]
    pub(crate) json: bool,
    /// Times in the local zone instead of UTC; JSON is always in UTC
    #[arg(long)]
    pub(crate) local: bool,
    /// Columns; else those of the terminal, or 100
    #[arg(long, value_name = "COLUMNS", value_parser = clap::value_parser!(u16).range(20..=10_000))]
    pub(crate) width: Option<u16>,
    /// No other signs than ASCII
    #[arg(long)]
    pub(crate) ascii: bool,
    /// When to use colours
    #[arg(long, value_enum, default_value_t = Colour::Auto)]
    pub(crate) color: Colour,
    /// Not through a pager
    #[arg(long)]
    pub(crate) no_pager: bool,
}

/// When colours are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    /// On a terminal, unless `NO_COLOR` says otherwise
    #[default]
    Auto,
    Always,
    Never,
}
