//! The settings put together: what is exported, where to, and how much waits.

mod merge;
mod route;

use std::{mem::take, time::Duration};

#[cfg(feature = "tls")]
pub(crate) use self::route::ClientFiles;
pub(crate) use self::route::Route;
use self::{
    merge::{either, transport_of},
    route::{check_tls, route_of},
};
use crate::{
    buffer::Bounds,
    error::Error,
    resource::Service,
    sampler::Sampler,
    settings::{Batching, CapChoices, Choices, SignalChoices, Unused, Variables},
    wire::Cap,
};

/// What an exporter does.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// `None`: not exported.
    pub(crate) traces: Option<SignalPlan>,
    pub(crate) logs: Option<SignalPlan>,
    /// Also `None` without the feature.
    pub(crate) metrics: Option<SignalPlan>,
    /// How long from one snapshot of the metrics to the next.
    pub(crate) interval: Duration,
    pub(crate) sampler: Sampler,
    pub(crate) service: Service,
    /// Reported once there are lines.
    pub(crate) unused: Vec<Unused>,
}

/// What becomes of the items of one signal.
#[derive(Clone, Debug)]
pub(crate) struct SignalPlan {
    pub(crate) route: Route,
    pub(crate) bounds: Bounds,
    pub(crate) cap: Cap,
}

/// The defaults of one signal.
struct Defaults {
    name: &'static str,
    path: &'static str,
    queue_bytes: usize,
    delay: Duration,
    give_up: Duration,
}

const TRACES: Defaults = Defaults {
    name: "traces",
    path: "/v1/traces",
    queue_bytes: 4 * 1024 * 1024,
    delay: Duration::from_secs(1),
    give_up: Duration::from_secs(60),
};
const LOGS: Defaults =
    Defaults { name: "logs", path: "/v1/logs", queue_bytes: 2 * 1024 * 1024, ..TRACES };
/// The delay is the interval. A snapshot is given up before the next one is made.
const METRICS: Defaults = Defaults {
    name: "metrics",
    path: "/v1/metrics",
    queue_bytes: 8 * 1024 * 1024,
    delay: Duration::from_secs(60),
    give_up: Duration::from_secs(30),
};

impl Plan {
    /// Puts the settings of a program and the variables together.
    pub(crate) fn new(code: &Choices, variables: &mut Variables<'_>) -> Result<Self, Error> {
        let environment = Choices::from_variables(variables)?;
        let is_enabled = !either(code.is_disabled, environment.is_disabled).unwrap_or(false);
        let both = [code, &environment];
        let mut signal = |defaults: &Defaults, of: fn(&Choices) -> &SignalChoices| {
            let is_exported = either(of(code).is_exported, of(&environment).is_exported);
            let is_exported = is_enabled && is_exported.unwrap_or(true);
            is_exported.then(|| signal_plan(defaults, both, of, variables)).transpose()
        };
        let traces = signal(&TRACES, |choices| &choices.traces)?;
        let logs = signal(&LOGS, |choices| &choices.logs)?;
        let is_there = cfg!(feature = "metrics");
        let metrics = is_there.then(|| signal(&METRICS, |choices| &choices.metrics));
        let metrics = metrics.transpose()?.flatten();
        Ok(Self {
            traces,
            logs,
            interval: metrics.as_ref().map_or(METRICS.delay, |plan| plan.bounds.delay),
            metrics: metrics.map(SignalPlan::sent_whole),
            sampler: either(code.sampler, environment.sampler).unwrap_or_default(),
            service: service(code, &environment),
            unused: if is_enabled { take(&mut variables.unused) } else { Vec::new() },
        })
    }
}

impl SignalPlan {
    /// Returns a plan in which no batch is due by itself: a snapshot is sent
    /// once all of it is there.
    fn sent_whole(mut self) -> Self {
        self.bounds.delay = Duration::from_secs(24 * 3_600);
        self
    }
}

fn signal_plan(
    defaults: &Defaults,
    both: [&Choices; 2],
    of: fn(&Choices) -> &SignalChoices,
    variables: &mut Variables<'_>,
) -> Result<SignalPlan, Error> {
    let (transport, is_own) = transport_of(both, of);
    let batching = both.map(|choices| &of(choices).batching);
    let give_up = either(batching[0].give_up, batching[1].give_up);
    let mut route = route_of(defaults.name, defaults.path, transport, is_own, variables)?;
    route.give_up = give_up.unwrap_or(defaults.give_up);
    check_tls(&route)?;
    let [code, environment] = both;
    let caps = [of(code).cap, code.cap, of(environment).cap, environment.cap];
    Ok(SignalPlan { route, bounds: bounds(defaults, batching), cap: cap(caps) })
}

/// Of a larger request, a collector was seen to lose the resource, or everything,
/// after it had answered with 200.
const MOST_BATCH_ITEMS: usize = 8192;

fn bounds(defaults: &Defaults, [code, environment]: [&Batching; 2]) -> Bounds {
    let items = either(code.queue_items, environment.queue_items);
    let batch = either(code.batch_items, environment.batch_items);
    let bytes = items.map_or(0, |items| items.saturating_mul(1024));
    Bounds {
        bytes: bytes.max(defaults.queue_bytes),
        items: items.unwrap_or(usize::MAX),
        batch_bytes: 512 * 1024,
        batch_items: batch
            .unwrap_or(usize::MAX)
            .min(MOST_BATCH_ITEMS)
            .min(items.unwrap_or(usize::MAX)),
        delay: either(code.delay, environment.delay).unwrap_or(defaults.delay),
    }
}

