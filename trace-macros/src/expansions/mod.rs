//! Compares the expansion of each form with the one that was last reviewed.
//!
//! The files beside this one are pretty-printed expansions, each below its
//! input. Run the tests with `TRACE_BLESS=1` in the environment to write them
//! anew, and review the difference like code.

use std::path::Path;

use proc_macro2::TokenStream;

use crate::{
    attribute, event,
    late::{count, record},
    options::ScopeMacro,
};

/// Compares the expansion of `input` with a file.
fn check(name: &str, input: &str, expansion: &TokenStream, wrap: fn(&TokenStream) -> String) {
    let file = syn::parse_file(&wrap(expansion)).expect("an expansion parses");
    let input = input.trim().replace('\n', "\n// ");
    let output = prettyplease::unparse(&file);
    let found = format!("// Input:\n//\n// {input}\n\n// Output:\n\n{output}");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("src/expansions/{name}.rs"));
    if std::env::var_os("TRACE_BLESS").is_some_and(|bless| bless == "1") {
        std::fs::write(&path, &found).expect("the expansion can be written");
    }
    let recorded = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(found, recorded, "{}: run with TRACE_BLESS=1 and review", path.display());
}

/// Checks an attribute: its first line in `input` is `#[name]` or `#[name(…)]`.
fn check_attribute(name: &str, input: &str) {
    let (line, item) = input.trim().split_once('\n').expect("an attribute, then an item");
    let attribute =
        if line.contains("traced_handler") { ScopeMacro::TracedHandler } else { ScopeMacro::Timed };
    let args = line.split_once('(').map_or("", |(_, args)| args.trim_end_matches(")]"));
    let [args, item] = [args, item].map(|text| text.parse().expect("tokens"));
    let expansion = attribute::expand(attribute, args, &item);
    check(name, input, &expansion, TokenStream::to_string);
}

/// Checks an event, whose `$crate` is the runtime's name.
fn check_event(name: &str, level: &str, arguments: &str) {
    let input = format!("{}!({arguments});", level.to_lowercase());
    let tokens = format!("::trace_runtime; {level}; {arguments}").parse().expect("tokens");
    check(name, &input, &event::expand(tokens), |event| format!("fn main() {{ {event} }}"));
}

/// Checks `record!` and the like, which pass on `$crate; …`.
fn check_late(name: &str, macro_name: &str, arguments: &str) {
    let (input, runtime) = (format!("{macro_name}!({arguments});"), "::trace_runtime");
    let expansion = if macro_name == "count_request" {
        count::expand(format!("{runtime}; {arguments}").parse().expect("tokens"))
    } else {
        record::expand(format!("{runtime}; {macro_name}; {arguments}").parse().expect("tokens"))
    };
    check(name, &input, &expansion, |late| format!("fn main() {{ {late} }}"));
}

#[test]
fn a_timed_async_function_becomes_one_that_returns_a_future() {
    check_attribute(
        "timed_async",
        r#"
#[timed]
async fn find_user(id: u64) -> Result<String, std::io::Error> {
    if id == 0 {
        return Err(std::io::ErrorKind::NotFound.into());
    }
    Ok(format!("user {id}"))
}
"#,
    );
}

#[test]
fn parameters_of_a_timed_async_function_are_captured_in_order() {
    check_attribute(
        "timed_async_captures",
        r"
#[timed]
async fn transfer(
    mut self,
    name: &str,
    _lease: Lease,
    _: Permit,
    (from, to): (Account, Account),
    mut amount: Amount,
) -> usize {
    amount.round();
    from.give(to, amount, name).await
}
",
    );
}

#[test]
fn a_timed_async_function_with_fields_stays_async() {
    check_attribute(
        "timed_async_fields",
        r#"
#[timed(name = "load", level = "debug", slow = "250ms", fields(id, db.rows = ?rows, token))]
async fn find_user(id: u64, rows: usize, token: Secret<String>) -> Result<User, Error> {
    query(id, rows, token).await
}
"#,
    );
}

#[test]
fn fields_that_are_awaited_stand_in_no_closure() {
    check_attribute(
        "timed_async_awaited",
        r"
#[timed(fields(id, rows = count(id).await))]
async fn find_user(id: u64) {
    query(id).await;
}
",
    );
}

#[test]
fn a_timed_async_function_that_never_returns_says_infallible() {
    check_attribute(
        "timed_async_never",
        r"
#[timed]
async fn serve() -> ! {
    loop {
        accept().await;
    }
}
",
    );
}

