//! What is kept out of a line.

use test_support::{capture, only, values};
use trace_runtime::{Public, Secret, info, timed};

#[test]
fn a_secret_is_hidden_and_what_is_public_is_shown() {
    let password = "hunter2";
    let capture = capture();
    capture.run(|| {
        info!(password = Secret(password), token = Public("colon"), user.cookie = Some(Secret(1)));
        info!(shown = ?Secret(password), displayed = %Secret(password), "{}", Secret(password));
    });
    let [one, two] = values(&capture).try_into().unwrap();
    assert_eq!(one["password"], "[redacted]");
    assert_eq!(one["token"], "colon");
    assert_eq!(one["user.cookie"], "[redacted]");
    assert_eq!(two["shown"], "[redacted]");
    assert_eq!(two["displayed"], "[redacted]");
    assert_eq!(two["message"], "[redacted]");
    assert!(!capture.lines().concat().contains("hunter2"));
}

#[test]
fn a_step_can_have_secrets_too() {
    #[timed(fields(password = Secret(password), token = Public(user)))]
    fn sign_in(user: &str, password: &str) -> usize {
        user.len() + password.len()
    }
    let capture = capture();
    capture.run(|| sign_in("ada", "hunter2"));
    let line = only(&capture);
    assert_eq!(line["password"], "[redacted]");
    assert_eq!(line["token"], "ada");
    assert!(!capture.lines().concat().contains("hunter2"));
}

#[test]
fn arguments_that_are_not_listed_are_not_written() {
    #[timed]
    fn load(id: &str) -> usize {
        id.len()
    }
    let capture = capture();
    capture.run(|| load("private"));
    assert!(!capture.lines().concat().contains("private"));
}
