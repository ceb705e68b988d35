//! Which traces are sampled.
//!
//! Source: [`OTEL_TRACES_SAMPLER`](https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#general-sdk-configuration)
//! and [probability sampling](https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/).

use trace_runtime::observe::Start;

/// Decides which traces are sampled. The decision goes out in `traceparent`.
///
/// A trace that is not sampled has no spans. It has its lines, its log records
/// and its ids all the same.
///
/// # Examples
///
/// In those of the methods, `collector` gets two spans and one log record of a
/// request, as in the examples of [`Builder`](crate::Builder).
///
/// ```
/// use trace_otel::{Otel, Sampler};
///
/// let a_tenth = Sampler::ratio(0.1).parent_based();
/// let otel = Otel::builder().sampler(a_tenth).build()?;
/// // Without it, all that begins here is sampled.
/// assert_eq!(Sampler::default(), Sampler::always().parent_based());
/// # Ok::<(), trace_otel::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sampler {
    own: Own,
    is_parent_based: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Own {
    Always,
    Never,
    /// A trace is sampled if its number is not below this.
    From(u64),
}

/// The number of a trace: the last 56 bits of its id, which `traceparent`'s
/// second flag calls random.
const BITS: u32 = 56;

impl Sampler {
    /// Samples every trace.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_otel::{Otel, Sampler};
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/exported.rs"));
    ///
    /// # fn main() -> Result<(), trace_otel::Error> {
    /// # let collector = Collector::start();
    /// let otel = Otel::builder().endpoint(collector.url()).sampler(Sampler::always()).build()?;
    /// // The caller says that it did not sample: its flags are 00.
    /// let traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";
    /// # run_request(&otel, "info", traceparent);
    /// assert_eq!(otel.stats().traces.offered, 2);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub const fn always() -> Self {
        Self { own: Own::Always, is_parent_based: false }
    }

    /// Samples no trace.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_otel::{Otel, Sampler};
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/exported.rs"));
    ///
    /// # fn main() -> Result<(), trace_otel::Error> {
    /// # let collector = Collector::start();
    /// let otel = Otel::builder().endpoint(collector.url()).sampler(Sampler::never()).build()?;
    /// # run_request(&otel, "info", "");
    /// // Log records are not sampled.
    /// assert_eq!((otel.stats().traces.offered, otel.stats().logs.offered), (0, 1));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub const fn never() -> Self {
        Self { own: Own::Never, is_parent_based: false }
    }

    /// Samples this part of all traces, from 0.0 to 1.0. Other numbers are taken
    /// as the nearest of those, and not-a-number as 1.0.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_otel::{Otel, Sampler};
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/exported.rs"));
    ///
    /// # fn main() -> Result<(), trace_otel::Error> {
    /// # let collector = Collector::start();
    /// // Whether a trace is sampled depends on its id alone, the same in each service.
    /// let traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    /// for (ratio, spans) in [(0.1, 0), (0.2, 2), (0.3, 2)] {
    ///     let sampler = Sampler::ratio(ratio);
    ///     let otel = Otel::builder().endpoint(collector.url()).sampler(sampler).build()?;
    /// #   run_request(&otel, "info", traceparent);
    ///     assert_eq!(otel.stats().traces.offered, spans);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn ratio(ratio: f64) -> Self {
        let own = match ratio {
            _ if ratio <= 0.0 => Own::Never,
            _ if ratio < 1.0 => Own::From(threshold(ratio)),
            _ => Own::Always,
        };
        Self { own, is_parent_based: false }
    }

    /// Does as the caller's service did, where there is a caller, and decides
    /// only for traces that begin here.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_otel::{Otel, Sampler};
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/exported.rs"));
    ///
    /// # fn main() -> Result<(), trace_otel::Error> {
    /// # let collector = Collector::start();
    /// let sampler = Sampler::never().parent_based();
    /// let traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    /// for (traceparent, spans) in [(traceparent, 2), ("", 0)] {
    ///     let otel = Otel::builder().endpoint(collector.url()).sampler(sampler).build()?;
    /// #   run_request(&otel, "info", traceparent);
    ///     assert_eq!(otel.stats().traces.offered, spans);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub const fn parent_based(self) -> Self {
        Self { is_parent_based: true, ..self }
    }

    /// Decides for a trace that opens.
    pub(crate) fn sample(self, start: &Start<'_>) -> bool {
        match start.parent_is_sampled() {
            Some(is_sampled) if self.is_parent_based => is_sampled,
            Some(_) | None => self.takes(|| start.trace().id_bytes()),
        }
    }

    fn takes(self, id: impl FnOnce() -> [u8; 16]) -> bool {
        match self.own {
            Own::Always => true,
            Own::Never => false,
            Own::From(threshold) => number(id()) >= threshold,
        }
    }

    /// Reads the two variables.
    pub(crate) fn parse(name: &str, ratio: f64) -> Option<Self> {
        let (own, is_parent_based) = match name.strip_prefix("parentbased_") {
            Some(own) => (own, true),
            None => (name, false),
        };
        let own = match own {
            "always_on" => Self::always(),
            "always_off" => Self::never(),
            "traceidratio" => Self::ratio(ratio),
            _ => return None,
        };
        Some(Self { is_parent_based, ..own })
    }
}

impl Default for Sampler {
    fn default() -> Self {
        Self::always().parent_based()
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "from 0 to 2^56"
)]
fn threshold(ratio: f64) -> u64 {
    ((1.0 - ratio) * (1u64 << BITS) as f64) as u64
}

fn number(id: [u8; 16]) -> u64 {
    let all = u128::from_be_bytes(id);
    u64::try_from(all & ((1 << BITS) - 1)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_takes_the_ids_with_the_highest_numbers() {
        let id = |number: u64| (u128::from(u64::MAX) << 64 | u128::from(number)).to_be_bytes();
        let quarter = Sampler::ratio(0.25);
        let least = 3 << (BITS - 2);
        assert!(quarter.takes(|| id(least)) && !quarter.takes(|| id(least - 1)));
        assert!(quarter.takes(|| id((1 << BITS) - 1)), "the bits above do not count");
        assert!(!quarter.takes(|| id(1 << BITS)));
    }

    #[test]
    fn ratios_beyond_their_range_are_the_nearest() {
        for (ratio, same) in [
            (0.0, Sampler::never()),
            (-1.0, Sampler::never()),
            (1.0, Sampler::always()),
            (7.0, Sampler::always()),
            (f64::NAN, Sampler::always()),
        ] {
            assert_eq!(Sampler::ratio(ratio), same, "{ratio}");
        }
    }

    #[test]
    fn the_names_are_those_of_the_specification() {
        let ratio = Sampler::ratio(0.5);
        for (name, sampler) in [
            ("always_on", Sampler::always()),
            ("always_off", Sampler::never()),
            ("traceidratio", ratio),
            ("parentbased_always_on", Sampler::default()),
            ("parentbased_always_off", Sampler::never().parent_based()),
            ("parentbased_traceidratio", ratio.parent_based()),
        ] {
            assert_eq!(Sampler::parse(name, 0.5), Some(sampler), "{name}");
        }
        for name in ["parentbased_jaeger_remote", "xray", "ALWAYS_ON", ""] {
            assert_eq!(Sampler::parse(name, 0.5), None, "{name}");
        }
    }
}
