//! No byte of a log moves the cursor, changes a colour or hides.

use crate::support::{cases, folder, program, trace};

/// Returns characters that a terminal acts on, or that cannot be seen.
fn refused(text: &str) -> Vec<char> {
    let is_refused = |c: &char| {
        matches!(c, '\0'..='\u{9}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}')
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}')
            || matches!(c, '\u{feff}' | '\u{3164}' | '\u{115f}' | '\u{1160}' | '\u{ffa0}')
    };
    text.chars().filter(is_refused).collect()
}

/// The answers that show texts of a log.
const COMMANDS: [&str; 8] = [
    "ls FILE",
    "ls --json FILE",
    "stats --by route,service FILE",
    "stats --by step FILE",
    "stats --json --by step FILE",
    "show --outcome ok FILE",
    "show --outcome ok --all -v FILE",
    "show --outcome ok --around --ascii FILE",
];

#[test]
fn nothing_of_hostile_texts_reaches_the_terminal() {
    for command in COMMANDS {
        let command = command.replace("FILE", "hostile-text.jsonl").replace("ok", "error");
        let ran = trace(&command);
        assert_eq!(refused(&(ran.stdout + &ran.stderr)), [], "{command}");
    }
}

#[test]
fn each_control_character_in_each_field_is_escaped() {
    let file = folder("controls").join("log.jsonl");
    let controls =
        (0..0x20).chain(0x7f..=0x9f).chain([0x202e, 0x2066, 0x2028, 0xfeff, 0x200b, 0xad, 0x3164]);
    let mut log = String::new();
    for code in controls {
        for raw in [format!("\\u{code:04x}"), char::from_u32(code).unwrap().to_string()] {
            // A control character as it is, is no JSON; it must not get through either.
            let raw = if raw == "\n" { "\\n".to_owned() } else { raw };
            log.push_str(&line(&format!("x{raw}y"), code));
        }
    }
    std::fs::write(&file, log).unwrap();
    for command in COMMANDS {
        let ran = trace(&command.replace("FILE", &file.display().to_string()));
        assert_eq!(ran.code, 0, "{command}: {}", ran.stderr);
        assert_eq!(refused(&(ran.stdout + &ran.stderr)), [], "{command}");
    }
}

/// Returns a request with its step and an event, all their texts the same.
fn line(text: &str, code: u32) -> String {
    let trace = format!("{:032x}", 0x1234_5678_0000_0000_u64 + u64::from(code));
    let head = |level: &str, message: &str, span: u32| {
        format!(
            r#"{{"timestamp":"2026-11-27T10:00:00.030000Z","level":"{level}","message":"{message}","trace_id":"{trace}","span_id":"{span:016x}","target":"{text}""#
        )
    };
    let event =
        format!("{},\"{text}\":\"{text}\",\"service\":\"{text}\"}}\n", head("WARN", text, 2));
    let step = format!(
        "{},\"kind\":\"step\",\"name\":\"{text}\",\"outcome\":\"ok\",\"duration_ms\":1.5,\"error\":\"{text}\",\"error_chain\":[\"{text}\"]}}\n",
        head("INFO", "Step finished", 2)
    );
    let request = format!(
        "{},\"kind\":\"request\",\"name\":\"{text}\",\"outcome\":\"ok\",\"duration_ms\":9.5,\"steps\":[{{\"name\":\"{text}\",\"count\":1,\"total_ms\":1.5,\"errors\":1}}],\"method\":\"{text}\",\"route\":\"{text}\",\"path\":\"{text}\",\"status\":200,\"{text}\":\"{text}\",\"service\":\"{text}\"}}\n",
        head("INFO", "Request processed", 1)
    );
    event + &step + &request
}