/// The first limit that is set counts.
fn cap(choices: [CapChoices; 4]) -> Cap {
    let count = choices.iter().find_map(|choice| choice.count);
    let length = choices.iter().find_map(|choice| choice.length);
    Cap { count: count.unwrap_or(Cap::default().count), length }
}

fn service(code: &Choices, environment: &Choices) -> Service {
    let mut attributes = code.resource.clone();
    for (name, value) in &environment.resource {
        if !attributes.iter().any(|(known, _)| known == name) {
            attributes.push((name.clone(), value.clone()));
        }
    }
    let name = code.service_name.clone().or_else(|| environment.service_name.clone());
    Service { name, attributes }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(set: &[(&str, &str)]) -> Result<Plan, Error> {
        let read = |name: &str| {
            set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).into())
        };
        Plan::new(&Choices::default(), &mut Variables::new(&read))
    }

    #[cfg(feature = "metrics")]
    #[test]
    fn the_variables_of_metrics_say_where_to_how_often_and_whether() {
        let by_default = plan(&[]).unwrap();
        let route = by_default.metrics.unwrap().route;
        assert_eq!(route.url, "http://localhost:4318/v1/metrics");
        assert_eq!((by_default.interval.as_secs(), route.give_up.as_secs()), (60, 30));
        let set = plan(&[
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://all:1"),
            ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://numbers:2/in"),
            ("OTEL_EXPORTER_OTLP_METRICS_HEADERS", "a=b"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "1500"),
            ("OTEL_METRIC_EXPORT_TIMEOUT", "700"),
        ]);
        let set = set.unwrap();
        let route = set.metrics.unwrap().route;
        assert_eq!((&*route.url, route.headers.len()), ("http://numbers:2/in", 1));
        assert_eq!((set.interval.as_millis(), route.give_up.as_millis()), (1500, 700));
        assert!(plan(&[("OTEL_METRICS_EXPORTER", "none")]).unwrap().metrics.is_none());
    }

    #[cfg(feature = "metrics")]
    #[test]
    fn a_setting_of_metrics_that_cannot_be_used_is_reported_or_an_error() {
        let unused =
            plan(&[("OTEL_METRIC_EXPORT_INTERVAL", "0"), ("OTEL_METRICS_EXPORTER", "prometheus")]);
        let unused = unused.unwrap().unused.into_iter().map(|it| it.variable);
        let expected = ["OTEL_METRIC_EXPORT_INTERVAL", "OTEL_METRICS_EXPORTER"];
        assert_eq!(unused.collect::<Vec<_>>(), expected);
        assert!(plan(&[("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "grpc")]).is_err());
        assert!(plan(&[("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "numbers:2")]).is_err());
    }

    #[test]
    fn a_certificate_of_the_client_needs_its_key_and_the_key_the_certificate() {
        for (set, missing) in [
            ("OTEL_EXPORTER_OTLP_CLIENT_KEY", "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE"),
            ("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", "OTEL_EXPORTER_OTLP_CLIENT_KEY"),
            ("OTEL_EXPORTER_OTLP_LOGS_CLIENT_KEY", "OTEL_EXPORTER_OTLP_LOGS_CLIENT_CERTIFICATE"),
            (
                "OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE",
                "OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY",
            ),
        ] {
            let error = plan(&[(set, "/run/a.pem")]).unwrap_err().to_string();
            let reason = format!("a certificate and its key go together; set `{missing}`, too");
            assert_eq!(error, format!("{set}: {reason}"));
            assert!(plan(&[(set, "/run/a.pem"), (missing, " ")]).is_err(), "an empty {missing}");
            assert!(plan(&[(set, "/run/a.pem"), (missing, "/run/b.pem")]).is_ok(), "{set}");
        }
    }

    #[test]
    fn the_two_files_of_the_client_may_be_set_for_all_signals_and_for_one() {
        let set = [
            ("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", "/run/all.pem"),
            ("OTEL_EXPORTER_OTLP_CLIENT_KEY", "/run/all.key"),
            ("OTEL_EXPORTER_OTLP_LOGS_CLIENT_KEY", "/run/logs.key"),
        ];
        let plan = plan(&set).unwrap();
        let files = |signal: Option<SignalPlan>| {
            let client = signal.unwrap().route.client.unwrap();
            [client.certificate, client.key]
                .map(|it| format!("{}: {}", it.setting, it.value.display()))
        };
        let certificate = "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: /run/all.pem";
        let key = "OTEL_EXPORTER_OTLP_CLIENT_KEY: /run/all.key";
        assert_eq!(files(plan.traces), [certificate, key]);
        let key = "OTEL_EXPORTER_OTLP_LOGS_CLIENT_KEY: /run/logs.key";
        assert_eq!(files(plan.logs), [certificate, key]);
    }

    #[test]
    fn what_a_signal_that_is_not_exported_lacks_is_no_error() {
        let half = ("OTEL_EXPORTER_OTLP_LOGS_CLIENT_KEY", "/run/logs.key");
        assert!(plan(&[half]).is_err());
        assert!(plan(&[half, ("OTEL_LOGS_EXPORTER", "none")]).is_ok());
    }
}
