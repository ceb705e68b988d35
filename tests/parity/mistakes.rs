//! Mistakes, each in a function that is to be annotated: one named `f`, and
//! `async`, unless it must not be.
//!
//! The mistakes of one list are compiled together: rustc does not come to lifetimes
//! where names are wrong, nor to lints where there are errors.
#![expect(clippy::needless_raw_string_hashes, reason = "some need them, and all look alike")]

use crate::carets::Case;

macro_rules! cases {
    ($($name:ident $source:literal)*) => {
        &[$(Case { name: stringify!($name), source: $source }),*]
    };
}

/// Names that stand for nothing.
pub(crate) const NAMES: &[Case] = cases! {
    missing_lifetime r#"
#[annotated]
async fn f(x: &str, y: &str) -> &str {
    x
}"#
    unknown_lifetime r#"
#[annotated]
async fn f(x: &'a str) -> &'a str {
    x
}"#
    unknown_name r#"
#[annotated]
async fn f(n: u32) -> u32 {
    m
}"#
    unknown_type_of_parameter r#"
#[annotated]
async fn f(n: Nothing) -> u32 {
    1
}"#
    unknown_type_of_value r#"
#[annotated]
async fn f() -> Nothing {
    1
}"#
    unknown_type_in_value r#"
#[annotated]
async fn f() -> Result<Nothing, Nowhere> {
    Ok(1)
}"#
    unknown_bound r#"
#[annotated]
async fn f<T: Nothing>(t: T) -> T {
    t
}"#
    parameter_twice r#"
#[annotated]
async fn f(a: u8, a: u8) -> u8 {
    a
}"#
    private_type r#"
mod inner {
    struct Private;
}
#[annotated]
async fn f(n: inner::Private) -> u8 {
    1
}"#
    method_of_trait_unknown r#"
trait T {}
struct S;
impl T for S {
    #[annotated]
    fn f(&self) -> u8 {
        1
    }
}"#
    macro_fails r#"
#[annotated]
async fn f(n: u8) -> String {
    format!("{n} {m}")
}"#
};

/// Values of the wrong type, and worse.
pub(crate) const TYPES: &[Case] = cases! {
    break_outside_loop_with_result r#"
#[annotated]
async fn f(n: u8) -> Result<u8, String> {
    break;
    Ok(n)
}"#
    mismatched_value_with_result r#"
#[annotated]
async fn f(n: u32) -> Result<String, u8> {
    if n == 0 {
        return Err("none");
    }
    Ok(n)
}"#
    mismatched_alias r#"
type Answer = Result<u8, String>;
#[annotated]
async fn f(n: u32) -> Answer {
    n
}"#
    break_outside_loop r#"
#[annotated]
async fn f(n: u8) -> u8 {
    if n == 0 {
        break;
    }
    n
}"#
    mismatched_value r#"
#[annotated]
async fn f(n: u32) -> String {
    n
}"#
    mismatched_return r#"
#[annotated]
async fn f(n: u32) -> String {
    if n == 0 {
        return 1;
    }
    String::new()
}"#
    mismatched_return_of_nothing r#"
#[annotated]
async fn f(n: u32) -> String {
    if n == 0 {
        return;
    }
    String::new()
}"#
    mismatched_branches r#"
#[annotated]
async fn f(n: u32) -> String {
    if n == 0 { 1 } else { "a" }
}"#
    missing_value r#"
#[annotated]
async fn f(n: u32) -> String {
    let _ = n;
}"#
    missing_value_in_empty_body r#"
#[annotated]
async fn f(n: u32) -> String {}"#
    missing_ok r#"
#[annotated]
async fn f(n: u32) -> Result<(), String> {
    g(n)?;
}
fn g(n: u32) -> Result<(), String> { Ok(()) }"#
    semicolon_too_many r#"
#[annotated]
async fn f(n: u32) -> String {
    n.to_string();
}"#
    semicolon_missing r#"
#[annotated]
async fn f(n: u32) {
    n
}"#
    semicolon_missing_after_call r#"
#[annotated]
async fn f(mut v: Vec<u8>) {
    if v.is_empty() {
        v.pop()
    }
    v.pop()
}"#
    value_for_explicit_unit r#"
#[annotated]
async fn f(n: u32) -> () {
    n
}"#
    literal_for_text r#"
#[annotated]
async fn f() -> String {
    "text"
}"#
    question_mark_of_wrong_error r#"
struct MyError;
#[annotated]
async fn f(text: &str) -> Result<u32, MyError> {
    Ok(text.parse()?)
}"#
    question_mark_of_wrong_error_in_let r#"
struct MyError;
#[annotated]
async fn f(text: &str) -> Result<u32, MyError> {
    let n: u32 = text.parse()?;
    Ok(n)
}"#
    question_mark_without_result r#"
#[annotated]
async fn f(text: &str) -> u32 {
    text.parse::<u32>()?
}"#
    question_mark_without_value r#"
#[annotated]
async fn f(text: &str) {
    text.parse::<u32>()?;
}"#
    question_mark_of_option r#"
#[annotated]
async fn f(text: &str) -> Result<u32, String> {
    Ok(text.chars().next()? as u32)
}"#
    unknown_method r#"
#[annotated]
async fn f(n: u32) -> u32 {
    n.nothing()
}"#
    unsized_value r#"
#[annotated]
async fn f(s: &str) -> str {
    *s
}"#
    unsized_parameter r#"
#[annotated]
async fn f(s: [u8]) -> usize {
    1
}"#
    missing_bound r#"
#[annotated]
async fn f<T>(t: T) -> String {
    t.to_string()
}"#
    missing_bound_of_call r#"
fn show<T: std::fmt::Display>(t: T) {}
#[annotated]
async fn f<T>(t: T) {
    show(t);
}"#
    missing_bound_of_opaque r#"
#[annotated]
async fn f() -> impl std::fmt::Display {
    vec![1]
}"#
    different_opaque r#"
#[annotated]
async fn f(n: u8) -> impl std::fmt::Display {
    if n == 0 {
        return 1;
    }
    "a"
}"#
    wrong_generic_argument r#"
#[annotated]
async fn f() -> Vec<u8, u8, u8> {
    Vec::new()
}"#
    wrong_number_of_arguments r#"
#[annotated]
async fn f(n: u8, m: u8) -> u8 {
    n + m
}
async fn g() {
    let _ = f(1);
}"#
    wrong_argument r#"
#[annotated]
async fn f(n: u8) -> u8 {
    n
}
async fn g() {
    let _ = f("a");
}"#
    type_not_known r#"
#[annotated]
async fn f() -> usize {
    let v = Vec::new();
    v.len()
}"#
    type_of_parse_not_known r#"
#[annotated]
async fn f(text: &str) -> bool {
    text.parse().is_ok()
}"#
    match_not_exhaustive r#"
#[annotated]
async fn f(n: Option<u8>) -> u8 {
    match n {
        Some(n) => n,
    }
}"#
    refutable_pattern r#"
#[annotated]
async fn f(n: Option<u8>) -> u8 {
    let Some(n) = n;
    n
}"#
    refutable_parameter r#"
#[annotated]
async fn f(Some(n): Option<u8>) -> u8 {
    n
}"#
    mismatched_pattern_of_parameter r#"
#[annotated]
async fn f((a, b): (u8, u8, u8)) -> u8 {
    a + b
}"#
    await_of_no_future r#"
#[annotated]
async fn f(n: u8) -> u8 {
    n.await
}"#
    await_forgotten r#"
async fn g() -> u8 { 1 }
#[annotated]
async fn f(n: u8) -> u8 {
    let m = g();
    ().clone();
    async {}.await;
    m + n
}"#
    await_in_sync r#"
async fn g() -> u8 { 1 }
#[annotated]
fn f(n: u8) -> u8 {
    g().await + n
}"#
    type_of_trait_differs r#"
trait T {
    fn f(&self, n: u8) -> u8;
}
struct S;
impl T for S {
    #[annotated]
    fn f(&self, n: u16) -> u8 {
        1
    }
}"#
    compared_with_wrong_type r#"
#[annotated]
async fn f(n: u8) -> bool {
    n == "a"
}"#
    try_from_wrong_argument r#"
fn g(n: &str) {}
#[annotated]
async fn f(n: u8) -> u8 {
    g(n);
    n
}"#
};

/// Values that are gone, lent, or do not live long enough.
pub(crate) const BORROWS: &[Case] = cases! {
    moved_value r#"
#[annotated]
async fn f(name: String) -> String {
    drop(name);
    name
}"#
    moved_in_loop r#"
#[annotated]
async fn f(name: String) -> usize {
    loop {
        drop(name);
    }
}"#
    moved_out_of_reference r#"
#[annotated]
async fn f(name: &Vec<String>) -> String {
    name[0]
}"#
    moved_out_of_borrow r#"
#[annotated]
async fn f(name: &String) -> String {
    *name
}"#
    borrowed_twice r#"
#[annotated]
async fn f(mut v: Vec<u8>) -> u8 {
    let first = &mut v;
    let second = &mut v;
    first.push(1);
    second[0]
}"#
    borrowed_while_changed r#"
#[annotated]
async fn f(mut v: Vec<u8>) -> u8 {
    let first = &v[0];
    v.push(1);
    *first
}"#
    immutable_local r#"
#[annotated]
async fn f() -> u8 {
    let n = 1;
    n += 1;
    n
}"#
    immutable_parameter r#"
#[annotated]
async fn f(n: u8) -> u8 {
    n += 1;
    n
}"#
    immutable_parameter_borrowed r#"
#[annotated]
async fn f(v: Vec<u8>) -> Vec<u8> {
    v.push(1);
    v
}"#
    immutable_reference r#"
#[annotated]
async fn f(v: &Vec<u8>) -> usize {
    v.push(1);
    v.len()
}"#
    immutable_self r#"
struct S(u8);
impl S {
    #[annotated]
    async fn f(&self) -> u8 {
        self.0 += 1;
        self.0
    }
}"#
    reference_to_local r#"
#[annotated]
async fn f(n: &str) -> &str {
    let local = n.to_owned();
    &local
}"#
    reference_to_parameter r#"
#[annotated]
async fn f<'a>(n: &'a str, name: String) -> &'a str {
    &name
}"#
    reference_to_temporary r#"
