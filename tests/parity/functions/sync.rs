//! Functions that raise lints, to be compiled without an attribute and with one.

use std::collections::HashMap;
use std::fmt::{Debug, Display};
use std::rc::Rc;
use std::sync::Arc;

#[annotated]
pub fn empty() {}

#[annotated]
pub fn could_be_const(n: u32) -> u32 {
    n + 1
}

#[annotated]
pub fn returns_result(text: &str) -> Result<u32, std::num::ParseIntError> {
    text.parse()
}

/// Has docs, but no section about errors.
#[annotated]
pub fn documented_result(text: &str) -> Result<u32, std::num::ParseIntError> {
    let number: u32 = text.parse()?;
    Ok(number)
}

/// Panics, and does not say so.
#[annotated]
pub fn documented_panic(text: &str) -> u32 {
    text.parse().unwrap()
}

/// Panics, and does not say so.
#[annotated]
pub fn documented_panic_of_nothing(text: &str) {
    assert!(text.is_empty());
    panic!("no")
}

/// Is unsafe, and does not say why.
#[annotated]
pub unsafe fn documented_unsafe(pointer: *const u8) -> u8 {
    *pointer
}

#[annotated]
pub unsafe fn unsafe_of_nothing(pointer: *mut u8) {
    unsafe { *pointer = 1 }
}

#[annotated]
pub fn dereferences(pointer: *const u8) -> u8 {
    unsafe { *pointer }
}

#[annotated]
pub extern "C" fn foreign(n: u8) -> u8 {
    n
}

#[annotated]
fn unused_parameters(first: u32, second: String, _third: u8, mut fourth: u8) -> u8 {
    1
}

#[annotated]
fn unused_parameters_of_nothing(first: u32, second: String, _third: u8, mut fourth: u8) {
    let unused = 1;
}

#[annotated]
fn unused_of_patterns((a, b): (u8, u8), [c, .., d]: [u8; 4], Pair { left, right }: Pair) -> u8 {
    a + c + left
}

#[annotated]
fn underscores(_used: u8) -> u8 {
    let _local = 1;
    _used + _local
}

#[annotated]
fn unused_locals() -> u8 {
    let unused = 1;
    let mut never_changed = 2;
    let mut assigned = 3;
    assigned = 4;
    never_changed
}

#[annotated]
fn changed_parameter(mut n: u8) -> u8 {
    n = 1;
    2
}

#[annotated]
fn never_called() {
    println!();
}

#[annotated]
pub fn unneeded_return(n: u8) -> u8 {
    return n;
}

#[annotated]
pub fn unneeded_return_of_nothing(n: u8) {
    drop(n);
    return;
}

#[annotated]
pub fn let_and_return(n: u8) -> u8 {
    let m = n + 1;
    m
}

#[annotated]
pub fn question_mark_at_end(text: &str) -> Result<u32, std::num::ParseIntError> {
    Ok(text.parse()?)
}

#[annotated]
pub fn unnecessary_wraps(n: u8) -> Option<u8> {
    Some(n)
}

#[annotated]
fn unnecessary_wraps_in_result(n: u8) -> Result<u8, String> {
    if n == 0 {
        return Ok(1);
    }
    Ok(n)
}

#[annotated]
pub fn passed_by_value(text: String, list: Vec<u8>, map: HashMap<String, u8>) -> usize {
    text.len() + list.len() + map.len()
}

#[annotated]
pub fn passed_by_value_to_nothing(text: String, list: Vec<u8>) {
    println!("{text} {}", list.len());
}

#[annotated]
fn passed_by_mutable_reference(n: &mut u8, list: &mut Vec<u8>) -> usize {
    list.len() + usize::from(*n)
}

#[annotated]
pub fn trivially_copied(n: &u8, flag: &bool) -> u8 {
    if *flag { *n } else { 0 }
}

#[annotated]
pub fn pointers(list: &Vec<u8>, text: &String, boxed: &Box<u8>, nested: Box<Vec<u8>>) -> usize {
    list.len() + text.len() + usize::from(**boxed) + nested.len()
}

#[annotated]
pub fn references_to_rc(shared: &Rc<u8>, owned: Rc<String>, option: &Option<String>) -> usize {
    usize::from(**shared) + owned.len() + option.as_ref().map_or(0, |it| it.len())
}

#[annotated]
pub fn too_many(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8, h: u8) -> u8 {
    a + b + c + d + e + f + g + h
}

#[annotated]
pub fn too_many_bools(a: bool, b: bool, c: bool, d: bool) -> bool {
    a && b && c && d
}

#[annotated]
pub fn complex_type() -> Result<HashMap<String, Vec<Option<Box<dyn Fn(u8) -> Result<u8, String>>>>>, String> {
    Ok(HashMap::new())
}

