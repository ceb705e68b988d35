//! Async functions that raise lints, to be compiled without an attribute and with one.

use std::collections::HashMap;
use std::fmt::{Debug, Display};
use std::rc::Rc;
use std::sync::{Arc, Mutex};

#[annotated]
pub async fn empty() {}

#[annotated]
pub async fn without_await(n: u32) -> u32 {
    n + 1
}

#[annotated]
pub async fn returns_result(text: &str) -> Result<u32, std::num::ParseIntError> {
    text.parse()
}

/// Has docs, but no section about errors.
#[annotated]
pub async fn documented_result(text: &str) -> Result<u32, std::num::ParseIntError> {
    step().await;
    let number: u32 = text.parse()?;
    Ok(number)
}

/// Panics, and does not say so.
#[annotated]
pub async fn documented_panic(text: &str) -> u32 {
    step().await;
    text.parse().unwrap()
}

/// Is unsafe, and does not say why.
#[annotated]
pub async unsafe fn documented_unsafe(pointer: *const u8) -> u8 {
    *pointer
}

#[annotated]
async fn unused_parameters(first: u32, second: String, _third: u8, mut fourth: u8) {
    step().await;
}

#[annotated]
async fn unused_of_patterns((a, b): (u8, u8), [c, .., d]: [u8; 4], Pair { left, right }: Pair) -> u8 {
    step().await;
    a + c + left
}

#[annotated]
async fn unused_locals() -> u8 {
    let unused = 1;
    let mut never_changed = 2;
    let mut assigned = 3;
    assigned = 4;
    never_changed
}

#[annotated]
async fn never_called() {
    step().await;
}

#[annotated]
pub async fn unneeded_return(n: u8) -> u8 {
    step().await;
    return n;
}

#[annotated]
pub async fn unneeded_return_of_nothing(n: u8) {
    step().await;
    drop(n);
    return;
}

#[annotated]
pub async fn let_and_return(n: u8) -> u8 {
    step().await;
    let m = n + 1;
    m
}

#[annotated]
pub async fn question_mark_at_end(text: &str) -> Result<u32, std::num::ParseIntError> {
    step().await;
    Ok(text.parse()?)
}

#[annotated]
pub async fn passed_by_value(text: String, list: Vec<u8>, map: HashMap<String, u8>) -> usize {
    step().await;
    text.len() + list.len() + map.len()
}

#[annotated]
pub async fn trivially_copied(n: &u8, flag: &bool) -> u8 {
    step().await;
    if *flag { *n } else { 0 }
}

#[annotated]
pub async fn pointers(list: &Vec<u8>, text: &String, boxed: &Box<u8>, nested: Box<Vec<u8>>) -> usize {
    step().await;
    list.len() + text.len() + usize::from(**boxed) + nested.len()
}

#[annotated]
pub async fn too_many(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8, h: u8) -> u8 {
    step().await;
    a + b + c + d + e + f + g + h
}

#[annotated]
pub async fn too_many_bools(a: bool, b: bool, c: bool, d: bool) -> bool {
    step().await;
    a && b && c && d
}

#[annotated]
pub async fn complex_type() -> Result<HashMap<String, Vec<Option<Box<dyn Fn(u8) -> Result<u8, String>>>>>, String> {
    step().await;
    Ok(HashMap::new())
}

#[annotated]
pub async fn similar_names(checked: u8, chucked: u8) -> u8 {
    step().await;
    checked + chucked
}

#[annotated]
pub async fn single_letters(a: u8, b: u8, c: u8, d: u8, e: u8) -> u8 {
    step().await;
    let f = a + b;
    let g = c + d;
    let h = e + f;
    g + h
}

#[annotated]
pub async fn needless_lifetime<'a>(text: &'a str) -> &'a str {
    step().await;
    text
}

