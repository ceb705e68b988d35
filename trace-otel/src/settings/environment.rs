//! The settings that the variables of the environment make.

use std::time::Duration;

use super::{
    choices::{Batching, CapChoices, Choices, Compression, Named, SignalChoices, Transport},
    headers,
    pairs::Pairs,
    variables::Variables,
};
use crate::{error::Error, sampler::Sampler};

impl Choices {
    /// Reads all variables.
    ///
    /// # Errors
    ///
    /// Fails if a protocol is asked for that is not spoken: what speaks it
    /// listens on another port.
    pub(crate) fn from_variables(variables: &mut Variables<'_>) -> Result<Self, Error> {
        check_protocols(variables)?;
        Ok(Self {
            is_disabled: variables.parsed("OTEL_SDK_DISABLED", flag),
            service_name: variables.text("OTEL_SERVICE_NAME"),
            resource: resource(variables),
            sampler: sampler(variables),
            general: transport(variables, "OTEL_EXPORTER_OTLP"),
            cap: cap(variables, "OTEL_ATTRIBUTE"),
            traces: signal(variables, ["TRACES", "OTEL_BSP", "OTEL_SPAN_ATTRIBUTE"]),
            logs: signal(variables, ["LOGS", "OTEL_BLRP", "OTEL_LOGRECORD_ATTRIBUTE"]),
            metrics: if HAS_METRICS { metrics(variables) } else { SignalChoices::default() },
        })
    }
}

/// Without the feature, the variables of metrics are not looked at.
const HAS_METRICS: bool = cfg!(feature = "metrics");

/// Attributes of metrics have no limit, and a snapshot has no queue of its own to
/// be set.
fn metrics(variables: &mut Variables<'_>) -> SignalChoices {
    let batching = Batching {
        delay: variables.parsed("OTEL_METRIC_EXPORT_INTERVAL", positive_millis),
        give_up: variables.parsed("OTEL_METRIC_EXPORT_TIMEOUT", positive_millis),
        ..Batching::default()
    };
    SignalChoices {
        is_exported: variables.parsed("OTEL_METRICS_EXPORTER", exporter),
        transport: transport(variables, "OTEL_EXPORTER_OTLP_METRICS"),
        batching,
        cap: CapChoices::default(),
    }
}

fn signal(variables: &mut Variables<'_>, [name, batching_of, cap_of]: [&str; 3]) -> SignalChoices {
    SignalChoices {
        is_exported: variables.parsed(&format!("OTEL_{name}_EXPORTER"), exporter),
        transport: transport(variables, &format!("OTEL_EXPORTER_OTLP_{name}")),
        batching: batching(variables, batching_of),
        cap: cap(variables, cap_of),
    }
}

fn transport(variables: &mut Variables<'_>, prefix: &str) -> Transport {
    let name = |suffix| format!("{prefix}_{suffix}");
    Transport {
        endpoint: named(variables, &name("ENDPOINT")),
        headers: headers::from_variable(variables, &name("HEADERS")),
        timeout: variables.parsed(&name("TIMEOUT"), positive_millis),
        compression: variables.parsed(&name("COMPRESSION"), compression),
        certificate: named(variables, &name("CERTIFICATE")),
        client_key: named(variables, &name("CLIENT_KEY")),
        client_certificate: named(variables, &name("CLIENT_CERTIFICATE")),
    }
}

fn named<T: From<String>>(variables: &mut Variables<'_>, name: &str) -> Option<Named<T>> {
    variables.text(name).map(|text| Named::new(name, text))
}

fn batching(variables: &mut Variables<'_>, prefix: &str) -> Batching {
    let name = |suffix| format!("{prefix}_{suffix}");
    Batching {
        delay: variables.parsed(&name("SCHEDULE_DELAY"), millis),
        give_up: variables.parsed(&name("EXPORT_TIMEOUT"), positive_millis),
        queue_items: variables.parsed(&name("MAX_QUEUE_SIZE"), positive),
        batch_items: variables.parsed(&name("MAX_EXPORT_BATCH_SIZE"), positive),
    }
}

fn cap(variables: &mut Variables<'_>, prefix: &str) -> CapChoices {
    CapChoices {
        count: variables.parsed(&format!("{prefix}_COUNT_LIMIT"), number),
        length: variables.parsed(&format!("{prefix}_VALUE_LENGTH_LIMIT"), number),
    }
}

/// A mistake discards the whole variable, as the specification has it.
fn resource(variables: &mut Variables<'_>) -> Vec<(String, String)> {
    let read = variables.parsed("OTEL_RESOURCE_ATTRIBUTES", |list| {
        let pairs = Pairs::parse(list);
        if pairs.is_sound { Ok(pairs.pairs) } else { Err("a part is malformed") }
    });
    read.unwrap_or_default()
}

fn sampler(variables: &mut Variables<'_>) -> Option<Sampler> {
    let ratio = variables.parsed("OTEL_TRACES_SAMPLER_ARG", |text| match text.parse() {
        Ok(ratio @ 0.0..=1.0) => Ok(ratio),
        Ok(_) | Err(_) => Err("not a number from 0.0 to 1.0"),
    });
    let ratio = ratio.unwrap_or(1.0);
    variables.parsed("OTEL_TRACES_SAMPLER", |name| {
        Sampler::parse(name, ratio).ok_or("not a sampler that is known")
    })
}

fn check_protocols(variables: &mut Variables<'_>) -> Result<(), Error> {
    let signals: &[_] = &["", "TRACES_", "LOGS_", "METRICS_"];
    for signal in &signals[..if HAS_METRICS { 4 } else { 3 }] {
        let name = format!("OTEL_EXPORTER_OTLP_{signal}PROTOCOL");
        if variables.text(&name).is_some_and(|protocol| protocol != "http/protobuf") {
            let reason = "only `http/protobuf` is spoken, for which a collector listens on \
                          port 4318";
            return Err(Error::new(&name, reason));
        }
    }
    Ok(())
}

fn flag(text: &str) -> Result<bool, &'static str> {
    match text.to_ascii_lowercase().as_str() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err("neither `true` nor `false`"),
    }
}

fn exporter(text: &str) -> Result<bool, &'static str> {
    match text {
        "otlp" => Ok(true),
        "none" => Ok(false),
        _ => Err("neither `otlp` nor `none`"),
    }
}

fn compression(text: &str) -> Result<Compression, &'static str> {
    match text {
        "gzip" => Ok(Compression::Gzip),
        "none" => Ok(Compression::None),
        _ => Err("neither `gzip` nor `none`"),
    }
}

fn number(text: &str) -> Result<usize, &'static str> {
    text.parse().map_err(|_| "not a whole number")
}

fn positive(text: &str) -> Result<usize, &'static str> {
    number(text).and_then(|number| if number == 0 { Err("must not be 0") } else { Ok(number) })
}

fn millis(text: &str) -> Result<Duration, &'static str> {
    let millis = text.parse().map_err(|_| "not a whole number of milliseconds")?;
    Ok(Duration::from_millis(millis))
}

fn positive_millis(text: &str) -> Result<Duration, &'static str> {
    millis(text).and_then(|time| if time.is_zero() { Err("must not be 0") } else { Ok(time) })
}
