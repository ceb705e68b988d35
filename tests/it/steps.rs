//! `steps` on the request line: where the time went, added up by place in the
//! code, in the order in which these first began.

use std::{
    future::pending,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    thread,
    time::Duration,
};

use futures::{
    FutureExt as _, StreamExt as _,
    future::{BoxFuture, join_all},
    stream::FuturesUnordered,
};
use serde_json::{Value, json};
use test_support::{at_once, capture, capture_at, closing, handler, in_time, load, parse, values};
use tokio::{
    sync::oneshot,
    task::{JoinSet, yield_now},
    time::{sleep, timeout},
};
use trace_runtime::{
    __private::{self, Callsite, Cancelled, Facts, Kind, Text},
    Context, InCurrentTrace as _, Level,
    edge::{self, Call},
    spawn, spawn_blocking, step,
    testing::Capture,
    timed, traced_handler,
};

#[timed]
async fn save() {
    yield_now().await;
}

#[timed]
fn check(is_right: bool) -> Result<(), &'static str> {
    if is_right { Ok(()) } else { Err("wrong") }
}

fn panics() {
    panic!("on purpose")
}

/// Returns the steps that the request `handler` tells of.
#[track_caller]
fn steps(capture: &Capture) -> Vec<Value> {
    let request = closing(capture, "handler");
    assert_eq!(request["kind"], "request");
    request.get("steps").map_or_else(Vec::new, |steps| steps.as_array().unwrap().clone())
}

/// Returns these steps without their times: `load 2, check 3 (1 failed)`.
#[track_caller]
fn told(capture: &Capture) -> String {
    let step = |step: &Value| {
        let (name, count) = (step["name"].as_str().unwrap(), &step["count"]);
        let failed = Some(&step["errors"]).filter(|errors| **errors != 0);
        let failed = failed.map(|errors| format!(" ({errors} failed)"));
        let cancelled = step.get("cancelled").map(|cancelled| format!(" ({cancelled} cancelled)"));
        format!("{name} {count}{}{}", failed.unwrap_or_default(), cancelled.unwrap_or_default())
    };
    steps(capture).iter().map(step).collect::<Vec<_>>().join(", ")
}

/// Returns a time as whole nanoseconds.
fn nanos(millis: &Value) -> u64 {
    let text = millis.to_string();
    let (whole, part) = text.split_once('.').unwrap();
    format!("{whole}{part:0<6}").parse().unwrap()
}

#[tokio::test]
async fn each_place_is_told_once_in_the_order_in_which_they_began() {
    let capture = capture();
    let body = async {
        // `load` began first, and ends after all that is in it.
        load(async {
            parse(|| 1);
            save().await;
        })
        .await;
        save().await;
        parse(|| 2);
        parse(|| 3);
    };
    capture.scope(handler(body)).await;
    assert_eq!(told(&capture), "load 1, parse 3, save 2");
}

#[tokio::test]
async fn a_step_is_told_with_these_keys_in_this_order() {
    let capture = capture();
    let body = async {
        parse(|| 1);
        let _ = check(false);
        assert!(load(pending::<()>()).now_or_never().is_none());
    };
    capture.scope(handler(body)).await;
    let line = capture.lines().pop().unwrap();
    assert!(
        test_support::json::masked(&line).ends_with(
            r#","outcome":"ok","duration_ms":0,"steps":[{"name":"parse","count":1,"total_ms":0,"self_ms":0,"max_ms":0,"errors":0},{"name":"check","count":1,"total_ms":0,"self_ms":0,"max_ms":0,"errors":1},{"name":"load","count":1,"total_ms":0,"self_ms":0,"max_ms":0,"errors":0,"cancelled":1}]}"#
        ),
        "{line}"
    );
}

#[tokio::test]
async fn a_request_without_steps_says_nothing_of_them() {
    let capture = capture();
    capture.scope(handler(async {})).await;
    let request = closing(&capture, "handler");
    assert!(request.get("steps").is_none() && request.get("steps_dropped").is_none(), "{request}");
}

#[tokio::test]
async fn times_are_those_of_the_steps_own_lines_to_the_nanosecond() {
    let capture = capture();
    let body = async {
        for ms in [3, 9, 1] {
            load(sleep(Duration::from_millis(ms))).await;
            parse(|| ms);
        }
    };
    capture.scope(handler(body)).await;
    for step in steps(&capture) {
        let lines = values(&capture);
        let of_step = lines.iter().filter(|line| line["name"] == step["name"]);
        let times: Vec<u64> = of_step.map(|line| nanos(&line["duration_ms"])).collect();
        assert_eq!(times.len(), 3);
        assert_eq!(nanos(&step["total_ms"]), times.iter().sum::<u64>());
        assert_eq!(Some(nanos(&step["max_ms"])), times.iter().max().copied());
    }
    assert!(nanos(&steps(&capture)[0]["max_ms"]) >= 9_000_000);
}

