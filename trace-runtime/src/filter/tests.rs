use super::*;

fn passes(directives: &str, target: &str, level: Level) -> bool {
    Filter::parse(directives).unwrap().threshold(target).passes(level)
}

/// Returns the errors for directives that are invalid or ambiguous.
fn problems(directives: &str) -> Vec<String> {
    let (_, problems) = Filter::parse_lenient(directives);
    problems.iter().map(|problem| problem.to_string().replacen("filter: ", "", 1)).collect()
}

#[test]
fn the_longest_target_that_matches_decides() {
    let directives = "info, shop=debug ,shop::db=trace,shop::db::pool=off";
    let cases = [
        ("other", Level::Debug, false),
        ("other", Level::Info, true),
        ("shop", Level::Debug, true),
        ("shop::http", Level::Trace, false),
        ("shop::db::query", Level::Trace, true),
        ("shop::db::pool", Level::Error, false),
        ("shop::db::pools", Level::Trace, true),
        ("shop_two", Level::Debug, false),
    ];
    for (target, level, expected) in cases {
        assert_eq!(passes(directives, target, level), expected, "{target} {level}");
    }
}

#[test]
fn directives_for_targets_alone_leave_the_rest_off() {
    assert!(passes("shop", "shop::db", Level::Trace));
    assert!(!passes("shop=info", "other", Level::Error));
    assert!(passes("off,shop=WARN", "shop", Level::Warn));
    assert!(!passes("hyper=off,shop", "other", Level::Error));
}

#[test]
fn targets_that_are_only_turned_off_leave_the_rest_at_info() {
    for (target, level, expected) in [
        ("hyper::proto", Level::Error, false),
        ("shop", Level::Info, true),
        ("shop", Level::Debug, false),
    ] {
        assert_eq!(passes("hyper=off,h2=0", target, level), expected, "{target} {level}");
    }
    assert_eq!(Filter::parse("off,hyper=off").unwrap().lowest(), Threshold::OFF);
}

#[test]
fn of_two_directives_for_one_target_the_later_decides() {
    assert!(!passes("a=trace,a=error", "a", Level::Warn));
    assert!(passes("error,debug", "a", Level::Debug));
}

#[test]
fn a_level_is_a_name_in_any_case_or_a_number_as_tracing_counts() {
    let levels = [
        ("off", "0", None),
        ("ERROR", "1", Some(Level::Error)),
        ("Warn", "2", Some(Level::Warn)),
        ("info", "3", Some(Level::Info)),
        ("Debug", "4", Some(Level::Debug)),
        ("trace", "5", Some(Level::Trace)),
    ];
    for (name, number, level) in levels {
        let expected = level.map_or(Threshold::OFF, Threshold::from);
        for text in [name, number] {
            assert_eq!(Filter::parse(text).unwrap().rest, expected, "{text}");
            let target = Filter::parse(&format!("info,shop={text}")).unwrap();
            assert_eq!(target.threshold("shop"), expected, "{text}");
        }
    }
}

