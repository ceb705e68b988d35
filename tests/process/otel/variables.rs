//! The variables of the environment.

use test_support::otlp::{Receiver, attributes};

use super::{ran, said};

const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";

/// Exports some spans with variables. Returns the lines about the exporter, and
/// what has arrived.
fn exported(variables: &[(&str, &str)]) -> (Vec<String>, Receiver) {
    let receiver = Receiver::start();
    let url = receiver.url();
    let mut all = vec![(ENDPOINT, &*url), ("RUST_LOG", "warn")];
    all.extend(variables);
    let ran = ran(&["otel_lines", "9"], &all);
    assert!(ran.status.success(), "{ran:?}");
    (said(&ran, &["variable"]), receiver)
}

fn not_used(variable: &str) -> String {
    format!("WARN Setting is not used as it stands variable={variable}")
}

#[test]
fn a_value_that_cannot_be_used_is_reported_by_its_name_and_is_as_if_it_were_not_set() {
    for (variable, value) in [
        ("OTEL_TRACES_SAMPLER_ARG", "5"),
        ("OTEL_TRACES_SAMPLER_ARG", "-0.5"),
        ("OTEL_TRACES_SAMPLER_ARG", "NaN"),
        ("OTEL_TRACES_SAMPLER_ARG", "10%"),
        ("OTEL_TRACES_SAMPLER", "jaeger_remote"),
        ("OTEL_BSP_SCHEDULE_DELAY", "-1"),
        ("OTEL_BSP_SCHEDULE_DELAY", "1s"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "0"),
        ("OTEL_BLRP_MAX_EXPORT_BATCH_SIZE", "many"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "0"),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "zstd"),
        ("OTEL_TRACES_EXPORTER", "console"),
        ("OTEL_SDK_DISABLED", "1"),
        ("OTEL_RESOURCE_ATTRIBUTES", "k1=v1,k2=%ZZ"),
        ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "1.5"),
    ] {
        let (said, receiver) = exported(&[(variable, value)]);
        assert_eq!(said, [not_used(variable)], "{value}");
        assert_eq!(receiver.spans().items.len(), 10, "{variable}={value}");
        let resource = receiver.spans().resource.unwrap();
        assert!(!attributes(&resource.attributes).contains("k1"));
    }
}

