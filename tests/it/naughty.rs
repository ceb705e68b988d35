//! Text that has broken readers before, and every code point there is, in each
//! place of a line where text can stand: it reads back as it was, and no byte
//! of the line could rewrite a terminal, end the line early, or begin another.

use std::fmt;

use serde_json::Value;
use test_support::{at_once, capture, json};
use trace_runtime::{DynamicEvent, Json, Level, field::ToValue as _, info, timed, traced_handler};

/// Most bytes of text in one place that are never cut: six for each, escaped.
const SHORT: usize = 1_024 / 6;

/// The same for a name: a key, a target.
const SHORT_NAME: usize = 240 / 6;

/// Strings by the kind of reader that they break.
#[rustfmt::skip] // a list to be read by its kinds
const NAUGHTY: &[&[&str]] = &[
    // Tests for absence, truth or a number.
    &["", " ", "null", "NULL", "nil", "None", "undefined", "undef", "(null)", "true", "false"],
    &["0", "-0", "-1", "1.00", "1e1000", "1E+02", "0x0", "0xffffffffffffffff", "1,000.00", "½"],
    &["NaN", "-NaN", "Infinity", "-Infinity", "INF", "1#INF", "-1#IND", "٣", "１２３", "一二三"],
    &["9007199254740993", "18446744073709551616", "-9223372036854775809", "00012", "1_000"],
    &["1/0"],
    // Readers that take text for JSON, or wrap it in quotes.
    &["\"", "\"\"", "'", "`", "\\", "\\\\", "\\\"", "\\u0000", "\\ud800", "\\x41", "\\'", "\"\\"],
    &["{", "}", "[]", "{}", "{\"level\":\"ERROR\"}", "\",\"level\":\"ERROR\",\"x\":\"", "[1,"],
    &[":,", "\"}\n{\"timestamp\":\"forged\"}", "//", "/* */", "<!-- -->", "]]>", "\\n", "\\"],
    &["\\\\\""],
    // Readers of lines.
    &["\n", "\r", "\r\n", "a\nb", "\n\n", "a\rb", "\u{b}", "\u{c}", "\u{85}", "\u{2028}\u{2029}"],
    &["200 OK\r\nSet-Cookie: a=b\r\n\r\n", "From: x\nBcc: y", "\0", "a\0b", "\u{1a}", "\u{4}"],
    // Terminals.
    &["\u{1b}[2J\u{1b}[H", "\u{1b}[31mred", "\u{1b}]0;title\u{7}", "\u{1b}]52;c;cm0=\u{7}"],
    &["\u{7}", "\u{1b}]8;;http://x\u{1b}\\link\u{1b}]8;;\u{1b}\\", "\u{1b}P$q\"p\u{1b}\\"],
    &["\u{1b}c", "\u{1b}", "\u{9b}31m", "\u{90}$q\u{9c}", "\u{9d}0;title\u{9c}"],
    &["\u{8}\u{8}\u{8}", "\u{7f}\u{7f}", "\r\u{1b}[K"],
    // Displays: direction, nothing to be seen, look-alikes.
    &["\u{202e}gnp.exe", "\u{202d}\u{202c}", "\u{2066}a\u{2069}", "\u{2067}b\u{2068}"],
    &["\u{200f}\u{200e}", "שלום", "مرحبا بالعالم", "test\u{61c}", "הָיְתָה test الصفحات"],
    &["\u{200b}", "\u{200c}\u{200d}", "\u{2060}", "\u{feff}", "\u{fffe}", "\u{ffff}", "\u{fffd}"],
    &["\u{ad}", "\u{180e}", "\u{3164}", "\u{115f}", "\u{e0001}", "\u{a0}", "\u{1680}"],
    &["\u{2000}\u{2003}\u{200a}", "\u{202f}\u{205f}\u{3000}", " \t ", "\u{2800}", "раураl"],
    &["ＦＵＬＬ", "𝕱𝖆𝖓𝖈𝖞", "ⓐⓑⓒ", "ʇsǝʇ", "ﷺ", "ﬀ", "ß ẞ ſ", "İı", "Å Å", "Ω Ω", "か\u{3099} が"],
    // Counts of characters by bytes, units or columns.
    &["田中さん", "表ポあA鷗Œé", "社會科學院語學研究所", "𠜎𠜱𠝹𠱓", "𐐜 𐐔𐐇", "Ⱥ Ⱦ", "𒀱", "꧅"],
    &["﷽", "Z\u{351}\u{36b}A\u{343}L\u{35b}G\u{34c}O"],
    &["e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}", "\u{301}", "ก็็็็็", "😀", "👩‍👩‍👧‍👦"],
    &["👩🏽", "🇩🇪🇺", "🏴\u{e0067}\u{e0062}\u{e007f}", "❤\u{fe0f}", "1\u{fe0f}\u{20e3}", "🫠🪿"],
    &["\u{7ff}\u{800}", "\u{ffff}\u{10000}", "\u{10ffff}", "\u{d7ff}\u{e000}", "\u{f8ff}"],
    &["\u{fdd0}", "\u{1fffe}"],
    // What passes them on: a shell, a database, a page, a formatter, a look-up.
    &["$(touch /tmp/x)", "`id`", "; rm -rf /", "| cat", "&& true", "$HOME", "${IFS}", "%PATH%"],
    &["-rf", "--help", "' OR 1=1 --", "1; DROP TABLE users", "Robert'); --", "\" OR \"\"=\""],
    &["1' UNION SELECT null", "%'", "_", "<script>alert(1)</script>"],
    &["<img src=x onerror=alert(1)>", "javascript:alert(1)", "&lt;", "&#0;", "<![CDATA["],
    &["%s%s%s%n", "%d", "%%", "{}", "{0}", "{n}", "{:?}", "{{}}", "#{1}", "{{7*7}}", "<%= 1 %>"],
    &["$1", "\\1", "${jndi:ldap://x/a}", "${env:HOME}", "$${lower:j}"],
    &["<!ENTITY x SYSTEM \"file:///\">", "=1+1", "@SUM(A1)", "+1", "../../etc/passwd"],
    &["/dev/null", "C:\\CON", "file:///etc", "\\\\host\\x", "a/./b", "~root", "*", "?"],
    &["con.txt", "http://a/%%30%30", "//a", "http://[::1]:0/", "a@b@c", "data:,x"],
    &["\u{2024}\u{2024}/", "xn--a", "..", "."],
    // The runtime: its own names.
    &["timestamp", "level", "message", "trace_id", "span_id", "kind", "truncated", "field."],
    &["field.level", "<panicked>", "<failed: ", "Lines dropped", "Request processed", "ERROR"],
    &["panicked: x", "2026-01-01"],
];

