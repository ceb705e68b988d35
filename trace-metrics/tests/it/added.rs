//! Numbers of others on the same page.

use trace_metrics::{Family, Metrics, Samples};

use super::{lines, number};

#[test]
fn a_counter_and_a_gauge_of_a_service_are_on_the_page() {
    let metrics = Metrics::new();
    metrics.add(Family::counter("mails_total", "Mails sent."), |it| it.push(&[], 3.0)).unwrap();
    let pool = Family::gauge("pool_size", "Open.\nAll of them.").labels(["pool"]);
    metrics.add(pool, |it| it.push(&["a\"b\\c\nd\u{2028}"], 0.5)).unwrap();
    let page = metrics.render();
    assert!(
        page.contains(
            "# HELP mails_total Mails sent.\n# TYPE mails_total counter\nmails_total 3\n"
        )
    );
    assert!(page.contains("# HELP pool_size Open.\\nAll of them.\n# TYPE pool_size gauge\n"));
    assert!(page.contains("pool_size{pool=\"a\\\"b\\\\c\\nd\u{2028}\"} 0.5\n"));
    let open = metrics.render_openmetrics();
    assert!(open.contains("# TYPE mails counter\nmails_total 3\n"), "{open}");
}

#[test]
fn names_and_labels_that_would_break_the_page_are_refused() {
    let metrics = Metrics::new();
    metrics.add(Family::gauge("pool_size", ""), |_| ()).unwrap();
    for name in [
        "pool-size",
        "1st",
        "",
        "a b",
        "ü",
        "pool_size",
        "pool_size_total",
        "trace_lines_total",
        "http_server_active_requests",
        "process_cpu_seconds",
        "target_info",
    ] {
        assert!(metrics.add(Family::gauge(name, ""), |_| ()).is_err(), "{name}");
    }
    for labels in [&["le"][..], &["quantile"], &["__x"], &["a-b"], &["a", "a"], &[""], &["a:b"]] {
        let family = Family::gauge("other", "").labels(labels.iter().copied());
        assert!(metrics.add(family, |_| ()).is_err(), "{labels:?}");
    }
    assert_eq!(lines(&metrics.render(), "# TYPE pool_size").len(), 1);
}

#[test]
fn numbers_that_do_not_fit_are_left_out_and_a_panic_empties_the_family_alone() {
    let metrics = Metrics::new();
    let pool = Family::gauge("pool", "").labels(["name"]);
    metrics
        .add(pool, |samples| {
            samples.push(&[], 1.0);
            samples.push(&["a", "b"], 1.0);
            samples.push(&["a"], 2.0);
            samples.push(&["a"], 3.0);
        })
        .unwrap();
    metrics.add(Family::gauge("broken", ""), |_| panic!("on purpose")).unwrap();
    let page = metrics.render();
    assert_eq!(number(&page, "pool{"), 2.0);
    assert_eq!(lines(&page, "broken"), [""; 0]);
    assert_eq!(lines(&page, "# TYPE broken").len(), 1);
}

#[test]
fn what_no_counter_can_be_is_left_out() {
    let metrics = Metrics::new();
    let mails = Family::counter("mails", "").labels(["of"]);
    let read = |samples: &mut Samples<'_>| {
        samples.push(&["a"], f64::NAN);
        samples.push(&["b"], -1.0);
        samples.push(&["c"], 0.0);
        samples.push(&["d"], f64::INFINITY);
    };
    metrics.add(mails, read).unwrap();
    let expected = ["mails_total{of=\"c\"} 0", "mails_total{of=\"d\"} +Inf"];
    assert_eq!(lines(&metrics.render_openmetrics(), "mails_total"), expected);
}

#[test]
fn what_reads_numbers_may_use_the_metrics_itself() {
    let metrics = Metrics::new();
    let same = metrics.clone();
    let read = move |samples: &mut Samples<'_>| {
        let page = same.render();
        assert_eq!(lines(&page, "pages"), [""; 0]);
        let _ = same.add(Family::gauge("late", ""), |samples| samples.push(&[], 7.0));
        samples.push(&[], 1.0);
    };
    metrics.add(Family::gauge("pages", ""), read).unwrap();
    assert_eq!(number(&metrics.render(), "pages "), 1.0);
    let page = metrics.render();
    assert_eq!((number(&page, "pages "), number(&page, "late ")), (1.0, 7.0));
}

#[test]
fn the_table_of_names_is_that_of_the_page() {
    let page = Metrics::new().render_openmetrics();
    for family in page.lines().filter_map(|line| line.strip_prefix("# TYPE ")) {
        let name = family.split(' ').next().unwrap();
        let taken = Metrics::new().add(Family::gauge(name, ""), |_| ());
        assert!(taken.is_err(), "{name}");
    }
}
