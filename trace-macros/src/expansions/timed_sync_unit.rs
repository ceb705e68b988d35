// Input:
//
// #[timed]
// fn refresh(cache: &mut Cache) {
//     use std::mem::take;
//     drop(take(cache));
// }

// Output:

fn refresh(cache: &mut Cache) {
    use std::mem::take;
    let __tr_guard = ::trace_runtime::__private::enter(
        ::trace_runtime::__private::callsite!(step, target : module, name : "refresh"),
    );
    drop(take(cache));
}
