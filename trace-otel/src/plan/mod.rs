//! The settings put together: what is exported, where to, and how much waits.

mod merge;
mod route;

use std::{mem::take, time::Duration};

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
}

const TRACES: Defaults =
    Defaults { name: "traces", path: "/v1/traces", queue_bytes: 4 * 1024 * 1024 };
const LOGS: Defaults = Defaults { name: "logs", path: "/v1/logs", queue_bytes: 2 * 1024 * 1024 };

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
        Ok(Self {
            traces,
            logs,
            sampler: either(code.sampler, environment.sampler).unwrap_or_default(),
            service: service(code, &environment),
            unused: if is_enabled { take(&mut variables.unused) } else { Vec::new() },
        })
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
    route.give_up = give_up.unwrap_or(Duration::from_mins(1));
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
        delay: either(code.delay, environment.delay).unwrap_or(Duration::from_secs(1)),
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
