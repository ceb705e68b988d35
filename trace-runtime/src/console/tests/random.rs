//! Random records: whatever they hold, they are rows of harmless text. Each is
//! shown in four windows: 10,000 records in all, of each of two kinds.

use proptest::prelude::*;

use super::*;

/// Text that would do harm, among other.
const TEXT: &str = "[a-z =\"\\\\\n\r\t\u{1}\u{1b}\u{7f}é\u{85}\u{9b}\u{2028}\u{202e}\u{feff}日😀]{0,60}|(?s).{0,30}";

/// Returns whether a terminal may act on a character.
fn is_control(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Takes the escapes away that are ours: colours.
fn without_colours(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\x1b[") {
        plain.push_str(before);
        let end = after.find(|c: char| !c.is_ascii_digit() && c != ';').unwrap();
        assert!(after[end..].starts_with('m'), "not a colour: {after}");
        rest = &after[end + 1..];
    }
    plain + rest
}

fn check(record: &Record<'_>, width: usize) -> Result<(), TestCaseError> {
    let plain = shown(record, &columns(width));
    let rows: Vec<_> = plain.strip_suffix('\n').unwrap().split('\n').collect();
    prop_assert!(rows[0].starts_with("03:00:09.143 "), "{}", plain);
    for row in &rows[1..] {
        prop_assert!(row.starts_with(' ') && !row.trim().is_empty(), "{}", plain);
    }
    prop_assert!(!plain.replace('\n', "").contains(is_control), "{:?}", plain);
    let coloured = shown(record, &looking(Terminal::showing(width, Colours::Many, Links::None)));
    prop_assert_eq!(without_colours(&coloured), plain);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_500))]

    #[test]
    fn an_event_is_a_row_and_indented_rows_without_any_control(
        message in TEXT,
        key in TEXT,
        text in TEXT,
        number in any::<f64>(),
        widths in any::<[u8; 4]>(),
        is_in_trace: bool,
        depth in 0..100_usize,
    ) {
        let foreign = crate::record::Foreign { target: &text, location: None };
        let fields = |set: &mut dyn FnMut(&str, &Value<'_>)| {
            set(&key, &text.to_value());
            set("number", &number.to_value());
            set("error", &Value::error(&Nested(2)));
        };
        let id = trace();
        let what = What::Event(Message::Format(format_args!("{message}")));
        let record = Record {
            time: TIME,
            level: Level::Info,
            ids: is_in_trace.then(|| ids(&id)),
            origin: Origin::Foreign(&foreign),
            what,
            fields: Fields::Named(&fields),
            carried: None,
            around: Some(inside(depth)),
        };
        for width in widths {
            check(&record, width.into())?;
        }
    }

    #[test]
    fn a_request_is_a_row_and_indented_rows_without_any_control(
        error in TEXT,
        path in TEXT,
        nanos: u64,
        widths in any::<[u8; 4]>(),
    ) {
        let handler = callsite! { request, target: "t", name: ("a \"name\"\n") }.0;
        let totals = steps(&[(handler, nanos, Outcome::Cancelled), (handler, 7, Outcome::Error)]);
        let exchange = Exchange { path: path.as_str(), ..exchange(200) };
        let failure = Failure::of(crate::failure::ErrorText::Text(&error));
        let closing = Closing {
            failure: Some(FailureRef::AtHand(&failure)),
            request: Some(&summary(LineKind::Request, &totals, Some(&exchange))),
            ..ended(Outcome::Error, nanos)
        };
        let record = closed(handler, &closing, Level::Error, b"");
        for width in widths {
            check(&Record { around: Some(inside(0)), ..record }, width.into())?;
        }
    }
}