#[annotated]
async fn f() -> &'static str {
    String::new().as_str()
}"#
    temporary_dropped r#"
#[annotated]
async fn f() -> usize {
    let text = String::new().as_str();
    text.len()
}"#
    wrong_lifetime r#"
#[annotated]
async fn f<'a>(x: &'a str, y: &str) -> &'a str {
    y
}"#
    wrong_named_lifetime r#"
#[annotated]
async fn f<'a, 'b>(x: &'a str, y: &'b str) -> &'a str {
    if x.is_empty() { y } else { x }
}"#
    lifetime_of_self r#"
struct S(String);
impl S {
    #[annotated]
    async fn f(&self, other: &str) -> &str {
        other
    }
}"#
    uninitialized r#"
#[annotated]
async fn f(n: u8) -> u8 {
    let m: u8;
    if n == 0 {
        m = 1;
    }
    m
}"#
    closure_may_outlive r#"
#[annotated]
async fn f(n: u8) -> Box<dyn Fn() -> u8> {
    Box::new(|| n)
}"#
    closure_lets_reference_escape r#"
#[annotated]
async fn f(v: &mut Vec<u8>) -> Box<dyn FnMut()> {
    Box::new(|| v.push(1))
}"#
    moved_out_of_borrow_with_result r#"
#[annotated]
async fn f(name: &String) -> Result<String, String> {
    Ok(*name)
}"#
    immutable_parameter_with_result r#"
