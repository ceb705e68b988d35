//! How ClickHouse and DuckDB write the same thing.

use super::columns::Columns;
use crate::{args::Dialect, line::civil, view::moment, zone::Zone};

/// A dialect, and the columns of a table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sql {
    pub(super) dialect: Dialect,
    pub(super) columns: Columns,
}

impl Sql {
    /// Returns a text as a literal.
    pub(super) fn text(self, text: &str) -> String {
        match self.dialect {
            Dialect::Clickhouse => format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'")),
            Dialect::Duckdb => format!("'{}'", text.replace('\'', "''")),
        }
    }

    /// Returns the value of a key, as a text.
    pub(super) fn column(self, key: &str) -> String {
        match self.dialect {
            Dialect::Clickhouse => format!("toString({})", self.bare(key)),
            Dialect::Duckdb => self.bare(key),
        }
    }

    /// Returns the value of a key, as it is in a table.
    pub(super) fn bare(self, key: &str) -> String {
        match self.dialect {
            Dialect::Clickhouse => self.columns.value(key),
            // A path into the object; in it, quotes are escaped as in JSON.
            Dialect::Duckdb => {
                let path = format!("$.\"{}\"", key.replace('\\', "\\\\").replace('"', "\\\""));
                format!("(json->>{})", self.text(&path))
            }
        }
    }

    /// Returns the value of a key as a number, or NULL.
    pub(super) fn number(self, key: &str) -> String {
        match self.dialect {
            Dialect::Clickhouse => format!("toFloat64OrNull({})", self.column(key)),
            Dialect::Duckdb => format!("TRY_CAST({} AS DOUBLE)", self.column(key)),
        }
    }

    /// Returns the time of a line.
    pub(super) fn time(self) -> String {
        match self.dialect {
            Dialect::Clickhouse => self.bare("timestamp"),
            Dialect::Duckdb => format!("TRY_CAST({} AS TIMESTAMP)", self.column("timestamp")),
        }
    }

    /// Returns a moment as a literal. A `Z` would be refused by ClickHouse
    /// where the column is part of an index.
    pub(super) fn moment(self, ns: i64) -> String {
        debug_assert!(civil(ns).year < 10_000);
        let text = moment(ns, Zone::Utc);
        match self.dialect {
            Dialect::Clickhouse => format!("toDateTime64('{text}', 6, 'UTC')"),
            Dialect::Duckdb => format!("TIMESTAMP '{text}'"),
        }
    }

    /// Returns a duration that can be taken from a time.
    pub(super) fn interval(self, ns: i64) -> String {
        let micros = ns / 1_000;
        match self.dialect {
            Dialect::Clickhouse => format!("toIntervalMicrosecond({micros})"),
            Dialect::Duckdb => format!("to_microseconds({micros})"),
        }
    }

    /// Returns whether a text begins with another, as a condition.
    pub(super) fn begins(self, column: &str, begin: &str) -> String {
        let begin = self.text(begin);
        match self.dialect {
            Dialect::Clickhouse => format!("startsWith({column}, {begin})"),
            Dialect::Duckdb => format!("starts_with({column}, {begin})"),
        }
    }

    /// Returns whether a text holds another, as a condition.
    pub(super) fn contains(self, column: &str, part: &str) -> String {
        let part = self.text(part);
        match self.dialect {
            Dialect::Clickhouse => format!("position({column}, {part}) > 0"),
            Dialect::Duckdb => format!("contains({column}, {part})"),
        }
    }

    /// Returns the duration that a share of all does not exceed.
    pub(super) fn percentile(self, share: f64) -> String {
        let duration = self.number("duration_ms");
        match self.dialect {
            Dialect::Clickhouse => format!("quantileExactLow({share})({duration})"),
            Dialect::Duckdb => format!("quantile_disc({duration}, {share})"),
        }
    }

    pub(super) fn count_if(self, condition: &str) -> String {
        match self.dialect {
            Dialect::Clickhouse => format!("countIf({condition})"),
            Dialect::Duckdb => format!("count(*) FILTER (WHERE {condition})"),
        }
    }

    /// Returns what a query reads.
    pub(super) fn from(self, table: Option<&str>, files: &[String]) -> String {
        let quoted = |table: &str| match self.dialect {
            Dialect::Clickhouse => format!("`{}`", table.replace('`', "\\`").replace('.', "`.`")),
            Dialect::Duckdb => format!("\"{}\"", table.replace('"', "\"\"")),
        };
        match (self.dialect, table, files) {
            (_, Some(table), _) => quoted(table),
            (Dialect::Clickhouse, None, _) => quoted("logs"),
            (Dialect::Duckdb, None, files) => {
                let files: Vec<_> = files.iter().map(|file| self.text(file)).collect();
                format!("read_ndjson_objects([{}], ignore_errors = true)", files.join(", "))
            }
        }
    }

    /// Returns what makes whole lines of the rows.
    pub(super) fn lines(self) -> String {
        match self.dialect {
            Dialect::Clickhouse => self.columns.lines(),
            Dialect::Duckdb => "json".to_owned(),
        }
    }

    /// Returns the end of a query whose rows are read again, as JSON.
    pub(super) fn end(self) -> &'static str {
        match self.dialect {
            Dialect::Clickhouse => {
                "\nSETTINGS date_time_output_format = 'iso', output_format_json_quote_64bit_integers = 0\nFORMAT JSONEachRow"
            }
            Dialect::Duckdb => ";",
        }
    }
}