#[annotated]
pub async fn extra_lifetime<'a, 'b>(text: &'a str, other: &str) -> &'a str {
    step().await;
    text
}

#[annotated]
pub async fn generic<T: Clone + Debug, U>(t: T, u: &U) -> T
where
    U: Display,
{
    step().await;
    println!("{t:?} {u}");
    t.clone()
}

#[annotated]
pub async fn opaque_parameter(t: impl Display, list: impl IntoIterator<Item = u8>) -> usize {
    step().await;
    t.to_string().len() + list.into_iter().count()
}

#[annotated]
pub async fn opaque_value(n: u8) -> impl Display {
    step().await;
    n
}

#[annotated]
pub async fn boxed_value(n: u8) -> Box<dyn Display> {
    if n == 0 {
        return Box::new("none");
    }
    Box::new(n)
}

#[annotated]
pub async fn lock_held(lock: Arc<Mutex<u8>>) -> u8 {
    let guard = lock.lock().unwrap();
    step().await;
    *guard
}

#[annotated]
pub async fn not_send(shared: Rc<u8>) -> u8 {
    step().await;
    *shared
}

#[annotated]
pub async fn large() -> u8 {
    let bytes = [0_u8; 20_000];
    step().await;
    bytes[1]
}

#[annotated]
pub async fn awaits_large() -> u8 {
    large().await
}

#[annotated]
pub async fn must_use_dropped(text: &str) {
    text.parse::<u8>();
    text.len();
    step();
    step().await;
}

#[annotated]
pub async fn result_ignored(text: &str) {
    let _ = text.parse::<u8>();
    let _ = step();
    step().await;
}

#[annotated]
pub async fn prints(n: u8) {
    println!("{n}");
    eprintln!("{}", n);
    dbg!(n);
    step().await;
}

#[annotated]
pub async fn arithmetic(n: i32, m: u64, x: f64) -> i32 {
    step().await;
    let sum = n + m as i32;
    let quotient = sum / n;
    let whole = x as i32;
    if x == 0.1 { quotient << 2 } else { whole % 3 }
}

#[annotated]
pub async fn indexes(list: &[u8], map: &HashMap<u8, u8>) -> u8 {
    step().await;
    list[1] + map[&2] + list[1..2][0]
}

#[annotated]
pub async fn unwraps(n: Option<u8>, text: &str) -> u8 {
    step().await;
    n.unwrap() + text.parse::<u8>().expect("a number")
}

#[annotated]
pub async fn unfinished() -> u8 {
    step().await;
    todo!()
}

#[annotated]
pub async fn unreachable_code(n: u8) -> u8 {
    step().await;
    panic!("no");
    n
}

#[annotated]
pub async fn collapsible(n: u8, m: u8) -> u8 {
    step().await;
    if n == 0 {
        if m == 0 {
            return 1;
        }
    }
    if n == 1 {
        return 2;
    } else {
        return 3;
    }
}

#[annotated]
pub async fn matches_much(n: Option<u8>) -> bool {
    step().await;
    match n {
        Some(_) => true,
        _ => false,
    }
}

#[annotated]
pub async fn items_after_statements() -> u8 {
    step().await;
    const LATE: u8 = 1;
    fn inner() -> u8 {
        LATE
    }
    use std::cmp::max;
    max(inner(), 2)
}

#[annotated]
pub async fn items_first() -> u8 {
    const EARLY: u8 = 1;
    fn inner(unused: u8) -> u8 {
        EARLY
    }
    step().await;
    inner(1)
}

#[annotated]
pub async fn shadowed(name: &str) -> String {
    step().await;
    let name = name.trim();
    let name = name.to_owned();
    name
}

#[annotated]
pub async fn closures(list: Vec<u8>) -> Vec<u8> {
    step().await;
    list.iter().map(|n| n.clone()).filter(|n| return *n > 1).collect()
}

#[annotated]
pub async fn returns_future(n: u8) -> std::future::Ready<u8> {
    step().await;
    std::future::ready(n)
}

#[annotated]
pub async fn returns_boxed_future() -> std::pin::Pin<Box<dyn Future<Output = u8>>> {
    Box::pin(async { 1 })
}

#[annotated]
pub async fn inner_attribute() -> u8 {
    #![allow(unused_variables)]
    let unused = 1;
    let n = step().await;
    2
}

#[must_use]
#[annotated]
pub async fn already_must_use() -> u8 {
    step().await;
    1
}

#[deprecated]
#[annotated]
pub async fn old() -> u8 {
    step().await;
    1
}

#[inline(always)]
#[annotated]
pub async fn always_inlined(n: u8) -> u8 {
    step().await;
    n
}

#[annotated]
pub async fn calls() -> u8 {
    returns_result("1").await;
    already_must_use();
    already_must_use().await;
    old().await;
    unneeded_return(1)
        .await
}

#[annotated]
pub async fn unneeded_unit() -> () {
    step().await
}

#[annotated]
pub async fn never() -> ! {
    loop {
        step().await;
    }
}

#[annotated]
pub async fn long(n: u32) -> u32 {
    let mut sum = 0;
    for i in 0..n {
        if i % 2 == 0 {
            if i % 3 == 0 {
                sum += 1;
            } else if i % 5 == 0 {
                sum += 2;
            } else {
                match i {
                    1 => sum += 1,
                    2 => sum += 2,
                    _ => {
                        while sum < 10 {
                            if sum == 7 {
                                break;
                            }
                            sum += 1;
                        }
                    }
                }
            }
        }
        if sum > 100 && (i > 10 || i < 5) {
            continue;
        }
        step().await;
    }
    sum
}

pub struct Pair {
    pub left: u8,
    pub right: u8,
}

impl Pair {
    #[annotated]
    pub async fn reads(&self) -> u8 {
        step().await;
        self.left
    }

    #[annotated]
    pub async fn unused_self(&self) -> u8 {
        step().await;
        1
    }

    #[annotated]
    pub async fn changes(&mut self) -> &mut u8 {
        step().await;
        &mut self.left
    }

    #[annotated]
    pub async fn consumes(self) -> u8 {
        step().await;
        self.left
    }

    #[annotated]
    pub async fn consumes_changed(mut self) -> Self {
        step().await;
        self.left = 1;
        self
    }

    #[annotated]
    pub async fn arc(self: Arc<Self>) -> u8 {
        step().await;
        self.left
    }

    #[annotated]
    pub async fn new() -> Self {
        step().await;
        Pair { left: 1, right: 2 }
    }

    #[annotated]
    pub async fn to_left(self) -> u8 {
        step().await;
        self.left
    }

    #[annotated]
    pub async fn is_left(self, _other: Pair) -> bool {
        step().await;
        self.left == 1
    }

    #[annotated]
    pub async fn get_left(&self) -> Option<&u8> {
        step().await;
        Some(&self.left)
    }

    #[annotated]
    async fn private_and_unused(&self) {
        step().await;
    }
}

pub trait Store {
    async fn load(&self, id: u8) -> Result<u8, String>;

    #[annotated]
    async fn load_default(&self, id: u8) -> Result<u8, String> {
        self.load(id).await
    }
}

impl Store for Pair {
    #[annotated]
    async fn load(&self, id: u8) -> Result<u8, String> {
        step().await;
        if id == 0 {
            return Err("none".to_string());
        }
        Ok(self.left)
    }
}

mod inner {
    #[annotated]
    pub async fn reachable(n: u8) -> u8 {
        super::step().await;
        n
    }
}

async fn step() {}