#[annotated]
async fn f(n: u8) -> Result<u8, String> {
    n += 1;
    Ok(n)
}"#
    borrowed_while_changed_with_result r#"
#[annotated]
async fn f(mut v: Vec<u8>) -> Result<u8, String> {
    let first = &v[0];
    v.push(1);
    Ok(*first)
}"#
    reference_to_parameter_with_result r#"
#[annotated]
async fn f<'a>(n: &'a str, name: String) -> Result<&'a str, String> {
    Ok(&name)
}"#
    wrong_named_lifetime_with_result r#"
#[annotated]
async fn f<'a, 'b>(x: &'a str, y: &'b str) -> Result<&'a str, String> {
    if x.is_empty() {
        return Ok(y);
    }
    Ok(x)
}"#
    not_send_when_spawned r#"
async fn g() {}
#[annotated]
async fn f(n: u8) -> u8 {
    let shared = std::rc::Rc::new(n);
    g().await;
    *shared
}
fn h() {
    tokio::spawn(f(1));
}"#
    not_send_parameter_when_spawned r#"
async fn g() {}
#[annotated]
async fn f(shared: std::rc::Rc<u8>) -> u8 {
    g().await;
    *shared
}
fn h() {
    tokio::spawn(f(std::rc::Rc::new(1)));
}"#
    not_static_when_spawned r#"
