use super::{figures::three_digits, safe::cut, *};

#[test]
fn no_character_that_is_refused_is_left() {
    for c in '\0'..=char::MAX {
        let text = format!("a{c}b");
        let shown = safe(&text);
        let is_escaped = shown.contains("\\u{");
        assert_eq!(is_escaped, shown != text, "{:x}", u32::from(c));
        let is_bad = c.is_control()
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}' | '\u{feff}');
        assert!(is_escaped || !is_bad, "{:x}", u32::from(c));
    }
}

#[test]
fn texts_are_cut_by_their_columns() {
    assert_eq!(cut("日本語", 6, "…"), "日本語");
    assert_eq!(cut("日本語", 5, "…"), "日本…");
    assert_eq!(cut("日本語", 4, "…"), "日…");
    assert_eq!(cut("e\u{301}e\u{301}e\u{301}", 3, "…"), "e\u{301}e\u{301}e\u{301}");
    assert_eq!(cut("abc", 0, "…"), "");
}

#[test]
fn figures_are_as_people_read_them() {
    let cases = [
        (0, "0.000"),
        (-400, "0.000"),
        (499, "0.000"),
        (500, "0.001"),
        (1_150_000_000, "1,150.000"),
        (9_002_000_000_000, "9,002,000.000"),
        (-3_200_000, "-3.200"),
    ];
    for (ns, text) in cases {
        assert_eq!(millis(ns), text, "{ns}");
    }
    let cases = [
        (0, "0"),
        (125, "0.000125"),
        (20_000, "0.0200"),
        (994_000, "0.994"),
        (999_600, "1.00"),
        (9_994_000, "9.99"),
        (9_995_000, "10.0"),
        (45_230_000, "45.2"),
        (99_960_000, "100"),
        (2_500_000_000, "2,500"),
    ];
    for (ns, text) in cases {
        assert_eq!(three_digits(ns), text, "{ns}");
    }
}

#[test]
fn json_is_escaped_as_the_runtime_escapes() {
    let object = Object::new().text("a\u{1b}", "\"\\\u{202e}\u{e0041}é").ms("ms", 125).end();
    assert_eq!(object, r#"{"a\u001b":"\"\\\u202e\udb40\udc41é","ms":0.000125}"#);
    assert_eq!((ms(30_000_000), ms(-1_500_000)), ("30.0".to_owned(), "-1.5".to_owned()));
}
