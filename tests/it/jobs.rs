//! Work that is no request, and work that a request left behind.

use std::{future::pending, time::Duration};

use futures::FutureExt as _;
use serde_json::Value;
use test_support::{capture, capture_at, closing, in_time, only, values};
use tokio::{sync::oneshot, task::JoinHandle, time::sleep};
use trace_runtime::{Context, spawn, spawn_blocking, testing::Capture, timed, traced_handler};

#[traced_handler(trace_id = "request-1")]
async fn handler<F: Future>(body: F) -> F::Output {
    body.await
}

#[traced_handler(kind = "job", fields(batch))]
async fn sweep<F: Future>(batch: u32, body: F) -> F::Output {
    body.await
}

#[timed]
async fn step<F: Future>(body: F) -> F::Output {
    body.await
}

#[timed]
fn sync_step() {}

#[tokio::test]
async fn a_job_outside_any_trace_has_a_summary_line_of_its_own() {
    let capture = capture();
    capture.scope(sweep(7, async { sync_step() })).await;
    let line = closing(&capture, "sweep");
    assert_eq!((&line["kind"], &line["message"]), (&"job".into(), &"Job finished".into()));
    assert_eq!((&line["outcome"], &line["level"]), (&"ok".into(), &"INFO".into()));
    assert_eq!((&line["batch"], &line["steps"][0]["name"]), (&7.into(), &"sync_step".into()));
    assert_eq!(line["trace_id"], values(&capture)[0]["trace_id"]);
    assert!(line.get("parent_span_id").is_none(), "{line}");
}

#[tokio::test]
async fn the_levels_of_a_job_are_those_of_a_request() {
    #[traced_handler(kind = "job")]
    async fn fails() -> Result<(), &'static str> {
        Err("no")
    }
    #[traced_handler(kind = "job", slow = "1ms")]
    async fn slow() {
        sleep(Duration::from_millis(2)).await;
    }
    #[traced_handler(kind = "job")]
    async fn cut_off() {
        pending::<()>().await;
    }
    let capture = capture();
    capture.scope(fails()).await.unwrap_err();
    capture.scope(slow()).await;
    assert!(capture.scope(cut_off()).now_or_never().is_none());
    let levels: Vec<_> = values(&capture).iter().map(|line| line["level"].clone()).collect();
    assert_eq!(levels, ["ERROR", "WARN", "WARN"]);
}

#[tokio::test]
async fn a_handler_may_say_that_it_is_a_request() {
    #[traced_handler(kind = "request")]
    async fn get_user() {}
    let capture = capture();
    capture.scope(get_user()).await;
    assert_eq!(only(&capture)["kind"], "request");
}

#[tokio::test]
async fn a_job_inside_an_open_request_is_a_step_of_it() {
    let capture = capture();
    capture.scope(handler(sweep(7, async {}))).await;
    let line = closing(&capture, "sweep");
    assert_eq!((&line["kind"], &line["message"]), (&"step".into(), &"Step finished".into()));
    assert_eq!(closing(&capture, "handler")["steps"][0]["name"], "sweep");
}

#[tokio::test]
async fn a_job_is_found_by_an_assertion_and_holds_its_steps_in_the_tree() {
    let capture = capture_at("info,it::jobs=warn");
    capture.scope(sweep(7, async {})).await;
    assert_eq!(capture.tree(), "");
    let capture = Capture::new();
    capture.scope(sweep(7, step(async { sync_step() }))).await;
    assert_eq!(capture.tree(), "sweep ok\n  step ok\n    sync_step ok\n");
    capture.assert_request("sweep").outcome("ok").field("kind", "job").has_step("sync_step");
}

/// Runs a request that leaves work behind, which goes on when it has ended.
async fn left_behind<F>(capture: &Capture, left: F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let (go, gone) = oneshot::channel::<()>();
    let mut task: Option<JoinHandle<()>> = None;
    let body = step(async {
        task = Some(spawn(async {
            gone.await.unwrap();
            left.await;
        }));
    });
    capture.scope(handler(body)).await;
    go.send(()).unwrap();
    in_time(task.unwrap()).await.unwrap();
}

#[track_caller]
fn line(capture: &Capture, name: &str) -> Value {
    closing(capture, name)
}