async fn g() {}
#[annotated]
async fn f(name: &str) -> usize {
    g().await;
    name.len()
}
fn h() {
    let name = String::new();
    tokio::spawn(f(&name));
}"#
    recursive r#"
#[annotated]
async fn f(n: u8) -> u8 {
    if n == 0 { 0 } else { f(n - 1).await }
}"#
    unsafe_call r#"
unsafe fn g() -> u8 { 1 }
#[annotated]
async fn f() -> u8 {
    g()
}"#
};

/// What is denied.
pub(crate) const LINTS: &[Case] = cases! {
    must_use r#"
#![deny(unused_must_use)]
#[annotated]
async fn f(text: &str) -> u8 {
    text.parse::<u8>();
    text.len();
    1
}"#
    must_use_of_caller r#"
#![deny(unused_must_use)]
#[annotated]
async fn f(text: &str) -> Result<u8, String> {
    Ok(1)
}
async fn g() {
    f("a");
}"#
    unused_variable r#"
#![deny(unused_variables)]
#[annotated]
async fn f(unused: u8, (a, b): (u8, u8), mut c: u8) -> u8 {
    let n = 1;
    a
}"#
    unused_mut r#"
#![deny(unused_mut)]
#[annotated]
async fn f(mut n: u8, (mut a, b): (u8, u8)) -> u8 {
    let mut m = n;
    m + a + b
}"#
    unused_assignment r#"
#![deny(unused_assignments)]
#[annotated]
async fn f(mut n: u8, m: u8) -> u8 {
    n = 1;
    let mut o = 1;
    o = 2;
    m
}"#
    unreachable r#"
#![deny(unreachable_code)]
#[annotated]
async fn f(n: u8) -> u8 {
    return n;
    n + 1
}"#
    unreachable_after_loop r#"
#![deny(unreachable_code)]
#[annotated]
async fn f(n: u8) -> u8 {
    loop {}
    n + 1
}"#
    dead r#"
#![deny(dead_code)]
#[annotated]
async fn f(n: u8) -> u8 {
    n
}
struct S;
impl S {
    #[annotated]
    async fn f(&self) -> u8 {
        1
    }
}"#
    deprecated_call r#"
#![deny(deprecated)]
#[deprecated]
fn g(n: u8) -> u8 { n }
#[annotated]
async fn f(n: u8) -> u8 {
    g(n)
}"#
    deprecated_type r#"
#![deny(deprecated)]
#[deprecated]
struct Old;
#[annotated]
async fn f(n: Old) -> Option<Old> {
    None
}"#
};

/// What compiles in edition 2024, for there a borrow at the end of a body is over
/// before the locals are dropped.
pub(crate) const EDITION_2021: &[Case] = cases! {
    borrowed_at_the_end r#"
#[annotated]
async fn f() -> usize {
    let cell = std::cell::RefCell::new("..");
    cell.borrow().len()
}"#
    borrowed_at_the_end_with_result r#"
#[annotated]
async fn f() -> Result<usize, String> {
    let cell = std::cell::RefCell::new(Ok(1));
    cell.borrow().clone()
}"#
};

/// What is being typed.
pub(crate) const UNFINISHED: &[Case] = cases! {
    unfinished_method r#"
#[annotated]
async fn f(text: &str) -> usize {
    text.
}"#
    unfinished_method_with_result r#"
#[annotated]
async fn f(text: &str) -> Result<usize, String> {
    text.
}"#
    unfinished_let r#"
#[annotated]
async fn f(text: &str) -> usize {
    let n =
}"#
    unfinished_sum r#"
#[annotated]
async fn f(n: usize) -> usize {
    let m = n + ;
    m
}"#
    unfinished_path r#"
#[annotated]
async fn f(n: usize) -> usize {
    std::
}"#
    missing_comma r#"
#[annotated]
async fn f(n: usize) -> usize {
    usize::max(n 1)
}"#
    missing_semicolon_between r#"
#[annotated]
async fn f(n: usize) -> usize {
    let m = n
    m
}"#
};
