//! One span: a step, or nothing but a place where others hang.

use std::fmt;

use trace_runtime::{
    Context,
    edge::{self, Parent, Step},
    field::Value,
};
use tracing_core::{
    Metadata,
    span::{Attributes, Record},
};

use crate::{
    callsites::callsite,
    fields::Fields,
    otel::{self, Said},
};

/// A span that has not been closed. A clone is the same span.
#[derive(Clone)]
pub(crate) struct Span {
    pub(crate) metadata: &'static Metadata<'static>,
    is: Is,
}

#[derive(Clone)]
enum Is {
    Step(Step),
    /// The filter keeps it back: what is inside it belongs here.
    Nothing(Context),
}

impl Span {
    /// Opens a span below `parent`, or else below what is current.
    pub(crate) fn open(attributes: &Attributes<'_>, parent: Option<&Context>) -> Self {
        let metadata = attributes.metadata();
        let mut said = Said::default();
        let step = Step::open(callsite(metadata), below(attributes, parent), |to| {
            attributes.record(&mut fields(to, &mut said));
        });
        let Some(step) = step else {
            let context = parent.cloned().unwrap_or_else(Context::current);
            return Self { metadata, is: Is::Nothing(context) };
        };
        said.apply(&step, metadata);
        Self { metadata, is: Is::Step(step) }
    }

    /// Stands for what is current here, if there is anything.
    pub(crate) fn standing(metadata: &'static Metadata<'static>) -> Option<Self> {
        Some(Self { metadata, is: Is::Step(Step::current()?) })
    }

    /// Returns where what is inside it belongs.
    pub(crate) fn context(&self) -> Context {
        match &self.is {
            Is::Step(step) => step.context(),
            Is::Nothing(context) => context.clone(),
        }
    }

    fn step(&self) -> Option<&Step> {
        match &self.is {
            Is::Step(step) => Some(step),
            Is::Nothing(_) => None,
        }
    }

    pub(crate) fn record(&self, values: &Record<'_>) {
        let Some(step) = self.step() else { return };
        let mut said = Said::default();
        step.record(|to| values.record(&mut fields(to, &mut said)));
        said.apply(step, self.metadata);
    }

    pub(crate) fn enter(&self) {
        if let Some(step) = self.step() {
            // `tracing` does not say which entering is left.
            let _ = step.enter();
        }
    }

    pub(crate) fn exit(&self) {
        if let Some(step) = self.step() {
            step.exit_last();
        }
    }

    pub(crate) fn close(&self) {
        if let Some(step) = self.step() {
            step.close();
        }
    }
}

/// Sets all fields but those that say something of the span itself.
fn fields<'a>(
    to: &'a mut edge::Fields<'_>,
    said: &'a mut Said,
) -> Fields<impl FnMut(&str, Value<'_>, &dyn fmt::Display) + 'a> {
    Fields(|name: &str, value: Value<'_>, text: &dyn fmt::Display| {
        if otel::is_one(name) {
            said.set(name, text);
        } else {
            to.set(name, value);
        }
    })
}

fn below<'a>(attributes: &Attributes<'_>, parent: Option<&'a Context>) -> Parent<'a> {
    match parent {
        Some(context) => Parent::Given(context),
        None if attributes.is_contextual() => Parent::Current,
        None => Parent::None,
    }
}
