//! The lines of trace-runtime, as text.

/// The end of a request or of a step.
#[derive(Clone, Copy, Debug)]
pub struct Closing<'a> {
    pub trace: u128,
    pub span: u64,
    pub parent: u64,
    pub name: &'a str,
    pub ns: u64,
    pub is_error: bool,
}

impl Closing<'_> {
    fn outcome(&self) -> &'static str {
        if self.is_error { "error" } else { "ok" }
    }
}

fn time(micros: u64) -> String {
    let seconds = micros / 1_000_000 % 86_400;
    // All within one day.
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    format!("2026-11-22T{hour:02}:{minute:02}:{second:02}.{:06}Z", micros % 1_000_000)
}

fn ms(ns: u64) -> String {
    let text = format!("{}.{:06}", ns / 1_000_000, ns % 1_000_000);
    let short = text.trim_end_matches('0');
    if short.ends_with('.') { format!("{short}0") } else { short.to_owned() }
}

pub fn event(at: u64, trace: u128, span: u64, number: u64) -> Vec<u8> {
    format!(
        "{{\"timestamp\":\"{}\",\"level\":\"INFO\",\"message\":\"read a page of rows\",\"trace_id\":\"{trace:032x}\",\"span_id\":\"{span:016x}\",\"target\":\"shop::steps\",\"rows\":{},\"service\":\"shop\"}}\n",
        time(at),
        number % 100
    )
    .into_bytes()
}

pub fn step(at: u64, of: &Closing<'_>) -> Vec<u8> {
    let error = if of.is_error { ",\"error\":\"card refused\"" } else { "" };
    format!(
        "{{\"timestamp\":\"{}\",\"level\":\"{}\",\"message\":\"Step finished\",\"trace_id\":\"{:032x}\",\"span_id\":\"{:016x}\",\"parent_span_id\":\"{:016x}\",\"target\":\"shop::steps\",\"kind\":\"step\",\"name\":\"{}\",\"outcome\":\"{}\",\"duration_ms\":{},\"busy_ms\":{}{error},\"service\":\"shop\"}}\n",
        time(at),
        if of.is_error { "WARN" } else { "INFO" },
        of.trace,
        of.span,
        of.parent,
        of.name,
        of.outcome(),
        ms(of.ns),
        ms(of.ns / 20),
    )
    .into_bytes()
}

pub fn request(
    at: u64,
    of: &Closing<'_>,
    (method, route): (&str, &str),
    steps: &[(&str, u64, bool)],
    number: u64,
) -> Vec<u8> {
    let entry = |(name, ns, is_error): &(&str, u64, bool)| {
        let ms = ms(*ns);
        format!(
            "{{\"name\":\"{name}\",\"count\":1,\"total_ms\":{ms},\"self_ms\":{ms},\"max_ms\":{ms},\"errors\":{}}}",
            u8::from(*is_error)
        )
    };
    let entries: Vec<_> = steps.iter().map(entry).collect();
    let steps = if entries.is_empty() {
        String::new()
    } else {
        format!(",\"steps\":[{}]", entries.join(","))
    };
    let error = if of.is_error { ",\"error\":\"card refused\"" } else { "" };
    format!(
        "{{\"timestamp\":\"{}\",\"level\":\"{}\",\"message\":\"Request processed\",\"trace_id\":\"{:032x}\",\"span_id\":\"{:016x}\",\"target\":\"shop::http\",\"kind\":\"request\",\"name\":\"{}\",\"outcome\":\"{}\",\"duration_ms\":{},\"busy_ms\":{}{error}{steps},\"method\":\"{method}\",\"route\":\"{route}\",\"path\":\"{}\",\"status\":{},\"user_id\":{},\"service\":\"shop\"}}\n",
        time(at),
        if of.is_error { "ERROR" } else { "INFO" },
        of.trace,
        of.span,
        of.name,
        of.outcome(),
        ms(of.ns),
        ms(of.ns / 20),
        route.replace("{id}", &(number % 10_000).to_string()),
        if of.is_error { 500 } else { 200 },
        number % 5_000,
    )
    .into_bytes()
}