#[tokio::test]
async fn errors_and_panics_are_errors_and_what_was_cancelled_is_told_beside_them() {
    let capture = capture();
    let body = async {
        for is_right in [true, false, false] {
            let _ = check(is_right);
        }
        catch_unwind(|| step!("sync", { panics() })).unwrap_err();
        // Not in the step, but after it.
        catch_unwind(|| parse(|| panics)()).unwrap_err();
        let panics = load(async { panic!("on purpose") });
        AssertUnwindSafe(panics).catch_unwind().await.unwrap_err();
        assert!(load(pending::<()>()).now_or_never().is_none());
        assert!(save().now_or_never().is_none());
    };
    capture.scope(handler(body)).await;
    assert_eq!(
        told(&capture),
        "check 3 (2 failed), sync 1 (1 failed), parse 1, load 2 (1 failed) (1 cancelled), \
         save 1 (1 cancelled)"
    );
}

#[tokio::test]
async fn steps_of_all_forms_count() {
    #[timed]
    fn boxed() -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(async {})
    }
    #[timed]
    fn returned() -> impl Future<Output = ()> {
        async {}
    }
    #[timed]
    fn nothing() {}
    struct Service;
    #[async_trait::async_trait]
    trait Calls {
        async fn call(&self);
    }
    #[async_trait::async_trait]
    impl Calls for Service {
        #[timed]
        async fn call(&self) {}
    }
    let capture = capture();
    let body = async {
        boxed().await;
        returned().await;
        nothing();
        Service.call().await;
        step!("block", {});
        step!("future", async {}).await;
        step!("stream", stream = futures::stream::iter(0..3)).count().await;
    };
    capture.scope(handler(body)).await;
    assert_eq!(
        told(&capture),
        "boxed 1, returned 1, nothing 1, call 1, block 1, future 1, stream 1"
    );
}

#[tokio::test]
async fn a_generic_function_is_one_place_and_two_places_of_one_name_are_two() {
    let capture = capture();
    let body = async {
        parse(|| 1_u8);
        parse(|| "text");
        step!("same", {});
        step!("same", {});
    };
    capture.scope(handler(body)).await;
    assert_eq!(told(&capture), "parse 2, same 1, same 1");
}

#[tokio::test]
async fn a_step_that_calls_itself_counts_each_call() {
    #[timed]
    fn countdown(from: u32) {
        if from > 1 {
            countdown(from - 1);
        }
    }
    let capture = capture();
    capture.scope(handler(async { countdown(100) })).await;
    assert_eq!(told(&capture), "countdown 100");
    let lines = values(&capture);
    let (step, outermost) = (&steps(&capture)[0], &lines[99]["duration_ms"]);
    for time in ["total_ms", "self_ms", "max_ms"] {
        assert_eq!(&step[time], outermost, "{step}");
    }
}

/// By way of another step, of a task, and of a thread: none is counted twice.
#[tokio::test]
async fn the_time_of_a_step_within_itself_is_that_of_the_outermost_call() {
    fn outer(depth: u32) -> BoxFuture<'static, ()> {
        async move {
            step!("inner", async {
                match depth {
                    0 => sleep(Duration::from_millis(2)).await,
                    1 => spawn(outer(0)).await.unwrap(),
                    _ => outer(depth - 1).await,
                }
            })
            .await;
        }
        .boxed()
    }
    let capture = capture();
    capture.scope(handler(outer(3))).await;
    assert_eq!(told(&capture), "inner 4");
    let (step, lines) = (&steps(&capture)[0], values(&capture));
    assert_eq!(step["total_ms"], lines[3]["duration_ms"]);
}

#[tokio::test]
async fn calls_beside_each_other_are_not_within_each_other() {
    let capture = capture();
    let slow = || load(sleep(Duration::from_millis(5)));
    let body = async {
        tokio::join!(slow(), slow());
    };
    capture.scope(handler(body)).await;
    assert!(nanos(&steps(&capture)[0]["total_ms"]) >= 10_000_000);
}

