//! The page, in a real browser where there is one.

use std::{fs, path::Path, process::Command};

use crate::{
    browser::Browser,
    support::{folder, trace},
};

/// Returns what a browser has made of a page, and what it complained of.
/// `None` if there is no browser.
fn opened(page: &Path, link: &str, style: &str) -> Option<(String, String)> {
    let browsers = ["chromium", "chromium-browser", "google-chrome"];
    let has = |name: &&&str| Command::new(name).arg("--version").output().is_ok();
    let Some(browser) = browsers.iter().find(has) else {
        println!("skipped: there is no Chromium");
        return None;
    };
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"])
        .args(["--virtual-time-budget=20000", "--enable-logging=stderr", "--window-size=1400,900"])
        .arg(format!("--blink-settings=preferredColorScheme={style}"))
        .arg(format!("--user-data-dir={}", page.with_extension("profile").display()))
        .arg(format!("file://{}{link}", page.display()))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let said = said.lines().filter(|line| line.contains("CONSOLE")).collect::<Vec<_>>().join("\n");
    Some((String::from_utf8_lossy(&output.stdout).into_owned(), said))
}

fn made(name: &str, command: &str) -> std::path::PathBuf {
    let page = folder(name).join("page.html");
    let ran = trace(&format!("html {command} -o {}", page.display()));
    assert_eq!(ran.stderr, "", "{command}");
    page
}

#[test]
fn the_page_lists_requests_and_shows_the_one_of_the_link() {
    let page = made("page", "plain.jsonl outcomes.jsonl clock-skew/shop.jsonl");
    for style in ["0", "1"] {
        let Some((dom, said)) = opened(&page, "#64e99f3c", style) else { return };
        assert_eq!(said, "");
        assert!(dom.contains("data-ready=\"1\""), "{dom}");
        assert!(dom.contains("11 of 11 requests, 2026-11-27 10:00:00 to 10:00:02 UTC"), "{dom}");
        assert_eq!(dom.matches("<button type=\"button\" tabindex=\"-1\"").count(), 11);
        assert_eq!(dom.matches("tabindex=\"-1\" aria-current=\"true\"").count(), 1);
        for text in [
            "POST /orders",
            "60.032 ms",
            "send_receipt",
            "! mail server: 4.2.1 try again",
            "90.200",
        ] {
            assert!(dom.contains(text), "no {text}: {dom}");
        }
    }
}

#[test]
fn hostile_texts_are_texts() {
    let page = made("hostile-page", "hostile-text.jsonl");
    let text = fs::read_to_string(&page).unwrap();
    // The data are base64: not even a quote of the log is in the page.
    assert_eq!(text.matches("<script").count(), 2);
    assert!(!text.contains("onerror") && !text.contains("</script><img"));
    let Some((dom, said)) = opened(&page, "", "1") else { return };
    assert_eq!(said, "");
    assert!(dom.contains("&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;"), "{dom}");
    assert!(!dom.contains("<img"));
    assert!(dom.contains("load\\u{202e}redro\\u{202c}"), "{dom}");
}

#[test]
fn a_page_without_requests_says_so() {
    let empty = folder("empty-page").join("log");
    fs::write(&empty, "").unwrap();
    let page = empty.with_file_name("page.html");
    let ran = trace(&format!("html {} -o {}", empty.display(), page.display()));
    assert_eq!(ran.code, 1);
    let Some((dom, said)) = opened(&page, "", "1") else { return };
    assert_eq!(said, "");
    assert!(dom.contains("0 of 0 requests"), "{dom}");
}

#[test]
fn of_many_requests_few_rows_are_in_the_document() {
    let many = folder("many-page").join("log.jsonl");
    let plain = fs::read_to_string(crate::support::cases().join("plain.jsonl")).unwrap();
    let one = |number: u32| {
        plain
            .replace("968fc382", &format!("{number:08x}"))
            .replace("f2bcfa9e", &format!("f{number:07x}"))
    };
    fs::write(&many, (1..3_000).map(one).collect::<String>()).unwrap();
    let page = many.with_file_name("page.html");
    let limited = trace(&format!("html --limit 4000 {} -o {}", many.display(), page.display()));
    assert_eq!((limited.code, &*limited.stderr), (0, ""));
    let Some((dom, said)) = opened(&page, "", "1") else { return };
    assert_eq!(said, "");
    let about =
        "4,000 of 4,000 requests; the log holds 5,998: all that failed or were slow, and a sample";
    assert!(dom.contains(about), "{}", &dom[..3_000]);
    assert!(dom.matches("<button type=\"button\" tabindex=\"-1\"").count() < 60);
}

#[test]
fn the_page_is_small_and_names_no_other_place() {
    let page = fs::read_to_string(made("small-page", "plain.jsonl")).unwrap();
    let data = page.split("id=\"data\">").nth(1).unwrap().split('<').next().unwrap();
    assert!(page.len() - data.len() < 60_000, "{}", page.len());
    for word in ["http://", "https://", "src=", "href=", "@import", "url("] {
        assert!(!page.contains(word), "{word}");
    }
    assert!(page.contains("default-src 'none'; script-src 'sha256-"));
}

const CHOSEN: &str = "document.querySelector('#rows [aria-current] .id').textContent";
const ABOUT: &str = "document.getElementById('about').textContent";