/// Directives, and the errors they give. The table in the documentation of
/// `Builder::filter` shows one of each kind.
#[test]
fn what_can_be_no_directive_is_ignored_and_the_rest_is_info() {
    let cases = [
        ("*", "unexpected `*` in `*`, did you mean `trace`?"),
        ("*=debug", "unexpected `*` in `*=debug`, did you mean `debug`?"),
        ("'debug'", "unexpected `'` in `'debug'`, did you mean `debug`?"),
        ("\"debug\"", "unexpected `\"` in `\"debug\"`, did you mean `debug`?"),
        ("“info”", "unexpected `“` in `“info”`, did you mean `info`?"),
        ("'shop=debug'", "unexpected `'` in `'shop=debug'`, did you mean `shop=debug`?"),
        ("!hyper", "unexpected `!` in `!hyper`, did you mean `hyper=off`?"),
        ("$LEVEL", "unexpected `$` (a variable that was not expanded?) in `$LEVEL`"),
        ("${LEVEL}", "unexpected `$` (a variable that was not expanded?) in `${LEVEL}`"),
        ("%LEVEL%", "unexpected `%` in `%LEVEL%`"),
        ("shop:debug", "unexpected `:` in `shop:debug`, did you mean `shop=debug`?"),
        ("shop::db:4", "unexpected `:` in `shop::db:4`, did you mean `shop::db=4`?"),
        ("shop:db=debug", "unexpected `:` in `shop:db=debug`, did you mean `shop::db=debug`?"),
        ("shop.db=debug", "unexpected `.` in `shop.db=debug`, did you mean `shop::db=debug`?"),
        ("shop/db", "unexpected `/` in `shop/db`, did you mean `shop::db`?"),
        ("shop::*=debug", "unexpected `*` in `shop::*=debug`, did you mean `shop=debug`?"),
        ("shop*", "unexpected `*` in `shop*`, did you mean `shop`?"),
        ("my-shop=debug", "unexpected `-` in `my-shop=debug`, did you mean `my_shop=debug`?"),
        ("info;shop=debug", "unexpected `;` in `info;shop=debug`, did you mean `info,shop=debug`?"),
        ("info|debug", "unexpected `|` in `info|debug`, did you mean `info,debug`?"),
        ("debug h2=off", "unexpected ` ` in `debug h2=off`, did you mean `debug,h2=off`?"),
        ("info，debug", "unexpected `，` in `info，debug`, did you mean `info,debug`?"),
        ("info\u{fffd}", "bytes that are not UTF-8 in `info\u{fffd}`, did you mean `info`?"),
        ("6", "a module's name cannot begin with `6` in `6`"),
        ("3d=debug", "a module's name cannot begin with `3` in `3d=debug`"),
        ("shop=loud", "unknown level `loud` in `shop=loud`"),
        ("shop=6", "unknown level `6` in `shop=6`"),
        ("shop=fatal", "unknown level `fatal` in `shop=fatal`, did you mean `shop=error`?"),
        ("shop=Warning", "unknown level `Warning` in `shop=Warning`, did you mean `shop=warn`?"),
        ("shop==debug", "unknown level `=debug` in `shop==debug`, did you mean `shop=debug`?"),
        ("shop=", "unknown level `` in `shop=`, did you mean `shop`?"),
        ("=debug", "no target before `=` in `=debug`, did you mean `debug`?"),
        ("shop::", "a module without a name in `shop::`, did you mean `shop`?"),
        ("a[b]=debug", "unexpected `[` in `a[b]=debug`, did you mean `a=debug`?"),
        ("[b{id}]=debug", "unexpected `[` in `[b{id}]=debug`, did you mean `debug`?"),
        ("[b{id=7}]=debug", "unexpected `[` in `[b{id=7}]=debug`, did you mean `debug`?"),
        ("shop[b", "unexpected `[` in `shop[b`"),
        ("info/timeout", "unexpected `/` in `info/timeout`, did you mean `info`?"),
        (
            "shop=debug/slow|late",
            "unknown level `debug/slow|late` in `shop=debug/slow|late`, did you mean `shop=debug`?",
        ),
    ];
    for (directive, said) in cases {
        assert_eq!(problems(directive), [said], "{directive}");
        assert_eq!(Filter::parse_lenient(directive).0, Filter::at(Level::Info), "{directive}");
        let refused = Filter::parse(directive).unwrap_err().to_string();
        assert_eq!(refused, format!("filter: {said}"));
    }
}

#[test]
fn a_word_that_looks_like_a_level_is_a_module_and_the_rest_is_info() {
    let words = [
        ("warning", "warn"),
        ("WARNING", "warn"),
        ("verbose", "trace"),
        ("fatal", "error"),
        ("critical", "error"),
        ("all", "trace"),
        ("true", "info"),
        ("none", "off"),
        ("NOTSET", "trace"),
        ("panic", "error"),
        // One letter wrong, missing or too many, or two letters swapped.
        ("inof", "info"),
        ("ifo", "info"),
        ("erorr", "error"),
        ("debugg", "debug"),
        ("of", "off"),
        ("warp", "warn"),
        ("warnin", "warn"),
    ];
    for (word, level) in words {
        let (filter, _) = Filter::parse_lenient(word);
        assert_eq!(filter.threshold(word), Threshold::from(Level::Trace), "{word}");
        assert_eq!(filter.threshold("shop"), Threshold::from(Level::Info), "{word}");
        let said = format!(
            "`{word}` looks like a level, did you mean `{level}`? \
             (if it is a module, write `{word}=trace`)"
        );
        assert_eq!(problems(word).concat(), said);
        assert_eq!(Filter::parse(word).unwrap_err().to_string(), format!("filter: {said}"));
        // Written with a level, it is a module.
        assert!(passes(&format!("{word}=trace"), word, Level::Trace), "{word}");
        assert!(!passes(&format!("{word}=trace"), "shop", Level::Error), "{word}");
    }
}