#[test]
fn an_empty_variable_is_as_if_it_were_not_set() {
    let names = [
        "OTEL_TRACES_SAMPLER",
        "OTEL_TRACES_SAMPLER_ARG",
        "OTEL_BSP_SCHEDULE_DELAY",
        "OTEL_SDK_DISABLED",
        "OTEL_SERVICE_NAME",
        "OTEL_EXPORTER_OTLP_HEADERS",
        "OTEL_EXPORTER_OTLP_PROTOCOL",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    ];
    let (said, receiver) = exported(&names.map(|name| (name, " ")));
    assert_eq!(said, [""; 0]);
    assert_eq!(receiver.spans().items.len(), 10);
    let resource = attributes(&receiver.spans().resource.unwrap().attributes);
    assert!(resource.contains(r#"service.name="unknown_service:child""#), "{resource}");
}

#[test]
fn the_resource_is_that_of_the_variables() {
    let (said, receiver) = exported(&[
        ("OTEL_SERVICE_NAME", "shop"),
        ("OTEL_RESOURCE_ATTRIBUTES", "env=prod, team=a%2Cb%3Dc,, build=MQ==,service.name=other"),
    ]);
    assert_eq!(said, [""; 0]);
    let resource = attributes(&receiver.spans().resource.unwrap().attributes);
    let expected = r#"env="prod" team="a,b=c" build="MQ==" service.name="shop" "#;
    assert!(resource.starts_with(expected), "{resource}");
    let (_, receiver) = exported(&[("OTEL_RESOURCE_ATTRIBUTES", "service.name=other")]);
    let resource = attributes(&receiver.spans().resource.unwrap().attributes);
    assert!(resource.starts_with(r#"service.name="other" "#), "{resource}");
}

#[test]
fn limits_and_sizes_are_taken_from_their_variables() {
    let (said, receiver) = exported(&[
        ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "3"),
        ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "2"),
        ("OTEL_EXPORTER_OTLP_LOGS_HEADERS", "x-team=green"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "x-team=blue"),
    ]);
    assert_eq!(said, [""; 0]);
    let spans = receiver.spans();
    assert!(spans.items.iter().all(|span| span.attributes.len() == 2));
    let requests = receiver.requests();
    let of = |path: &str| requests.iter().filter(|(it, _)| it.path == path).collect::<Vec<_>>();
    assert_eq!(of("/v1/traces").len(), 4);
    assert!(of("/v1/traces").iter().all(|(it, _)| it.header("x-team") == Some("blue")));
    assert!(of("/v1/logs").iter().all(|(it, _)| it.header("x-team") == Some("green")));
}

#[test]
fn one_signal_can_be_switched_off() {
    let (_, receiver) = exported(&[("OTEL_TRACES_EXPORTER", "none")]);
    assert_eq!((receiver.spans().items.len(), receiver.logs().items.len()), (0, 1));
    let (_, receiver) = exported(&[("OTEL_LOGS_EXPORTER", "none")]);
    assert_eq!((receiver.spans().items.len(), receiver.logs().items.len()), (10, 0));
    let (_, receiver) = exported(&[("OTEL_TRACES_SAMPLER", "always_off")]);
    assert_eq!((receiver.spans().items.len(), receiver.logs().items.len()), (0, 1));
}

#[test]
fn switched_off_there_is_no_thread_and_no_connection_and_idle_it_costs_nothing() {
    let receiver = Receiver::start();
    let idle = |variables: &[(&str, &str)]| {
        let url = receiver.url();
        let mut all = vec![(ENDPOINT, &*url), ("RUST_LOG", "warn")];
        all.extend(variables);
        let ran = ran(&["otel_idle"], &all);
        assert_eq!(said(&ran, &[]), [""; 0]);
        let numbers: Vec<u64> =
            ran.stderr.split_whitespace().map(|number| number.parse().unwrap()).collect();
        assert!(numbers[1] <= 3, "{} hundredths of a second of CPU time", numbers[1]);
        (numbers[0], numbers[2])
    };
    for disabled in ["true", "TRUE"] {
        assert_eq!(idle(&[("OTEL_SDK_DISABLED", disabled)]), (1, 0));
    }
    let none = [("OTEL_TRACES_EXPORTER", "none"), ("OTEL_LOGS_EXPORTER", "none")];
    assert_eq!(idle(&none), (1, 0));
    assert_eq!(receiver.connections(), 0);
    assert_eq!(idle(&[]), (2, 6));
    assert_eq!(idle(&[("OTEL_BSP_SCHEDULE_DELAY", "0")]), (2, 6));
}

#[test]
fn what_would_send_telemetry_elsewhere_is_an_error_that_names_its_variable() {
    let refused = |variable: &str, value: &str| {
        let ran = ran(&["otel_refused"], &[(variable, value)]);
        assert!(ran.status.success(), "{ran:?}");
        ran.stderr.trim().to_owned()
    };
    let not_a_url = "not a URL with `http://` or `https://`, such as `http://localhost:4318`";
    for value in ["collector.test:4318", "localhost:4318", "unix:///run/otel.sock", "http://"] {
        assert_eq!(refused(ENDPOINT, value), format!("{ENDPOINT}: {not_a_url}"), "{value}");
    }
    for (variable, value) in
        [("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"), ("OTEL_EXPORTER_OTLP_LOGS_PROTOCOL", "http/json")]
    {
        let reason = "only `http/protobuf` is spoken, for which a collector listens on port 4318";
        assert_eq!(refused(variable, value), format!("{variable}: {reason}"));
    }
    let (key, certificate) =
        ("OTEL_EXPORTER_OTLP_CLIENT_KEY", "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE");
    let reason = "a certificate and its key go together; set";
    assert_eq!(refused(key, "/run/a.key"), format!("{key}: {reason} `{certificate}`, too"));
}