#[test]
fn the_page_is_used_with_the_keyboard_alone() {
    let page = made("keys", "plain.jsonl outcomes.jsonl");
    let Some(mut browser) = Browser::open(&page, "") else { return };
    let first = browser.get(CHOSEN);
    browser.press("j");
    browser.press("j");
    assert_ne!(browser.get(CHOSEN), first);
    browser.press("k");
    browser.press("k");
    assert_eq!(browser.get(CHOSEN), first);
    browser.press("/");
    assert_eq!(browser.get("document.activeElement.id"), "text");
    for letter in "sweep".chars() {
        browser.press(&letter.to_string());
    }
    assert!(browser.get(ABOUT).as_str().unwrap().starts_with("1 of 8 requests"));
    browser.press("Enter");
    assert_eq!(browser.get(CHOSEN), "f5394a7c");
    assert_eq!(browser.get("location.hash.slice(0, 9)"), "#f5394a7c");
    assert!(browser.get("document.title").as_str().unwrap().starts_with("f5394a7c job sweep"));
    browser.press("/");
    browser.press("Escape");
    assert!(browser.get(ABOUT).as_str().unwrap().starts_with("8 of 8 requests"));
    browser.press("?");
    assert_eq!(browser.get("document.querySelector('dialog').open"), true);
    browser.press("Escape");
    browser.wait("document.querySelector('dialog') === null");
    browser.get("location.hash = '#8f7d638b'");
    browser.wait("document.querySelector('h1').textContent.startsWith('GET /report')");
    assert_eq!(browser.heard, [""; 0]);
}

#[test]
fn requests_are_chosen_by_outcome_time_id_and_order() {
    let page = made("chosen-page", "plain.jsonl outcomes.jsonl");
    let Some(mut browser) = Browser::open(&page, "") else { return };
    let mut shown = |id: &str, value: &str, kind: &str| {
        let set = format!(
            "{{const it = document.getElementById('{id}'); it.value = '{value}'; it.dispatchEvent(new Event('{kind}'))}}"
        );
        browser.get(&set);
        let rows =
            "Array.from(document.querySelectorAll('#rows .id'), (it) => it.textContent).join(' ')";
        browser.get(rows).as_str().unwrap().to_owned()
    };
    assert_eq!(shown("outcome", "failed", "change"), "5ff61157 f2bcfa9e 8f7d638b f5394a7c");
    assert_eq!(shown("order", "took", "change"), "f5394a7c 8f7d638b 5ff61157 f2bcfa9e");
    assert_eq!(shown("slower", "80", "input"), "f5394a7c 8f7d638b");
    assert_eq!(shown("outcome", "", "change"), "f5394a7c 7ceb179e 8f7d638b");
    assert_eq!(shown("slower", "", "input").split(' ').count(), 8);
    assert_eq!(shown("text", "8f7d", "input"), "8f7d638b");
    assert_eq!(shown("text", "card refused", "input"), "7ceb179e");
    assert_eq!(shown("text", "mail server", "input"), "64e99f3c");
    assert_eq!(shown("text", "/reports", "input"), "");
}

#[test]
fn what_is_printed_is_the_chosen_request() {
    let page = made("printed", "plain.jsonl outcomes.jsonl");
    let Some(mut browser) = Browser::open(&page, "#8f7d638b") else { return };
    browser.ask("Emulation.setEmulatedMedia", &serde_json::json!({"media": "print"}));
    let display = |id: &str| format!("getComputedStyle(document.querySelector('{id}')).display");
    assert_eq!(browser.get(&display("header")), "none");
    assert_eq!(browser.get(&display("#list")), "none");
    assert_eq!(browser.get(&display("#story")), "block");
    assert_eq!(
        browser.get("getComputedStyle(document.body).backgroundColor"),
        "rgb(255, 255, 255)"
    );
}

/// In full: `cargo test --release -p trace-cli --test viewer -- --ignored --nocapture page`.
#[test]
#[ignore = "takes a minute, and measures times"]
fn a_page_of_a_hundred_thousand_requests_is_small_and_quick() {
    let log = folder("large-page").join("log.jsonl");
    fs::write(&log, crate::compared::many(100_000)).unwrap();
    let page = log.with_file_name("page.html");
    let ran = trace(&format!("html {} -o {}", log.display(), page.display()));
    assert_eq!((ran.code, &*ran.stderr), (0, ""));
    let size = page.metadata().unwrap().len();
    assert!(size <= 8_000_000, "{size} bytes");
    let Some(mut browser) = Browser::open(&page, "") else { return };
    let ready = browser.get("window.readyAt").as_f64().unwrap();
    let mut filter = |text: &str| {
        let script = format!(
            "{{const it = document.getElementById('text'), begin = performance.now();
            it.value = '{text}'; it.dispatchEvent(new Event('input')); document.body.offsetHeight;
            performance.now() - begin}}"
        );
        browser.get(&script).as_f64().unwrap()
    };
    let times = ["charge", "ff", "", "no such text", "/users"].map(&mut filter);
    println!("{size} bytes, ready after {ready:.0} ms, filters {times:.0?} ms");
    assert!(ready <= 1_000.0, "{ready} ms");
    assert!(times.iter().all(|ms| *ms <= 100.0), "{times:?} ms");
}