#[tokio::test]
async fn a_handler_that_a_request_left_behind_goes_on_with_its_id() {
    #[traced_handler]
    async fn reindex() {
        sync_step();
    }
    let capture = capture();
    left_behind(&capture, reindex()).await;
    let (request, reindex) = (line(&capture, "handler"), line(&capture, "reindex"));
    assert_eq!((&reindex["kind"], &reindex["trace_id"]), (&"request".into(), &"request-1".into()));
    assert_ne!(reindex["span_id"], request["span_id"]);
    assert_eq!(reindex["parent_span_id"], line(&capture, "step")["span_id"]);
    assert_eq!(reindex["steps"][0]["name"], "sync_step");
    assert_eq!(capture.tree(), "handler ok\n  step ok\n    reindex ok\n      sync_step ok\n");
}

#[tokio::test]
async fn a_job_that_a_request_left_behind_goes_on_with_its_id() {
    let capture = capture();
    left_behind(&capture, sweep(7, spawn(async { sync_step() }).map(Result::unwrap))).await;
    let sweep = line(&capture, "sweep");
    assert_eq!((&sweep["kind"], &sweep["trace_id"]), (&"job".into(), &"request-1".into()));
    assert_eq!(sweep["parent_span_id"], line(&capture, "step")["span_id"]);
}

#[tokio::test]
async fn a_job_in_a_job_that_was_left_behind_is_a_step_of_that() {
    let capture = capture();
    left_behind(&capture, sweep(1, handler(async {}))).await;
    let kinds: Vec<_> = values(&capture).into_iter().map(|line| line["kind"].clone()).collect();
    assert_eq!(kinds, ["step", "request", "step", "job"]);
}

#[tokio::test]
async fn each_of_two_jobs_left_behind_has_its_line_and_its_steps() {
    let capture = capture();
    let both = async {
        sweep(1, async { sync_step() }).await;
        sweep(2, async {}).await;
    };
    left_behind(&capture, both).await;
    let lines = values(&capture);
    let sweeps: Vec<_> = lines.iter().filter(|line| line["name"] == "sweep").collect();
    assert!(sweeps.iter().all(|line| line["trace_id"] == "request-1"));
    assert_ne!(sweeps[0]["span_id"], sweeps[1]["span_id"]);
    assert!(sweeps[0].get("steps").is_some() && sweeps[1].get("steps").is_none());
}

/// An id that is given is used.
#[tokio::test]
async fn a_handler_left_behind_takes_an_id_that_it_is_given() {
    #[traced_handler(kind = "job", trace_id = id)]
    async fn import(id: &'static str) {}
    let capture = capture();
    left_behind(&capture, import("import-7")).await;
    let import_7 = line(&capture, "import");
    assert_eq!(import_7["trace_id"], "import-7");
    assert!(import_7.get("parent_span_id").is_none(), "{import_7}");
    let capture = test_support::capture();
    left_behind(&capture, import("not acceptable")).await;
    let refused = line(&capture, "import");
    assert_eq!(refused["trace_id"], "request-1");
    assert_eq!(refused["request_id_rejected"], "charset");
}

#[tokio::test]
async fn steps_outside_any_trace_belong_together_by_their_spans() {
    let capture = capture();
    let body = step(async {
        sync_step();
        trace_runtime::info!("inside");
        step(async {}).await;
    });
    capture.scope(body).await;
    assert_eq!(capture.tree(), "step ok\n  sync_step ok\n  \"inside\"\n  step ok\n");
    let lines = values(&capture);
    assert!(lines.iter().all(|line| line["span_id"].is_string()), "{lines:?}");
    assert!(lines.iter().all(|line| line.get("trace_id").is_none()), "{lines:?}");
    assert!(lines[3].get("parent_span_id").is_none(), "{}", lines[3]);
}

#[tokio::test]
async fn steps_outside_any_trace_take_their_spans_along() {
    let capture = capture();
    let body = step(async {
        spawn(step(async {})).await.unwrap();
        spawn_blocking(sync_step).await.unwrap();
        let here = Context::current();
        here.scope(step(async {})).await;
    });
    capture.scope(body).await;
    assert_eq!(capture.tree(), "step ok\n  step ok\n  sync_step ok\n  step ok\n");
}
