//! The service as OTLP describes it, and the head of a batch.
//!
//! Source: [`resource.proto`](https://github.com/open-telemetry/opentelemetry-proto/blob/v1.7.0/opentelemetry/proto/resource/v1/resource.proto);
//! the names are those of the
//! [conventions](https://opentelemetry.io/docs/specs/semconv/resource/).

use std::env;

use trace_runtime::observe::{FieldValue, Setup};
use uuid::Uuid;

use crate::wire::{Value, Wire, varint_len};

/// The service, from the settings.
#[derive(Clone, Debug, Default)]
pub(crate) struct Service {
    pub(crate) name: Option<String>,
    /// Names and values; no name stands here twice.
    pub(crate) attributes: Vec<(String, String)>,
}

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What stands before the items of each batch.
#[derive(Debug)]
pub(crate) struct Head {
    /// The field with the resource.
    resource: Vec<u8>,
    /// The field with the scope.
    scope: Vec<u8>,
}

impl Head {
    /// Describes the service: the settings go first, then static fields.
    pub(crate) fn new(service: &Service, setup: &Setup<'_>) -> Self {
        let mut resource = Resource::default();
        for (name, value) in &service.attributes {
            if name != SERVICE_NAME || service.name.is_none() {
                resource.add(name, &Value::Str(value));
            }
        }
        resource.add(SERVICE_NAME, &service_name(service, setup));
        resource.add("service.instance.id", &Value::Str(&Uuid::new_v4().to_string()));
        resource.add("telemetry.sdk.name", &Value::Str("trace-otel"));
        resource.add("telemetry.sdk.language", &Value::Str("rust"));
        resource.add("telemetry.sdk.version", &Value::Str(VERSION));
        for (name, value) in setup.static_fields().filter(|(name, _)| *name != "service") {
            resource.add(name, &Value::Field(value));
        }
        Self { resource: resource.into_field(), scope: scope() }
    }

    /// Appends a whole request: this head, and the items as they lie. Traces and
    /// logs have the same numbers: resource, then scope, then items.
    pub(crate) fn write(&self, items: &[u8], body: &mut Vec<u8>) {
        let of_scope = self.scope.len() + items.len();
        let of_resource = self.resource.len() + 1 + varint_len(of_scope as u64) + of_scope;
        let mut wire = Wire::reusing(std::mem::take(body));
        wire.head(1, of_resource);
        wire.push(&self.resource);
        wire.head(2, of_scope);
        wire.push(&self.scope);
        wire.push(items);
        *body = wire.into_bytes();
    }
}

const SERVICE_NAME: &str = "service.name";

fn service_name<'a>(service: &'a Service, setup: &Setup<'a>) -> Value<'a> {
    if let Some(name) = &service.name {
        return Value::Str(name);
    }
    let of_field = setup.static_fields().find(|(name, _)| *name == "service");
    match of_field {
        Some((_, value @ FieldValue::Text(_))) => Value::Field(value),
        Some(_) | None => Value::Unknown(binary()),
    }
}

/// Returns the name of the program.
fn binary() -> Option<String> {
    let path = env::current_exe().ok()?;
    Some(path.file_name()?.to_string_lossy().into_owned())
}

/// A resource under construction.
#[derive(Default)]
struct Resource {
    wire: Wire,
    names: Vec<String>,
}

impl Resource {
    /// Adds an attribute, unless it has one of this name.
    fn add(&mut self, name: &str, value: &Value<'_>) {
        if !self.names.iter().any(|known| known == name) {
            self.names.push(name.to_owned());
            self.wire.nested(1, |pair| {
                pair.bytes(1, name.as_bytes());
                pair.any_value(2, value, None);
            });
        }
    }

    fn into_field(self) -> Vec<u8> {
        let mut field = Wire::default();
        field.bytes(1, self.wire.as_bytes());
        field.into_bytes()
    }
}

/// Returns the field with the scope: its name and its version.
fn scope() -> Vec<u8> {
    let mut wire = Wire::default();
    wire.nested(1, |scope| {
        scope.bytes(1, b"trace-runtime");
        scope.bytes(2, VERSION.as_bytes());
    });
    wire.into_bytes()
}
