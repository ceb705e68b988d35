//! Questions as queries.

use super::{columns::Columns, dialect::Sql};
use crate::{
    args::{Choice, Dialect},
    filter::{Compare, Condition, Moment, Status},
};

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Question<'a> {
    /// The lines of a trace, by its id.
    Show(&'a str),
    /// The lines of some traces, by their ids.
    Traces(&'a [String]),
    /// The lines of requests.
    Requests,
    /// The lines of requests and steps within the times of a choice.
    Spans,
    /// Calls and percentiles by these names.
    Stats(&'a [String]),
}

/// Returns the query of a question.
pub(crate) fn query(
    dialect: Dialect,
    question: Question<'_>,
    choice: &Choice,
    table: Option<&str>,
    files: &[String],
) -> String {
    let columns = match dialect {
        Dialect::Clickhouse => Columns::of(table),
        Dialect::Duckdb => Columns::Keys,
    };
    let sql = Sql { dialect, columns };
    let of = Query { sql, choice, from: sql.from(table, files) };
    let query = match question {
        Question::Show(id) => of.show(id),
        Question::Traces(ids) => of.traces(ids),
        Question::Requests => of.requests(),
        Question::Spans => of.spans(),
        Question::Stats(by) => of.stats(by),
    };
    query + sql.end() + "\n"
}

struct Query<'a> {
    sql: Sql,
    choice: &'a Choice,
    from: String,
}

/// The kinds of lines that are requests.
const REQUESTS: &str = "IN ('request', 'job', 'stream')";

/// Those, and steps.
const SPANS: &str = "IN ('request', 'job', 'stream', 'step')";

impl Query<'_> {
    fn show(&self, id: &str) -> String {
        let sql = self.sql;
        let (trace, request) = (sql.bare("trace_id"), sql.bare("request_id"));
        let (is_whole, id_text) = (id.len() >= 32, sql.text(id));
        let which = match is_whole {
            true => format!("{trace} = {id_text}"),
            // A short id is made a whole one first: so that an index is used.
            false => format!(
                "{trace} IN (SELECT DISTINCT {trace} FROM {from} WHERE {begins} OR {request} = {id_text} LIMIT 2)",
                from = self.from,
                begins = sql.begins(&trace, id),
            ),
        };
        self.lines_where(&which)
    }

    /// Returns the lines of whole traces. What a span holds beside its own line
    /// are lines, too.
    fn lines_where(&self, which: &str) -> String {
        const EVENTS: &str =
            "ARRAY JOIN arrayZip(`Events.Timestamp`, `Events.Name`, `Events.Attributes`) AS event";
        let (sql, from) = (self.sql, &self.from);
        let (lines, time) = (sql.lines(), sql.time());
        match sql.columns.events() {
            None => format!("SELECT {lines}\nFROM {from}\nWHERE {which}\nORDER BY {time}"),
            Some(events) => format!(
                "SELECT {lines}\nFROM {from}\nWHERE {which}\nUNION ALL\nSELECT {events}\nFROM {from}\n{EVENTS}\nWHERE {which}"
            ),
        }
    }

    fn traces(&self, ids: &[String]) -> String {
        let sql = self.sql;
        let ids: Vec<_> = ids.iter().map(|id| sql.text(id)).collect();
        self.lines_where(&format!("{} IN ({})", sql.bare("trace_id"), ids.join(", ")))
    }

    fn spans(&self) -> String {
        let (sql, choice) = (self.sql, self.choice);
        let mut wheres = vec![format!("{} {SPANS}", sql.bare("kind"))];
        wheres.extend(choice.since.map(|since| format!("{} >= {}", sql.time(), self.at(since))));
        wheres.extend(choice.until.map(|until| format!("{} <= {}", sql.time(), self.at(until))));
        let (lines, from, time) = (sql.lines(), &self.from, sql.time());
        let wheres = wheres.join("\n  AND ");
        format!("SELECT {lines}\nFROM {from}\nWHERE {wheres}\nORDER BY {time}")
    }

    fn requests(&self) -> String {
        let sql = self.sql;
        let (lines, from, time) = (sql.lines(), &self.from, sql.time());
        let wheres = self.conditions(&format!("{} {REQUESTS}", sql.bare("kind")), true);
        match self.choice.last {
            None => format!("SELECT {lines}\nFROM {from}\nWHERE {wheres}\nORDER BY {time}"),
            Some(count) => format!(
                "SELECT {lines}\nFROM (SELECT * FROM {from} WHERE {wheres} ORDER BY {time} DESC LIMIT {count})\nORDER BY {time}"
            ),
        }
    }

    fn stats(&self, by: &[String]) -> String {
        let sql = self.sql;
        let has_steps = by.iter().any(|name| name == "step");
        let kind = if has_steps { "= 'step'".to_owned() } else { REQUESTS.to_owned() };
        let wheres = self.conditions(&format!("{} {kind}", sql.bare("kind")), !has_steps);
        let mut columns: Vec<_> = by.iter().map(|name| self.name(name)).collect();
        let failed = format!("{} IN ('error', 'panicked', 'cancelled')", sql.bare("outcome"));
        columns.push("count(*) AS calls".to_owned());
        columns.push(format!("{} AS errors", sql.count_if(&failed)));
        for (name, share) in [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)] {
            columns.push(format!("{} AS {name}_ms", sql.percentile(share)));
        }
        let duration = sql.number("duration_ms");
        columns.push(format!("max({duration}) AS max_ms"));
        columns.push(format!("sum({duration}) AS total_ms"));
        let places: Vec<_> = (1..=by.len()).map(|place| place.to_string()).collect();
        format!(
            "SELECT\n  {}\nFROM {}\nWHERE {wheres}\nGROUP BY {}\nORDER BY total_ms DESC",
            columns.join(",\n  "),
            self.from,
            places.join(", ")
        )
    }

    fn name(&self, name: &str) -> String {
        let sql = self.sql;
        let column = match name {
            "route" => self.request_name(),
            "step" | "name" => sql.column("name"),
            field => sql.column(field),
        };
        let quote = if sql.dialect == Dialect::Clickhouse { '`' } else { '"' };
        format!("{column} AS {quote}{}{quote}", name.replace(quote, ""))
    }

    /// Returns what a request is called: its method and route, else its name.
    fn request_name(&self) -> String {
        let sql = self.sql;
        let [method, route, name] = ["method", "route", "name"].map(|key| sql.column(key));
        let or = |column: &str, other: &str| format!("coalesce(nullif({column}, ''), {other})");
        let place = format!("concat({}, ' ', {})", or(&method, "''"), or(&route, &name));
        let kind = sql.bare("kind");
        format!("CASE WHEN {kind} = 'job' THEN concat('job ', {name}) ELSE trim({place}) END")
    }

    /// Returns all that was chosen, joined by AND.
    fn conditions(&self, first: &str, is_of_request: bool) -> String {
        let (sql, choice) = (self.sql, self.choice);
        let mut all = vec![first.to_owned()];
        if is_of_request {
            all.extend(self.endings());
            all.extend(choice.route.as_ref().map(|route| self.route(route)));
            all.extend(choice.status.map(|status| self.status(status)));
            all.extend(choice.conditions.iter().map(|it| condition(sql, it)));
            let texts = [("name", &choice.name), ("outcome", &choice.outcome)];
            let is = |(key, text): (&str, &Option<String>)| {
                text.as_ref().map(|text| format!("{} = {}", sql.bare(key), sql.text(text)))
            };
            all.extend(texts.into_iter().filter_map(is));
        }
        let service = choice.service.as_ref();
        all.extend(service.map(|it| format!("{} = {}", sql.bare("service"), sql.text(it))));
        all.extend(choice.since.map(|since| format!("{} >= {}", sql.time(), self.at(since))));
        all.extend(choice.until.map(|until| format!("{} <= {}", sql.time(), self.at(until))));
        all.join("\n  AND ")
    }

    fn endings(&self) -> Option<String> {
        let sql = self.sql;
        let failed = format!("{} IN ('error', 'panicked', 'cancelled')", sql.bare("outcome"));
        let slow = |ns: i64| format!("{} >= {}", sql.number("duration_ms"), ns as f64 / 1e6);
        match (self.choice.failed, self.choice.slow) {
            (false, None) => None,
            (true, None) => Some(failed),
            (false, Some(ns)) => Some(slow(ns)),
            (true, Some(ns)) => Some(format!("({failed} OR {})", slow(ns))),
        }
    }

    fn route(&self, route: &str) -> String {
        let sql = self.sql;
        let (method, column, text) = (sql.column("method"), sql.column("route"), sql.text(route));
        format!("({column} = {text} OR concat({method}, ' ', {column}) = {text})")
    }

    fn status(&self, status: Status) -> String {
        let column = self.sql.number("status");
        match status {
            Status::One(one) => format!("{column} = {one}"),
            Status::Hundred(hundred) => {
                format!("{column} BETWEEN {} AND {}", hundred * 100, hundred * 100 + 99)
            }
        }
    }

    fn at(&self, moment: Moment) -> String {
        let sql = self.sql;
        let newest = format!("(SELECT max({}) FROM {})", sql.time(), self.from);
        match moment {
            Moment::At(ns) | Moment::Civil(ns) => sql.moment(ns),
            Moment::BeforeNewest(ns) => format!("{newest} - {}", sql.interval(ns)),
            Moment::OfDay(ns) => {
                let day = match sql.dialect {
                    Dialect::Clickhouse => format!("toStartOfDay({newest})"),
                    Dialect::Duckdb => format!("date_trunc('day', {newest})"),
                };
                format!("{day} + {}", sql.interval(ns))
            }
        }
    }
}

fn condition(sql: Sql, of: &Condition) -> String {
    let (column, text) = (sql.column(&of.field), sql.text(&of.value));
    let number = of.number.map(|number| (sql.number(&of.field), format!("{number:?}")));
    let compared = |sign: &str| match &number {
        Some((column, number)) => format!("{column} {sign} {number}"),
        None => format!("{column} {sign} {text}"),
    };
    match (of.compare, &number) {
        (Compare::Equal, Some(_)) => format!("({} OR {column} = {text})", compared("=")),
        (Compare::Equal, None) => compared("="),
        (Compare::Unequal, Some((number, _))) => {
            format!("({} OR {number} IS NULL)", compared("<>"))
        }
        (Compare::Unequal, None) => format!("({} OR {column} IS NULL)", compared("<>")),
        (Compare::Less, _) => compared("<"),
        (Compare::AtMost, _) => compared("<="),
        (Compare::Greater, _) => compared(">"),
        (Compare::AtLeast, _) => compared(">="),
        (Compare::Contains, _) => sql.contains(&column, &of.value),
    }
}