#[annotated]
pub fn large_error(n: u8) -> Result<u8, [u8; 1000]> {
    if n == 0 { Err([0; 1000]) } else { Ok(n) }
}

#[annotated]
pub fn unit_error(n: u8) -> Result<u8, ()> {
    if n == 0 { Err(()) } else { Ok(n) }
}

#[annotated]
pub fn large_array() -> [u8; 20_000] {
    [0; 20_000]
}

#[annotated]
pub fn single_letters(a: u8, b: u8, c: u8, d: u8, e: u8) -> u8 {
    let f = a + b;
    let g = c + d;
    let h = e + f;
    g + h
}

#[annotated]
pub fn needless_lifetime<'a>(text: &'a str) -> &'a str {
    text
}

#[annotated]
pub fn needless_lifetime_in_result<'a>(text: &'a str) -> Result<&'a str, String> {
    if text.is_empty() { Err(String::from("none")) } else { Ok(text) }
}

#[annotated]
pub fn extra_lifetime<'a, 'b>(text: &'a str, other: &str) -> &'a str {
    text
}

#[annotated]
pub fn generic<T: Clone + Debug, U>(t: T, u: &U) -> T
where
    U: Display,
{
    println!("{t:?} {u}");
    t.clone()
}

#[annotated]
pub fn unused_generic<T, const N: usize>() -> usize {
    N
}

#[annotated]
pub fn opaque_parameter(t: impl Display, list: impl IntoIterator<Item = u8>) -> usize {
    t.to_string().len() + list.into_iter().count()
}

#[annotated]
pub fn opaque_value(n: u8) -> impl Display {
    n
}

#[annotated]
pub fn iterator(n: u8) -> impl Iterator<Item = u8> {
    (0..n).into_iter().map(|n| n.clone())
}

#[annotated]
pub fn boxed_value(n: u8) -> Box<dyn Display> {
    if n == 0 {
        return Box::new("none");
    }
    Box::new(n)
}

#[annotated]
pub fn must_use_dropped(text: &str) {
    text.parse::<u8>();
    text.len();
    let _ = text.parse::<u8>();
}

#[annotated]
pub fn prints(n: u8) -> u8 {
    println!("{n}");
    eprintln!("{}", n);
    dbg!(n)
}

#[annotated]
pub fn arithmetic(n: i32, m: u64, x: f64) -> i32 {
    let sum = n + m as i32;
    let quotient = sum / n;
    let whole = x as i32;
    if x == 0.1 { quotient << 2 } else { whole % 3 }
}

#[annotated]
pub fn indexes(list: &[u8], map: &HashMap<u8, u8>) -> u8 {
    list[1] + map[&2] + list[1..2][0]
}

#[annotated]
pub fn unwraps(n: Option<u8>, text: &str) -> u8 {
    n.unwrap() + text.parse::<u8>().expect("a number")
}

#[annotated]
pub fn unwraps_in_result(n: Option<u8>) -> Result<u8, String> {
    let m = n.unwrap();
    if m == 0 { Err(String::from("none")) } else { Ok(m) }
}

#[annotated]
pub fn panics_in_result(n: u8) -> Result<u8, String> {
    assert!(n > 1);
    if n == 0 {
        panic!("none");
    }
    Ok(n)
}

#[annotated]
pub fn unfinished() -> u8 {
    todo!()
}

#[annotated]
pub fn unfinished_of_nothing() {
    unimplemented!()
}

#[annotated]
pub fn unreachable_code(n: u8) -> u8 {
    panic!("no");
    n
}

#[annotated]
pub fn collapsible(n: u8, m: u8) -> u8 {
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
pub fn matches_much(n: Option<u8>) -> bool {
    match n {
        Some(_) => true,
        _ => false,
    }
}

#[annotated]
pub fn items_after_statements() -> u8 {
    println!();
    const LATE: u8 = 1;
    fn inner() -> u8 {
        LATE
    }
    use std::cmp::max;
    max(inner(), 2)
}

#[annotated]
pub fn items_first() {
    const EARLY: u8 = 1;
    fn inner(unused: u8) -> u8 {
        EARLY
    }
    println!("{}", inner(1));
}

#[annotated]
pub fn items_alone() {
    fn inner(unused: u8) -> u8 {
        unused
    }
}

#[annotated]
pub fn one_expression() -> String {
    { String::new() }
}

#[annotated]
pub fn unit_value(list: &mut Vec<u8>) {
    list.push(1)
}

#[annotated]
pub fn shadowed(name: &str) -> String {
    let name = name.trim();
    let name = name.to_owned();
    name
}

#[annotated]
pub fn closures(list: Vec<u8>) -> Vec<u8> {
    list.iter().map(|n| n.clone()).filter(|n| return *n > 1).collect()
}

#[annotated]
pub fn inner_attribute() -> u8 {
    #![allow(unused_variables)]
    let unused = 1;
    2
}

#[must_use]
#[annotated]
pub fn already_must_use() -> u8 {
    1
}

#[must_use]
#[annotated]
pub fn must_use_of_nothing() {
    println!();
}

#[deprecated]
#[annotated]
pub fn old() -> u8 {
    1
}

#[inline(always)]
#[annotated]
pub fn always_inlined(n: u8) -> u8 {
    n
}

#[track_caller]
#[annotated]
pub fn tracks_caller(n: Option<u8>) -> u8 {
    n.unwrap()
}

#[annotated]
pub fn calls() -> u8 {
    returns_result("1");
    already_must_use();
    old();
    unneeded_return(1)
}

#[annotated]
pub fn unneeded_unit() -> () {
    println!();
}

#[annotated]
pub fn never() -> ! {
    loop {}
}

#[annotated]
pub fn exits() -> ! {
    std::process::exit(1)
}

#[annotated]
pub fn only_recursion(n: u8, m: u8) -> u8 {
    if n == 0 { 0 } else { only_recursion(n - 1, m) }
}

#[annotated]
pub fn unconditional_recursion(n: u8) -> u8 {
    unconditional_recursion(n)
}

#[annotated]
pub fn unconditional_recursion_of_nothing(n: u8) {
    unconditional_recursion_of_nothing(n);
}

#[annotated]
pub fn references_stay(list: &mut Vec<u8>) -> &mut u8 {
    list.push(1);
    &mut list[0]
}

#[annotated]
pub fn long(n: u32) -> u32 {
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
        println!("{i}");
    }
    sum
}

pub struct Pair {
    pub left: u8,
    pub right: u8,
}

impl Pair {
    #[annotated]
    pub fn reads(&self) -> u8 {
        self.left
    }

    #[annotated]
    pub fn unused_self(&self) -> u8 {
        1
    }

    #[annotated]
    pub fn unused_self_of_nothing(&self) {
        println!();
    }

    #[annotated]
    pub fn changes(&mut self) -> &mut u8 {
        &mut self.left
    }

    #[annotated]
    pub fn never_changes(&mut self) -> u8 {
        self.left
    }

    #[annotated]
    pub fn consumes(self) -> u8 {
        self.left
    }

    #[annotated]
    pub fn consumes_changed(mut self) -> Self {
        self.left = 1;
        self
    }

    #[annotated]
    pub fn arc(self: Arc<Self>) -> u8 {
        self.left
    }

    #[annotated]
    pub fn new() -> Self {
        Pair { left: 1, right: 2 }
    }

    #[annotated]
    pub fn to_left(self) -> u8 {
        self.left
    }

    #[annotated]
    pub fn is_left(self, _other: Pair) -> bool {
        self.left == 1
    }

    #[annotated]
    pub fn get_left(&self) -> Option<&u8> {
        Some(&self.left)
    }

    #[annotated]
    pub fn add(self, other: Pair) -> Pair {
        other
    }

    #[annotated]
    fn private_and_unused(&self) {
        println!();
    }
}

impl Default for Pair {
    #[annotated]
    fn default() -> Self {
        Self { left: 0, right: 0 }
    }
}

impl PartialEq for Pair {
    #[annotated]
    fn eq(&self, other: &Self) -> bool {
        self.left == other.left && self.right == other.right
    }

    #[annotated]
    fn ne(&self, other: &Self) -> bool {
        !self.eq(other)
    }
}

impl Drop for Pair {
    #[annotated]
    fn drop(&mut self) {
        println!("dropped");
    }
}

impl Debug for Pair {
    #[annotated]
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.left)
    }
}

pub trait Store {
    fn load(&self, id: u8) -> Result<u8, String>;

    #[annotated]
    fn load_default(&self, id: u8) -> Result<u8, String> {
        self.load(id)
    }
}

impl Store for Pair {
    #[annotated]
    fn load(&self, id: u8) -> Result<u8, String> {
        if id == 0 {
            return Err("none".to_string());
        }
        Ok(self.left)
    }
}

mod inner {
    #[annotated]
    pub fn reachable(n: u8) -> u8 {
        n
    }

    pub mod innermost {
        #[annotated]
        pub(in crate::inner) unsafe extern "C" fn restricted(p: u8) -> u8 {
            p
        }

        #[annotated]
        pub(crate) fn array<const N: usize>(a: [u8; N]) {}
    }
}
