//! Sums on a request's line, as `count_request!` adds them up.
//!
//! Integers are added as integers and are exact, whichever threads add. A sum
//! that no JSON reader could hold as a number stays at the largest one that it
//! can.

use crate::field::{
    kept::{Encoded, Kept},
    limits::Limits,
    value::{Value, ValueKind},
};

/// The sums of one request, in the order in which they were first counted.
#[derive(Debug, Default)]
pub(crate) struct Sums(Vec<Sum>);

#[derive(Debug)]
struct Sum {
    /// `,"bytes":`
    key: &'static str,
    number: Number,
}

/// The amount that is added to a sum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Amount(Number);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Number {
    Integer(i128),
    Float(f64),
}

impl Sums {
    /// Adds to the sum of a key. Returns whether the key is new.
    pub(crate) fn add(&mut self, key: &'static str, Amount(amount): Amount) -> bool {
        if let Some(sum) = self.0.iter_mut().find(|sum| sum.has_key(key.as_bytes())) {
            sum.number = sum.number.plus(amount);
            return false;
        }
        self.0.push(Sum { key, number: amount });
        true
    }

    /// Returns whether a field may be set. If the key has a sum, a number
    /// replaces that sum, and any other value is refused: a counted key is
    /// always a number.
    pub(crate) fn give_way(&mut self, field: &Encoded<'_>) -> bool {
        let Some(at) = self.0.iter().position(|sum| sum.has_key(field.key())) else { return true };
        let gives_way = field.is_absent() || field.is_number();
        if gives_way {
            self.0.remove(at);
        }
        gives_way
    }

    /// Puts the sums behind the fields of their request.
    pub(crate) fn put_into(&self, fields: &mut Kept, limits: &Limits) {
        for Sum { key, number } in &self.0 {
            fields.set(&Encoded::new(key.as_bytes(), &number.value(), limits), limits);
        }
    }
}

impl Sum {
    fn has_key(&self, key: &[u8]) -> bool {
        self.key.as_bytes().eq_ignore_ascii_case(key)
    }
}

impl Number {
    /// Adds without wrapping.
    #[expect(clippy::cast_precision_loss, reason = "a sum with a float becomes a float")]
    fn plus(self, other: Self) -> Self {
        match (self, other) {
            (Self::Integer(one), Self::Integer(two)) => Self::Integer(one.saturating_add(two)),
            (Self::Integer(one), Self::Float(two)) => Self::float(one as f64 + two),
            (Self::Float(one), Self::Integer(two)) => Self::float(one + two as f64),
            (Self::Float(one), Self::Float(two)) => Self::float(one + two),
        }
    }

    /// Returns a float that JSON can represent: infinity becomes the largest
    /// float, and NaN becomes zero.
    fn float(float: f64) -> Self {
        if float.is_nan() {
            return Self::Integer(0);
        }
        Self::Float(float.clamp(f64::MIN, f64::MAX))
    }

    /// Returns the value to be written. Larger integers would become strings.
    fn value(self) -> Value<'static> {
        const MOST: i128 = i64::MAX as i128;
        match self {
            Self::Integer(integer) => Value(ValueKind::I128(integer.clamp(-MOST, MOST))),
            Self::Float(float) => Value(ValueKind::F64(float)),
        }
    }
}

/// A number that can be added to a sum: any integer or float.
///
/// NaN adds nothing, and infinity adds the largest float.
///
/// # Examples
///
/// ```
/// use trace_runtime::{count_request, field::Countable, testing::Capture, traced_handler};
///
/// fn count_rows(rows: impl Countable) {
///     count_request!(rows += rows);
/// }
///
/// #[traced_handler]
/// async fn get_messages() {
///     count_rows(3_u32);
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let capture = Capture::new();
/// capture.scope(get_messages()).await;
/// capture.assert_request("get_messages").field("rows", 3);
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be counted",
    label = "not an integer or a float",
    note = "a sum is a number: count the `.len()` of a collection, or the `.as_micros()` of a `Duration`"
)]
pub trait Countable: sealed::Sealed {
    /// Returns the amount to add.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::field::Countable as _;
    ///
    /// assert_eq!(3_u8.to_amount(), 3_i64.to_amount());
    /// assert_ne!(3_u8.to_amount(), 3.5.to_amount());
    /// ```
    fn to_amount(&self) -> Amount;
}

mod sealed {
    pub trait Sealed {}
}

/// Writes the two impls that each type needs.
macro_rules! countable {
    ($($($type:ty),+ => |$it:ident| $number:expr;)*) => {$($(
        impl sealed::Sealed for $type {}
        impl Countable for $type {
            fn to_amount(&self) -> Amount {
                let $it = *self;
                Amount($number)
            }
        }
    )+)*};
}

countable! {
    u8, u16, u32, u64, i8, i16, i32, i64 => |it| Number::Integer(it.into());
    i128 => |it| Number::Integer(it);
    usize, u128 => |it| Number::Integer(it.try_into().unwrap_or(i128::MAX));
    isize => |it| Number::Integer(it as i128);
    f32 => |it| Number::float(it.into());
    f64 => |it| Number::float(it);
}

impl<T: Countable + ?Sized> sealed::Sealed for &T {}
impl<T: Countable + ?Sized> Countable for &T {
    fn to_amount(&self) -> Amount {
        (**self).to_amount()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HITS: &str = ",\"hits\":";

    fn text(sums: &Sums) -> String {
        let mut fields = Kept::default();
        sums.put_into(&mut fields, &Limits::new());
        String::from_utf8(fields.members().to_vec()).unwrap()
    }

    #[test]
    fn a_sum_is_a_number_and_never_wraps() {
        let cases: [(&[&dyn Countable], &str); 12] = [
            (&[&1_u8, &2_u64, &-5_i32], "-2"),
            (&[&u64::MAX], "9223372036854775807"),
            (&[&u64::MAX, &-1_i8, &i64::MIN, &i64::MIN], "-2"),
            (&[&u128::MAX, &1], "9223372036854775807"),
            (&[&i128::MIN, &-1], "-9223372036854775807"),
            (&[&0.25_f32, &0.5_f64], "0.75"),
            (&[&1, &0.5], "1.5"),
            (&[&0.5, &1], "1.5"),
            (&[&f64::NAN, &1], "1"),
            (&[&f64::INFINITY, &f64::MAX], "1.7976931348623157e308"),
            (&[&f64::INFINITY, &f64::NEG_INFINITY], "0.0"),
            (&[&&7_usize, &1_isize], "8"),
        ];
        for (amounts, expected) in cases {
            let mut sums = Sums::default();
            for amount in amounts {
                sums.add(HITS, amount.to_amount());
            }
            let text = text(&sums);
            assert_eq!(text, format!("{HITS}{expected}"));
            let json = text.trim_start_matches(HITS);
            assert!(serde_json::from_str::<serde_json::Number>(json).is_ok(), "{json}");
        }
    }

    #[test]
    fn a_number_replaces_a_sum_and_anything_else_gives_way() {
        use crate::field::value::ToValue as _;
        let limits = Limits::new();
        for (value, gives_way) in [
            (7.to_value(), true),
            ((-0.5).to_value(), true),
            (None::<u8>.to_value(), true),
            ("7".to_value(), false),
            (u128::MAX.to_value(), false),
            (true.to_value(), false),
        ] {
            let mut sums = Sums::default();
            sums.add(HITS, 1.to_amount());
            let field = Encoded::new(br#","Hits":"#, &value, &limits);
            assert_eq!(sums.give_way(&field), gives_way);
            assert_eq!(text(&sums).is_empty(), gives_way);
        }
    }
}