/// Of steps that run at the same time, the time when any of them is open.
#[tokio::test]
async fn what_a_step_takes_itself_is_the_time_when_none_inside_it_is_open() {
    let capture = capture();
    let body = load(async {
        tokio::join!(save(), step!("long", async { sleep(Duration::from_millis(20)).await }));
        sleep(Duration::from_millis(5)).await;
    });
    capture.scope(handler(body)).await;
    let load = &steps(&capture)[0];
    let (total, own) = (nanos(&load["total_ms"]), nanos(&load["self_ms"]));
    assert!(own >= 5_000_000 && own + 20_000_000 <= total, "{load}");
}

#[tokio::test]
async fn a_step_that_outlives_the_one_it_began_in_leaves_it_what_was_before() {
    let capture = capture();
    let body = async {
        let mut begun = None;
        load(async {
            sleep(Duration::from_millis(5)).await;
            let mut inside = Box::pin(step!("inside", pending::<()>()));
            assert!(inside.as_mut().now_or_never().is_none());
            begun = Some(inside);
            sleep(Duration::from_millis(20)).await;
        })
        .await;
    };
    capture.scope(handler(body)).await;
    let load = &steps(&capture)[0];
    let (total, own) = (nanos(&load["total_ms"]), nanos(&load["self_ms"]));
    assert!(own >= 5_000_000 && own + 20_000_000 <= total, "{load}");
}

/// Wherever it is polled, if at all, and what else runs until then.
#[tokio::test]
async fn a_call_to_another_service_is_inside_its_step_from_when_it_is_opened() {
    for is_polled in [false, true] {
        let capture = capture();
        let body = load(async move {
            let callsite = edge::callsite!(call "http_call", target: "my_edge");
            let mut call = Call::open(callsite, "GET", None);
            save().await;
            if is_polled {
                call.enter(|| ());
            }
            call.end();
        });
        capture.scope(handler(body)).await;
        let steps = steps(&capture);
        let [load, call] = [0, 1].map(|nth| nanos(&steps[nth]["total_ms"]));
        assert_eq!(nanos(&steps[0]["self_ms"]), load - call, "{steps:?}");
    }
}

#[tokio::test]
async fn a_handler_inside_a_handler_counts_as_a_step() {
    #[traced_handler]
    async fn inner() -> Result<(), &'static str> {
        check(false)
    }
    let capture = capture();
    capture.scope(handler(inner())).await.unwrap_err();
    assert_eq!(told(&capture), "inner 1 (1 failed), check 1 (1 failed)");
    assert!(closing(&capture, "inner").get("steps").is_none());
}

