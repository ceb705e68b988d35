//! One span: a step, or nothing but a place where others hang.

use std::fmt;

use trace_runtime::{
    Context, SpanId,
    edge::{self, Parent, Recorded, Step, Token},
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

/// A span that has not been closed. To drop it closes it.
pub(crate) struct Span {
    pub(crate) metadata: &'static Metadata<'static>,
    is: Is,
}

enum Is {
    Step(Step),
    /// The filter keeps it back: what is inside it belongs here.
    Nothing(Context),
}

/// What is recorded of a span, made before its lock is taken.
pub(crate) struct Change {
    fields: Recorded,
    said: Said,
}

impl Change {
    pub(crate) fn new(values: &Record<'_>, of: &Context) -> Self {
        let mut said = Said::default();
        let fields = Recorded::new(of, |to| values.record(&mut fields(to, &mut said)));
        Self { fields, said }
    }
}

impl Span {
    /// Opens a span below `parent`, or else below what is current.
    pub(crate) fn open(attributes: &Attributes<'_>, parent: Option<&Context>) -> Self {
        let metadata = attributes.metadata();
        let mut said = Said::default();
        let step = Step::open(callsite(metadata), below(attributes, parent), |to| {
            attributes.record(&mut fields(to, &mut said));
        });
        let Some(mut step) = step else {
            let context = parent.cloned().unwrap_or_else(Context::current);
            return Self { metadata, is: Is::Nothing(context) };
        };
        said.apply(&mut step, metadata);
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

    /// Returns whether this, or what it belongs to, has this id.
    pub(crate) fn has_id(&self, id: SpanId) -> bool {
        self.context().span_id() == Some(id)
    }

    fn step(&mut self) -> Option<&mut Step> {
        match &mut self.is {
            Is::Step(step) => Some(step),
            Is::Nothing(_) => None,
        }
    }

    pub(crate) fn record(&mut self, Change { fields, said }: Change) {
        let metadata = self.metadata;
        if let Some(step) = self.step() {
            step.add(&fields);
            said.apply(step, metadata);
        }
    }

    pub(crate) fn enter(&mut self) -> Option<Token> {
        self.step().map(Step::enter)
    }

    /// Leaves it where it was entered last: `tracing` does not say which entering
    /// ends.
    pub(crate) fn exit(&mut self) {
        if let Some(step) = self.step() {
            step.exit_last();
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