#[test]
fn naughty_strings_are_harmless_everywhere() {
    let all: Vec<_> = NAUGHTY.iter().flat_map(|list| list.iter()).collect();
    assert!(all.len() > 200);
    for text in &all {
        everywhere(text);
        everywhere(&format!("before {text} after"));
        as_a_name(text);
    }
    for two in all.windows(2) {
        everywhere(&[*two[0], *two[1]].concat());
    }
}

#[test]
fn every_code_point_is_harmless_everywhere() {
    let all: Vec<_> = ('\0'..=char::MAX).collect();
    for part in all.chunks(SHORT) {
        everywhere(&part.iter().collect::<String>());
    }
    for part in all.chunks(SHORT_NAME) {
        as_a_name(&part.iter().collect::<String>());
    }
}

/// Text that is cut wherever the limit may fall: in front of each code point
/// in turn, as far as a test may take.
#[test]
fn text_is_cut_between_any_two_code_points() {
    const MESSAGE: usize = 2_048;
    let all: Vec<_> = ('\0'..=char::MAX).collect();
    for part in all.chunks(MESSAGE + 1) {
        let text: String = part.iter().collect();
        let line = line(|| info!("{text}"));
        let cut = line["message"].as_str().unwrap();
        assert!(text.starts_with(cut) && line["truncated"] == true);
        let next = text[cut.len()..].chars().next().unwrap();
        let taken = spelt(cut);
        assert!(taken <= MESSAGE && taken + spelt(&next.to_string()) > MESSAGE, "{next:?}");
    }
}

/// Returns how many bytes a text takes on a line, without quotes.
fn spelt(text: &str) -> usize {
    let of = |c: char| match c {
        '"' | '\\' | '\u{8}' | '\u{c}' | '\n' | '\r' | '\t' => 2,
        c if is_harmful(c) => 6,
        c => c.len_utf8(),
    };
    text.chars().map(of).sum()
}

/// Shows a text in parts of one character.
struct Slow<'a>(&'a str);

impl fmt::Display for Slow<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| fmt::Write::write_char(f, c))
    }
}

/// Writes a short text in each place, and reads it back.
fn everywhere(text: &str) {
    assert_eq!(line(|| info!("{text}"))["message"], text);
    let values = line(
        || info!(text, shown = %Slow(text), debug = ?text, bytes = text.as_bytes(), nested = Json([text])),
    );
    for key in ["text", "shown", "bytes"] {
        assert_eq!(values[key], text, "{key}");
    }
    assert_eq!(values["debug"], format!("{text:?}"));
    assert_eq!(values["nested"][0], text);
    scopes(text);
}

fn as_a_name(text: &str) {
    let fields = [(text, "1".to_value())];
    let keyed = line(|| DynamicEvent::new(Level::Info, text).write(format_args!("m"), &fields));
    assert_eq!(keyed["target"], text);
    // A name that the runtime uses itself gives way.
    let has = |key: &str| keyed.get(key) == Some(&"1".into());
    assert!(has(text) || has(&format!("field.{text}")), "{keyed}");
}

/// The same for the lines of a step and a request: field, error, causes.
fn scopes(text: &str) {
    #[timed(fields(text))]
    fn step(text: &str) -> Result<(), anyhow::Error> {
        Err(anyhow::anyhow!(text.to_owned()).context(text.to_owned()))
    }
    #[traced_handler(trace_id = text, fields(text))]
    async fn request(text: &str) -> Result<(), anyhow::Error> {
        step(text)
    }
    let capture = capture();
    at_once(capture.scope(request(text))).unwrap_err();
    for raw in capture.lines() {
        let line = read(&raw);
        assert_eq!((&line["error"], &line["error_chain"][0]), (&text.into(), &text.into()));
        assert_eq!(line["text"], text);
        // What could hurt a header is no id.
        let id = line["trace_id"].as_str().unwrap();
        assert!(id.bytes().all(|byte| byte.is_ascii_graphic()) && !id.is_empty(), "{id}");
    }
}

/// Returns the one line that is written, whatever it holds.
fn line(write: impl FnOnce()) -> Value {
    let capture = capture();
    capture.run(write);
    let [raw] = &capture.lines()[..] else { panic!("not one line: {capture:?}") };
    read(raw)
}

/// Reads a line, and looks at its bytes.
fn read(raw: &str) -> Value {
    assert!(raw.len() < 8_000, "{} bytes: {raw}", raw.len());
    assert!(!raw.contains(is_harmful), "{raw}");
    json::parse(raw)
}

/// C0, DEL, C1, marks of direction, separators of lines, the mark of order.
fn is_harmful(c: char) -> bool {
    matches!(c,
        '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}' | '\u{feff}')
}