#[test]
fn any_other_identifiers_are_a_module() {
    let modules = [
        "shop",
        "db",
        "core",
        "trace_runtime",
        "info_page",
        "wanr_er",
        "infer",
        "tracer_bullet",
        "_shop",
        "shop2",
        "shop::r#type",
        "größe",
        "शॉप_हिन्दी",
        "ร้านค้า",
        "店::データ",
    ];
    for module in modules {
        assert!(passes(module, module, Level::Trace), "{module}");
        assert!(!passes(module, "other", Level::Error), "{module}");
    }
}

#[test]
fn a_mistake_beside_what_is_right_silences_nothing() {
    for directives in ["shop=debug,inof", "shop=debug,my-db=trace", "'info',shop=debug"] {
        let (filter, problems) = Filter::parse_lenient(directives);
        assert_eq!(problems.len(), 1, "{directives}");
        assert_eq!(filter.threshold("shop"), Threshold::from(Level::Debug), "{directives}");
        assert_eq!(filter.threshold("other"), Threshold::from(Level::Info), "{directives}");
    }
    // A level for everything else stays in force.
    for (directives, rest) in [("error,shop=loud", Level::Error), ("trace,inof", Level::Trace)] {
        let (filter, _) = Filter::parse_lenient(directives);
        assert_eq!(filter.threshold("other"), Threshold::from(rest), "{directives}");
    }
}

#[test]
fn bad_directives_are_named_in_their_order() {
    let (filter, problems) = Filter::parse_lenient("shop=loud,=info,warn,inof,a b");
    assert_eq!(filter.threshold("other"), Threshold::from(Level::Warn));
    let problems: Vec<_> = problems.iter().map(ToString::to_string).collect();
    let named = ["`shop=loud`", "`=info`", "`inof`", "`a b`"];
    assert_eq!(problems.len(), named.len());
    for (problem, named) in problems.iter().zip(named) {
        assert!(problem.contains(named), "{problem}");
    }
}

/// Random directives: nothing panics, and each refused one is named.
/// `tests/it/fuzz.rs` says how to run a million.
#[test]
fn fuzz_the_parser() {
    const PARTS: [&str; 20] = [
        "info", "OFF", "trace", "shop", "::", ":", "=", ",", " ", "[", "\"", "ß", "\u{2028}", "*",
        "!", "fatal", "r#", "3", "]", "/",
    ];
    let cases = std::env::var("FUZZ_CASES").map_or(10_000, |cases| cases.parse().unwrap());
    let mut bits = 1_u64;
    let mut below = |end: usize| {
        // An odd multiplier and the upper half mix the words well enough.
        bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(bits >> 33).unwrap() % end
    };
    for _ in 0..cases {
        let parts = below(12);
        let text: String = (0..parts).map(|_| PARTS[below(PARTS.len())]).collect();
        let (filter, problems) = Filter::parse_lenient(&text);
        assert_eq!(Filter::parse(&text).is_err(), !problems.is_empty(), "{text}");
        assert!(filter.lowest() <= filter.threshold("shop"), "{text}");
        // A suggestion is valid.
        for problem in problems.iter().map(ToString::to_string) {
            if let Some((_, hint)) = problem.split_once("did you mean `") {
                let (hint, _) = hint.split_once("`?").unwrap();
                assert!(Filter::parse(hint).is_ok(), "{text}: {hint}");
            }
        }
    }
}

#[test]
fn no_directives_mean_info() {
    for directives in ["", " ", ",", " , ,"] {
        assert_eq!(Filter::parse(directives).unwrap(), Filter::at(Level::Info));
    }
}
