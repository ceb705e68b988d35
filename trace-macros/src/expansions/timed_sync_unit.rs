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
    let __ = ::trace_runtime::__private::enter(
        ::trace_runtime::__private::callsite!(step, target : module, name : "refresh"),
    );
    drop(take(cache));
}