#[tokio::test]
async fn concurrent_steps_of_one_task_all_count() {
    let capture = capture();
    let body = async {
        tokio::join!(load(yield_now()), save(), load(save()));
        join_all([save(), save()]).await;
        let unordered: FuturesUnordered<_> = (0..10).map(|_| load(yield_now())).collect();
        unordered.count().await;
        futures::stream::iter(0..10).for_each_concurrent(3, |_| save()).await;
        tokio::select! {
            biased;
            () = load(pending()) => {}
            () = save() => {}
        }
    };
    capture.scope(handler(body)).await;
    assert_eq!(told(&capture), "load 13 (1 cancelled), save 15");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn steps_of_spawned_tasks_and_threads_count() {
    let capture = capture();
    let body = async {
        let tasks: Vec<_> = (0..50).map(|_| spawn(save())).collect();
        join_all(tasks).await;
        let mut set = JoinSet::new();
        for _ in 0..50 {
            set.spawn(load(async { parse(|| 1) }).in_current_trace());
        }
        set.join_all().await;
        spawn_blocking(|| parse(|| 2)).await.unwrap();
        let here = Context::current();
        thread::spawn(move || here.run(|| check(false))).join().unwrap().unwrap_err();
    };
    capture.scope(handler(body)).await;
    assert_eq!(told(&capture), "save 50, load 50, parse 51, check 1 (1 failed)");
}

#[tokio::test]
async fn steps_of_a_plain_spawn_or_of_no_trace_do_not_count() {
    let capture = capture();
    let body = async {
        tokio::spawn(save()).await.unwrap();
        Context::none().scope(save()).await;
        Context::none().run(|| parse(|| 1));
    };
    capture.scope(handler(body)).await;
    assert_eq!(told(&capture), "");
}

#[tokio::test]
async fn a_step_counts_in_the_request_in_which_it_began() {
    #[traced_handler]
    async fn other<F: Future>(body: F) -> F::Output {
        body.await
    }
    let capture = capture();
    let body = async {
        let mut begun = Box::pin(load(yield_now()));
        assert!(begun.as_mut().now_or_never().is_none());
        Context::none().scope(other(begun)).await;
    };
    capture.scope(handler(body)).await;
    assert_eq!(told(&capture), "load 1");
    assert!(closing(&capture, "other").get("steps").is_none());
}

#[tokio::test]
async fn a_step_that_never_ends_counts_when_its_request_is_cancelled() {
    let capture = capture();
    let body = load(async {
        parse(|| 1);
        pending::<()>().await;
    });
    timeout(Duration::from_millis(5), capture.scope(handler(body))).await.unwrap_err();
    assert_eq!(closing(&capture, "handler")["outcome"], "cancelled");
    assert_eq!(told(&capture), "load 1 (1 cancelled), parse 1");
}

#[tokio::test]
async fn a_step_that_outlives_its_request_does_not_count_and_has_its_line() {
    let capture = capture();
    let (go, gone) = oneshot::channel::<()>();
    let mut task = None;
    let body = async {
        task = Some(spawn(load(async {
            gone.await.unwrap();
            save().await;
        })));
        // It has begun when the request ends.
        yield_now().await;
        save().await;
    };
    capture.scope(handler(body)).await;
    assert_eq!(told(&capture), "save 1");
    go.send(()).unwrap();
    in_time(task.unwrap()).await.unwrap();
    let [_, request, save, load] = values(&capture).try_into().unwrap();
    assert_eq!((&save["name"], &load["name"]), (&json!("save"), &json!("load")));
    assert_eq!(load["trace_id"], request["trace_id"]);
    assert_eq!(load["parent_span_id"], request["span_id"]);
}

#[test]
fn a_step_that_is_forgotten_does_not_count() {
    let capture = capture();
    let body = async {
        let mut begun = Box::pin(load(pending::<()>()));
        assert!(begun.as_mut().now_or_never().is_none());
        std::mem::forget(begun);
    };
    at_once(capture.scope(handler(body)));
    assert_eq!(told(&capture), "");
}

#[tokio::test]
async fn steps_count_whose_own_line_is_filtered_out() {
    #[timed(level = "trace")]
    async fn quiet() {}
    #[timed(target = "elsewhere")]
    fn elsewhere() -> Result<(), &'static str> {
        Err("no")
    }
    let capture = capture_at("info,elsewhere=off");
    let body = async {
        quiet().await;
        elsewhere().unwrap_err();
        step!("block", level = "debug", {});
        save().await;
    };
    capture.scope(handler(body)).await;
    assert_eq!(capture.tree(), "handler ok\n  save ok\n");
    assert_eq!(told(&capture), "quiet 1, elsewhere 1 (1 failed), block 1, save 1");
}

#[tokio::test]
async fn a_request_line_that_is_left_alone_still_tells_of_all_steps() {
    #[traced_handler(level = "error", name = "handler")]
    async fn important<F: Future>(body: F) -> F::Output {
        body.await
    }
    let capture = capture_at("error");
    capture.scope(important(load(save()))).await;
    assert_eq!(capture.lines().len(), 1);
    assert_eq!(told(&capture), "load 1, save 1");
}