#[test]
fn a_traced_handler_is_what_its_documents_show() {
    check_attribute(
        "handler",
        r#"
#[traced_handler(trace_id = request_id, fields(user_id))]
async fn messages(request_id: Option<&str>, user_id: u64) -> Result<String, std::io::Error> {
    Ok(format!("messages of {user_id}"))
}
"#,
    );
}

#[test]
fn what_a_handler_carries_is_evaluated_before_its_id_is_taken() {
    check_attribute(
        "handler_carry",
        r"
#[traced_handler(trace_id = headers, carry(user_id, tenant = %tenant))]
async fn messages(headers: HeaderMap, user_id: u64, tenant: Tenant) {}
",
    );
}

#[test]
fn what_is_carried_late_is_evaluated_inside_a_trace_only() {
    check_late("carry", "carry", "user_id, tenant = %tenant");
}

#[test]
fn a_count_without_an_amount_is_one() {
    check_late(
        "count_request",
        "count_request",
        r#"hits, http.bytes += body.len() + 1, "odd-key" += -2"#,
    );
}

#[test]
fn a_handler_that_blocks_runs_inside_its_request() {
    check_attribute(
        "handler_blocking",
        r"
#[traced_handler]
fn main() -> Result<(), Error> {
    runtime()?.block_on(serve())
}
",
    );
}

#[test]
fn a_traced_handler_stays_async() {
    check_attribute(
        "traced_handler",
        r"
#[traced_handler(trace_id = id_of(&headers), fields(user_id = user), err = debug)]
async fn messages(headers: HeaderMap, Path(user): Path<u64>) -> Result<Json, Failure> {
    Ok(render(fetch(user).await?))
}
",
    );
}

#[test]
fn a_timed_function_with_a_value_becomes_a_closure() {
    check_attribute(
        "timed_sync",
        r"
#[timed]
fn parse(&mut self, text: String) -> Result<&mut Order, Error> {
    self.order = text.parse()?;
    Ok(&mut self.order)
}
",
    );
}

#[test]
fn a_timed_function_without_a_value_gets_a_guard() {
    check_attribute(
        "timed_sync_unit",
        r"
#[timed]
fn refresh(cache: &mut Cache) {
    use std::mem::take;
    drop(take(cache));
}
",
    );
}

#[test]
fn a_timed_function_whose_value_is_no_error_gets_a_guard() {
    check_attribute(
        "timed_sync_value",
        r"
#[timed]
fn names(users: &[User]) -> Vec<&str> {
    users.iter().map(User::name).collect()
}
",
    );
}

#[test]
fn a_type_that_may_be_a_future_is_looked_at() {
    check_attribute(
        "timed_sync_checked",
        r"
#[timed]
fn begin(text: &str) -> Result<Session, Error> {
    Session::parse(text)
}
",
    );
}

#[test]
fn what_a_trait_says_may_be_a_boxed_future() {
    check_attribute(
        "timed_sync_called",
        r"
#[timed]
fn call(&mut self, request: Request) -> Self::Future {
    Box::pin(self.client.send(request))
}
",
    );
}

#[test]
fn a_future_that_is_returned_is_wrapped() {
    check_attribute(
        "timed_impl_future",
        r"
#[timed]
fn fetch(id: u64) -> impl Future<Output = Result<User, Error>> + Send {
    let query = prepare(id);
    async move { query.run().await }
}
",
    );
}

#[test]
fn a_boxed_future_is_wrapped_and_boxed_again() {
    check_attribute(
        "timed_boxed",
        r"
#[timed]
fn fetch<'a>(&'a self, id: u64) -> Pin<Box<dyn Future<Output = Vec<impl User>> + Send + 'a>> {
    Box::pin(async move { self.query(id).await })
}
",
    );
}

#[test]
fn building_a_stream_is_timed_like_any_function() {
    check_attribute(
        "timed_construction",
        r"
#[timed(construction, err = off, crate = ::shop::tracing)]
fn rows(query: Query) -> impl Stream<Item = Row> {
    query.into_stream()
}
",
    );
}

#[test]
fn an_event_formats_its_message_only_when_it_is_written() {
    check_event(
        "event",
        "Info",
        r#"target: "shop", user_id, error = %e, http.route = route, "fetched {n} of {}", total"#,
    );
}

#[test]
fn an_event_has_all_its_values_before_it_encodes_the_first() {
    check_event("event_awaited", "Info", r#"user_id, rows = count().await, "in {} ms", ms"#);
}

#[test]
fn a_macro_stands_for_a_message() {
    check_event("event_by_macro", "Info", r#"rows, concat!("[db] ", "{}"), query"#);
}

#[test]
fn an_event_with_a_constant_message_has_it_in_its_callsite() {
    check_event("event_constant", "Warn", r#"rows = n + 1, "no rows in {{cache}}""#);
}