#[test]
fn a_file_name_and_an_id_are_no_less_hostile() {
    let ran = program().args(["ls", "no\u{1b}[31m\u{202e}such"]).output().unwrap();
    assert_eq!(refused(&String::from_utf8(ran.stderr).unwrap()), []);
    let ran = program().args(["show", "\u{1b}]52;c;x\u{7}", "plain.jsonl"]).output().unwrap();
    assert_eq!(refused(&String::from_utf8(ran.stderr).unwrap()), []);
}

#[test]
fn colours_are_ours_alone_and_none_where_they_are_not_wanted() {
    let show = |name: &str, value: &str, colour: &str| {
        let mut command = program();
        command.args(["show", "8f7d", "outcomes.jsonl", "--color", colour]).env(name, value);
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    let forced = show("TERM", "xterm", "always");
    assert!(forced.contains("\x1b[31m500 panicked\x1b[0m"), "{forced}");
    let bare = ["\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[33m"]
        .iter()
        .fold(forced, |text, code| text.replace(code, ""));
    let plain = show("NO_COLOR", "1", "auto");
    assert_eq!(bare, plain);
    assert_eq!(refused(&plain), []);
}

#[test]
fn times_and_durations_of_any_size_are_no_reason_to_stop() {
    let file = folder("extremes").join("log.jsonl");
    let times = [
        "\"0000-01-01T00:00:00.000000Z\"",
        "\"9999-12-31T23:59:60.999999Z\"",
        "9223372036854775807",
        "0",
        "-1",
        "1e300",
        "\"1897-01-01T00:00:00.000000Z\"",
        "\"2115-12-31T00:00:00.000000Z\"",
        "\"2026-11-27T10:00:00.000000Z\"",
    ];
    let durations = [
        "0",
        "9223372036854775807",
        "1e300",
        "36000000000",
        "-0.0",
        "0.0000000001",
        "31000000000.5",
    ];
    let mut log = String::new();
    for (index, time) in times.iter().enumerate() {
        for (place, ms) in durations.iter().enumerate() {
            let trace = format!("{:032x}", 0xabcd_ef01_0000_0000_u64 + (index % 3) as u64);
            for (kind, span) in [("step", 2), ("request", 1)] {
                let span = span + place * 2 + index * 100;
                log += &format!(
                    "{{\"timestamp\":{time},\"level\":\"INFO\",\"message\":\"m\",\"trace_id\":\"{trace}\",\"span_id\":\"{span:016x}\",\"parent_span_id\":\"{:016x}\",\"target\":\"t\",\"kind\":\"{kind}\",\"name\":\"n\",\"outcome\":\"ok\",\"duration_ms\":{ms},\"busy_ms\":{ms},\"steps\":[{{\"name\":\"n\",\"count\":9223372036854775807,\"total_ms\":{ms},\"errors\":0}}],\"status\":9223372036854775807}}\n",
                    span - 1
                );
            }
        }
        log += &format!(
            "{{\"timestamp\":{time},\"level\":\"WARN\",\"message\":\"Lines dropped\",\"target\":\"t\",\"lines_dropped\":9223372036854775807,\"first_dropped\":{time},\"last_dropped\":{time}}}\n"
        );
    }
    std::fs::write(&file, &log).unwrap();
    let more = [
        "diff FILE FILE",
        "html FILE",
        "export folded FILE",
        "export folded --busy FILE",
        "export chrome --fields FILE",
        "export speedscope FILE",
        "export otlp FILE",
        "stats --self --by route,step FILE",
        "ls --since 1s FILE",
        "show --json --outcome ok FILE",
        "show --align --outcome ok --width 20 FILE",
    ];
    for command in COMMANDS.into_iter().chain(more) {
        let ran = trace(&command.replace("FILE", &file.display().to_string()));
        assert!(ran.code < 2, "{command}: {}", ran.stderr);
        assert_eq!(refused(&ran.stdout), [], "{command}");
    }
}

#[test]
fn the_kept_answers_hold_no_control_characters() {
    let kept = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/viewer/shown");
    for entry in std::fs::read_dir(kept).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(refused(&text), [], "{}", path.display());
    }
    assert!(cases().is_dir());
}