/// A place in the code made at run time: as many as one wants.
fn place(name: &str) -> &'static Callsite {
    Box::leak(Box::new(Callsite::new(Facts {
        kind: Kind::Step,
        level: Level::Info,
        target: "it::steps",
        name: "",
        file: file!(),
        line: line!(),
        slow: None,
        cancelled: Cancelled::Unusual,
        text: Text {
            target: r#","target":"it::steps""#,
            name: Box::leak(format!(r#","name":"{name}""#).into_boxed_str()),
            message: None,
            keys: &[],
        },
    })))
}

/// Returns how many steps are told of, and how many are said to be left out.
#[track_caller]
fn counted(capture: &Capture) -> (u64, u64) {
    let told = steps(capture).iter().map(|step| step["count"].as_u64().unwrap()).sum();
    let dropped = closing(capture, "handler").get("steps_dropped").map_or(0, as_count);
    (told, dropped)
}

fn as_count(value: &Value) -> u64 {
    value.as_u64().unwrap()
}

fn runs(places: &[&'static Callsite]) {
    for place in places {
        __private::run(*place, || (), __private::succeeded);
    }
}

#[tokio::test]
async fn of_10_000_places_32_are_told_and_all_are_counted() {
    let capture = capture();
    let places: Vec<_> = (0..10_000).map(|n| place(&format!("step-{n}"))).collect();
    let body = load(async {
        runs(&places);
        runs(&places);
    });
    capture.scope(handler(body)).await;
    let steps = steps(&capture);
    assert_eq!(steps.len(), 32);
    // What holds them all ends after them all, and is not the one left out.
    assert_eq!((&steps[0]["name"], &steps[0]["count"]), (&json!("load"), &json!(1)));
    for (n, step) in steps[1..].iter().enumerate() {
        assert_eq!((&step["name"], &step["count"]), (&json!(format!("step-{n}")), &json!(2)));
    }
    assert_eq!(counted(&capture), (1 + 31 * 2, 20_001 - (1 + 31 * 2)));
}

#[tokio::test]
async fn steps_left_out_are_counted_one_by_one() {
    for (kinds, times, expected) in
        [(32, 1, (32, 0)), (32, 9, (288, 0)), (33, 1, (32, 1)), (40, 3, (96, 24))]
    {
        let capture = capture();
        let places: Vec<_> = (0..kinds).map(|n| place(&format!("s{n}"))).collect();
        let body = async { (0..times).for_each(|_| runs(&places)) };
        capture.scope(handler(body)).await;
        assert_eq!(counted(&capture), expected, "{kinds} kinds, {times} times");
    }
}

#[tokio::test]
async fn steps_take_at_most_3_584_bytes_of_the_line() {
    for length in [1, 30, 100, 200] {
        let capture = capture();
        let places: Vec<_> =
            (10..42).map(|n| place(&format!("{n}{}", "x".repeat(length)))).collect();
        capture.scope(handler(async { runs(&places) })).await;
        let line = capture.lines().pop().unwrap();
        let (_, from) = line.split_once(r#","steps":["#).unwrap();
        let taken = r#","steps":["#.len() + from.find(']').unwrap() + 1;
        assert!(taken <= 3_584, "{taken} bytes");
        let (told, dropped) = counted(&capture);
        assert_eq!(told + dropped, 32, "{length}");
        // No room is left for one more.
        let each = taken / usize::try_from(told).unwrap();
        assert!(dropped == 0 || taken + each + 10 > 3_584, "{length}: {taken} bytes");
        assert!(!line.contains("truncated"), "what is left out is counted: {line}");
    }
}

/// tokio's clock is one for tests; how long something took is not made up.
#[tokio::test(start_paused = true)]
async fn times_are_real_under_a_paused_clock() {
    let capture = capture();
    capture.scope(handler(load(sleep(Duration::from_hours(1))))).await;
    assert!(nanos(&steps(&capture)[0]["total_ms"]) < 600_000_000_000);
}

#[timed]
fn read() {
    thread::sleep(Duration::from_millis(2));
}

#[timed]
async fn by_blocking() {
    spawn_blocking(read).await.unwrap();
}

#[timed]
async fn by_tasks() {
    let tasks = [spawn(async { read() }), spawn(async { read() })];
    join_all(tasks).await;
}

#[timed]
async fn by_threads() {
    let here = Context::current();
    thread::scope(|scope| {
        scope.spawn(|| here.run(read));
        scope.spawn(|| here.run(read));
    });
}

#[traced_handler]
async fn waits_for_others() {
    by_blocking().await;
    by_tasks().await;
    by_threads().await;
    spawn_blocking(read).await.unwrap();
}

/// A step waits for what it gave to another task or thread: that is the other's
/// time, not its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_runs_on_other_threads_is_no_time_of_the_step_that_waits() {
    let capture = Capture::new();
    capture.scope(waits_for_others()).await;
    let lines = capture.values();
    let request = lines.last().unwrap();
    for name in ["by_blocking", "by_tasks", "by_threads"] {
        let steps = request["steps"].as_array().unwrap();
        let step = steps.iter().find(|step| step["name"] == name).unwrap();
        let of_it = lines.iter().find(|line| line["name"] == name).unwrap();
        let longest = lines.iter().filter(|line| line["parent_span_id"] == of_it["span_id"]);
        let longest = longest.map(|line| line["duration_ms"].as_f64().unwrap()).fold(0.0, f64::max);
        let [own, total] = ["self_ms", "total_ms"].map(|key| step[key].as_f64().unwrap());
        assert!(longest >= 2.0, "{name}: {lines:#?}");
        // Counters of two processors may differ a little.
        assert!(own + longest <= total + 0.01, "{name}: {request}");
    }
}
