//! How ClickHouse and DuckDB write the same thing.

use crate::{args::Dialect, line::civil, view::moment, zone::Zone};

impl Dialect {
    /// Returns a text as a literal.
    pub(super) fn text(self, text: &str) -> String {
        match self {
            Self::Clickhouse => format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'")),
            Self::Duckdb => format!("'{}'", text.replace('\'', "''")),
        }
    }

    /// Returns the value of a key, as a text.
    pub(super) fn column(self, key: &str) -> String {
        match self {
            Self::Clickhouse => format!("toString({})", self.bare(key)),
            Self::Duckdb => self.bare(key),
        }
    }

    /// Returns the value of a key, as it is in a table.
    pub(super) fn bare(self, key: &str) -> String {
        match self {
            Self::Clickhouse => format!("`{}`", key.replace('\\', "\\\\").replace('`', "\\`")),
            // A path into the object; in it, quotes are escaped as in JSON.
            Self::Duckdb => {
                let path = format!("$.\"{}\"", key.replace('\\', "\\\\").replace('"', "\\\""));
                format!("(json->>{})", self.text(&path))
            }
        }
    }

    /// Returns the value of a key as a number, or NULL.
    pub(super) fn number(self, key: &str) -> String {
        match self {
            Self::Clickhouse => format!("toFloat64OrNull({})", self.column(key)),
            Self::Duckdb => format!("TRY_CAST({} AS DOUBLE)", self.column(key)),
        }
    }

    /// Returns the time of a line.
    pub(super) fn time(self) -> String {
        match self {
            Self::Clickhouse => self.bare("timestamp"),
            Self::Duckdb => format!("TRY_CAST({} AS TIMESTAMP)", self.column("timestamp")),
        }
    }

    /// Returns a moment as a literal. A `Z` would be refused by ClickHouse
    /// where the column is part of an index.
    pub(super) fn moment(self, ns: i64) -> String {
        debug_assert!(civil(ns).year < 10_000);
        let text = moment(ns, Zone::Utc);
        match self {
            Self::Clickhouse => format!("toDateTime64('{text}', 6, 'UTC')"),
            Self::Duckdb => format!("TIMESTAMP '{text}'"),
        }
    }

    /// Returns a duration that can be taken from a time.
    pub(super) fn interval(self, ns: i64) -> String {
        let micros = ns / 1_000;
        match self {
            Self::Clickhouse => format!("toIntervalMicrosecond({micros})"),
            Self::Duckdb => format!("to_microseconds({micros})"),
        }
    }

    /// Returns whether a text begins with another, as a condition.
    pub(super) fn begins(self, column: &str, begin: &str) -> String {
        let begin = self.text(begin);
        match self {
            Self::Clickhouse => format!("startsWith({column}, {begin})"),
            Self::Duckdb => format!("starts_with({column}, {begin})"),
        }
    }

    /// Returns whether a text holds another, as a condition.
    pub(super) fn contains(self, column: &str, part: &str) -> String {
        let part = self.text(part);
        match self {
            Self::Clickhouse => format!("position({column}, {part}) > 0"),
            Self::Duckdb => format!("contains({column}, {part})"),
        }
    }

    /// Returns the duration that a share of all does not exceed.
    pub(super) fn percentile(self, share: f64) -> String {
        let duration = self.number("duration_ms");
        match self {
            Self::Clickhouse => format!("quantileExactLow({share})({duration})"),
            Self::Duckdb => format!("quantile_disc({duration}, {share})"),
        }
    }

    pub(super) fn count_if(self, condition: &str) -> String {
        match self {
            Self::Clickhouse => format!("countIf({condition})"),
            Self::Duckdb => format!("count(*) FILTER (WHERE {condition})"),
        }
    }

    /// Returns what a query reads.
    pub(super) fn from(self, table: Option<&str>, files: &[String]) -> String {
        let quoted = |table: &str| match self {
            Self::Clickhouse => format!("`{}`", table.replace('`', "\\`").replace('.', "`.`")),
            Self::Duckdb => format!("\"{}\"", table.replace('"', "\"\"")),
        };
        match (self, table, files) {
            (_, Some(table), _) => quoted(table),
            (Self::Clickhouse, None, _) => quoted("logs"),
            (Self::Duckdb, None, files) => {
                let files: Vec<_> = files.iter().map(|file| self.text(file)).collect();
                format!("read_ndjson_objects([{}], ignore_errors = true)", files.join(", "))
            }
        }
    }

    /// Returns what makes whole lines of the rows.
    pub(super) fn lines(self) -> &'static str {
        match self {
            Self::Clickhouse => "*",
            Self::Duckdb => "json",
        }
    }

    /// Returns the end of a query whose rows are read again, as JSON.
    pub(super) fn end(self) -> &'static str {
        match self {
            Self::Clickhouse => {
                "\nSETTINGS date_time_output_format = 'iso', output_format_json_quote_64bit_integers = 0\nFORMAT JSONEachRow"
            }
            Self::Duckdb => ";",
        }
    }
}
