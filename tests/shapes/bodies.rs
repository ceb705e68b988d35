//! What stands between the braces.
// About documentation, which shapes do without.
#![allow(clippy::missing_errors_doc, clippy::missing_panics_doc, clippy::must_use_candidate)]

use trace_runtime::timed;

#[timed]
pub fn one_line() -> u8 {
    1
}

#[timed]
pub fn diverging(wanted: bool) -> u8 {
    assert!(wanted);
    unimplemented!()
}

#[timed]
pub async fn diverging_async() -> u8 {
    unimplemented!()
}

#[timed]
pub async fn inner_attribute() -> u8 {
    #![allow(unused_variables)]
    let x = 1;
    3
}

#[timed]
pub fn inner_attribute_sync() -> u8 {
    #![allow(unused_variables)]
    let x = 1;
    3
}

#[timed]
pub fn items_first() -> u8 {
    use std::cell::Cell;
    const ONE: u8 = 1;
    struct Unit;
    const fn inner() -> u8 {
        ONE
    }
    let _ = (Unit, Cell::new(1));
    'found: {
        if inner() == 1 {
            break 'found 2;
        }
        3
    }
}

#[timed]
pub async fn items_first_async() -> u8 {
    macro_rules! one {
        () => {
            1
        };
    }
    enum Either {
        Left,
    }
    impl Either {
        const fn number(&self) -> u8 {
            match self {
                Self::Left => one!(),
            }
        }
    }
    std::future::ready(Either::Left.number()).await
}

#[timed]
pub fn items_first_guard() {
    use std::mem::take;
    fn inner(text: &mut String) -> String {
        take(text)
    }
    drop(inner(&mut String::new()));
}

#[timed]
pub async fn returns_inside(numbers: Vec<u8>) -> Option<u8> {
    let closure = |n: u8| -> Option<u8> {
        if n > 3 {
            return None;
        }
        let next = n.checked_add(1)?;
        Some(next)
    };
    let block = async {
        if numbers.is_empty() {
            return Err("empty");
        }
        Ok(numbers.len())
    };
    let length = u8::try_from_usize(block.await.ok()?)?;
    numbers.iter().copied().filter_map(closure).max().map(|max| max + length)
}

trait TryFromUsize: Sized {
    fn try_from_usize(n: usize) -> Option<Self>;
}

impl TryFromUsize for u8 {
    fn try_from_usize(n: usize) -> Option<Self> {
        use std::convert::TryFrom;
        Self::try_from(n).ok()
    }
}

#[timed]
pub fn question_mark(text: &str) -> Result<u32, Box<dyn std::error::Error>> {
    if text.is_empty() {
        return Err("empty".into());
    }
    Ok(text.parse()?)
}

#[timed]
pub async fn captured_by_format(n: u8, name: String) -> String {
    format!("{n} {name:?}")
}

#[timed]
pub async fn mutated(mut text: String, (mut a, b): (u8, u8), mut last: u8) -> (String, u8) {
    text.push('a');
    a += 1;
    last += a + b;
    (text, last)
}

#[timed]
pub fn calls_only(x: u8) -> u8 {
    std::convert::identity(x)
}

#[timed]
pub async fn moves_an_argument(name: String, names: &mut Vec<String>) {
    names.push(name);
}

/// Events and steps whose values wait for something.
#[timed(fields(n, found = one().await))]
pub async fn awaited(n: u8) -> u8 {
    trace_runtime::info!(n, found = one().await, shown = %one().await, "{} of {n}", one().await);
    trace_runtime::record!(n, late = one().await);
    trace_runtime::step!("step", fields(n, found = one().await), one()).await
}

async fn one() -> u8 {
    std::future::ready(1).await
}
