//! Events as log records.

use test_support::otlp::record;
use trace_otel::Builder;
use trace_runtime::{debug, error, info, timed, trace, traced_handler, warn};

use crate::support::Exported;

#[traced_handler]
async fn handler() {
    trace!("at trace");
    debug!("at debug");
    info!(id = 7, note = "a\n\"b\"", "at info \u{1F980} \"quoted\"\n");
    warn!("at warn");
    error!("at error");
    load();
}

#[timed]
fn load() {}

#[tokio::test]
async fn each_event_is_a_record_with_its_level_its_message_and_its_fields() {
    let exported = Exported::new();
    exported.capture.scope(handler()).await;
    let logs = exported.logs();
    let target = module_path!();
    let expected = [
        format!(r#"1 TRACE "at trace" target="{target}""#),
        format!(r#"5 DEBUG "at debug" target="{target}""#),
        format!(
            "9 INFO \"at info \u{1F980} \\\"quoted\\\"\\n\" id=7 note=\"a\\n\\\"b\\\"\" \
             target=\"{target}\""
        ),
        format!(r#"13 WARN "at warn" target="{target}""#),
        format!(r#"17 ERROR "at error" target="{target}""#),
    ];
    assert_eq!(logs.items.iter().map(record).collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn a_record_has_the_ids_and_the_time_of_its_line() {
    let exported = Exported::new();
    exported.capture.scope(handler()).await;
    let logs = exported.logs();
    let spans = exported.spans();
    let request = spans.named("handler");
    for record in &logs.items {
        assert_eq!((&record.trace_id, &record.span_id), (&request.trace_id, &request.span_id));
        assert_eq!(record.flags, 3);
        assert_eq!(record.time_unix_nano, record.observed_time_unix_nano);
        let range =
            request.start_time_unix_nano - 1_000_000..=request.end_time_unix_nano + 1_000_000;
        assert!(range.contains(&record.time_unix_nano), "{record:?} {request:?}");
    }
}

#[tokio::test]
async fn only_events_that_pass_the_filter_are_records() {
    let exported = Exported::with("warn", |builder| builder);
    exported.capture.scope(handler()).await;
    let logs = exported.logs();
    let severities: Vec<_> = logs.items.iter().map(|record| record.severity_number).collect();
    assert_eq!(severities, [13, 17]);
}

#[tokio::test]
async fn lines_of_requests_and_steps_are_records_too_if_that_is_wanted() {
    let exported = Exported::with("info", Builder::closings_as_logs);
    exported.capture.scope(handler()).await;
    let logs = exported.logs();
    let shown: Vec<_> = logs.items.iter().map(record).collect();
    assert!(shown[3].starts_with(r#"9 INFO "Step finished" target="#), "{shown:#?}");
    assert!(shown[4].contains(r#""Request processed""#), "{shown:#?}");
    assert!(shown[4].contains(r#"name="handler" outcome="ok" duration_ms="#), "{shown:#?}");
}
