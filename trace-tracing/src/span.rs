//! One span: a step, or nothing but a place where others hang.

use std::sync::{Mutex, MutexGuard, PoisonError};

use trace_runtime::{
    Context,
    edge::{self, Parent, Step, Token},
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
    thread,
};

/// A span that has not been closed.
pub(crate) struct Span {
    pub(crate) metadata: &'static Metadata<'static>,
    /// None where the filter of its parent keeps it back.
    step: Option<Step>,
    /// What is inside it belongs there.
    pub(crate) context: Context,
    /// Of each entering, which thread it is on.
    tokens: Mutex<Vec<(u64, Token)>>,
}

impl Span {
    /// Opens a span below `parent`, or else below what is current.
    pub(crate) fn open(attributes: &Attributes<'_>, parent: Option<&Context>) -> Self {
        let metadata = attributes.metadata();
        let step = Step::open(callsite(metadata), below(attributes, parent), |to| {
            attributes.record(&mut fields(to));
        });
        if let Some(step) = &step
            && otel::may_have(metadata)
        {
            Said::of(|said| attributes.record(said)).apply(step, metadata);
        }
        let context = step.as_ref().map(Step::context);
        let context = context.or_else(|| parent.cloned()).unwrap_or_else(Context::current);
        Self { metadata, step, context, tokens: Mutex::default() }
    }

    /// Stands for what is current here, if there is anything.
    pub(crate) fn standing(metadata: &'static Metadata<'static>) -> Option<Self> {
        let step = Step::current()?;
        let context = step.context();
        Some(Self { metadata, step: Some(step), context, tokens: Mutex::default() })
    }

    pub(crate) fn record(&self, values: &Record<'_>) {
        let Some(step) = &self.step else { return };
        step.record(|to| values.record(&mut fields(to)));
        if otel::may_have(self.metadata) {
            Said::of(|said| values.record(said)).apply(step, self.metadata);
        }
    }

    pub(crate) fn enter(&self) {
        if let Some(step) = &self.step {
            let token = step.enter();
            self.tokens().push((thread::number(), token));
        }
    }

    /// Leaves it on this thread, or else wherever it was entered last.
    pub(crate) fn exit(&self) {
        let token = {
            let mut tokens = self.tokens();
            let here = thread::number();
            let last = tokens.iter().rposition(|(thread, _)| *thread == here);
            last.map(|last| tokens.remove(last)).or_else(|| tokens.pop())
        };
        if let (Some(step), Some((_, token))) = (&self.step, token) {
            step.exit(token);
        }
    }

    fn tokens(&self) -> MutexGuard<'_, Vec<(u64, Token)>> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sets all fields but those that say something of the span itself.
fn fields<'a>(to: &'a mut edge::Fields<'_>) -> Fields<impl FnMut(&str, Value<'_>) + 'a> {
    Fields(|name: &str, value: Value<'_>| {
        if !otel::is_one(name) {
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
