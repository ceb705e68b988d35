//! What is read from and sent on as `tracestate`.

use super::*;

#[test]
fn a_valid_tracestate_is_passed_on_in_order() {
    let cases: [(&[&[u8]], &str); 11] = [
        (&[b"foo=1,bar=2"], "foo=1,bar=2"),
        // Several lines are one list, in their order; empty ones are allowed.
        (&[b"foo=1", b"bar=2"], "foo=1,bar=2"),
        (&[b"foo=1,bar=2", b"rojo=1,congo=2", b"baz=3"], "foo=1,bar=2,rojo=1,congo=2,baz=3"),
        (&[b"foo=1", b""], "foo=1"),
        (&[b"", b"foo=1"], "foo=1"),
        (&[b"foo=1,"], "foo=1"),
        (&[b",foo=1,,, ,bar=2"], "foo=1,bar=2"),
        // Spaces and tabs.
        (&[b"foo=1 \t , \t bar=2, \t baz=3"], "foo=1,bar=2,baz=3"),
        (&[b" foo=1\t", b"\tbar= 2 "], "foo=1,bar= 2"),
        // The first member with a key counts.
        (&[b"foo=1,foo=1"], "foo=1"),
        (&[b"foo=1,bar=2", b"foo=3"], "foo=1,bar=2"),
    ];
    for (lines, expected) in cases {
        assert_eq!(state_passed_on(lines).as_deref(), Some(expected));
    }
    let names = ["tracestate", "TraceState", "TrAcEsTaTe", "TRACESTATE"];
    for name in names {
        let sent = passed_on(&[("traceparent", VALID.as_bytes()), (name, b"foo=1")]);
        assert_eq!(sent.tracestate.as_deref(), Some("foo=1"));
    }
}

#[test]
fn an_empty_tracestate_is_not_sent() {
    let lines: [&[&[u8]]; 5] = [&[], &[b""], &[b" \t"], &[b","], &[b"", b" , "]];
    for lines in lines {
        assert_eq!(state_passed_on(lines), None);
    }
}

#[test]
fn keys_are_those_of_level_2() {
    let long = "z".repeat(256);
    let (tenant, system) = ("t".repeat(241), "v".repeat(14));
    let keys = [
        "abcdefghijklmnopqrstuvwxyz0123456789_-*/",
        "a@b",
        "a@b@c",
        "0",
        "0foo",
        "foo@",
        "foo@0bar",
        "a-_*/@",
        &long,
        &format!("{tenant}@{system}"),
    ];
    for key in keys {
        let header = format!("{key}=1,foo=1");
        assert_eq!(state_passed_on(&[header.as_bytes()]), Some(header));
    }
    let too_long = format!("{long}z");
    let keys = ["", " ", "foo ", "FOO", "fooX", "foo.bar", "@foo", "_a", "-a", "*", "é", &too_long];
    for key in keys {
        let header = format!("foo=1,{key}=1");
        assert_eq!(state_passed_on(&[header.as_bytes()]), None, "{key}");
    }
}

#[test]
fn values_are_those_of_level_2() {
    let all: String = (' '..='~').filter(|c| !",=".contains(*c)).collect();
    let long = "v".repeat(256);
    for value in [all.as_str(), &long, "1", " 1", "a b", "%", "\"'\\"] {
        let header = format!("foo={value}");
        assert_eq!(state_passed_on(&[header.as_bytes()]), Some(header));
    }
    let too_long = format!("{long}v");
    for value in ["", " ", "=", "1=2", "a\u{1f}b", "a\tb", "\u{7f}", "é", &too_long] {
        let header = format!("bar=1,foo={value}");
        assert_eq!(state_passed_on(&[header.as_bytes()]), None, "{value:?}");
    }
    assert_eq!(state_passed_on(&[b"foo=\xFF"]), None);
    assert_eq!(state_passed_on(&[b"foo"]), None);
}

#[test]
fn there_are_at_most_32_members() {
    let members = |count| (0..count).map(|n| format!("bar{n:02}={n:02}")).collect::<Vec<_>>();
    let header = members(32).join(",");
    assert_eq!(state_passed_on(&[header.as_bytes()]), Some(header));
    assert_eq!(state_passed_on(&[members(33).join(",").as_bytes()]), None);
    let (first, second) = (members(16).join(","), members(17).join(","));
    assert_eq!(state_passed_on(&[first.as_bytes(), second.as_bytes()]), None);
}

#[test]
fn of_a_tracestate_at_least_512_bytes_are_passed_on() {
    let member = |key: char, len: usize| format!("{key}={}", "x".repeat(len - 2));
    let fits = [member('a', 255), member('b', 256)].join(",");
    assert_eq!(fits.len(), 512);
    assert_eq!(state_passed_on(&[fits.as_bytes()]), Some(fits.clone()));
    let more = format!("{fits},c=1");
    assert_eq!(state_passed_on(&[more.as_bytes()]), Some(member('a', 255) + ",c=1"));
}
