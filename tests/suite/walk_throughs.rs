//! The commands and programs in the documentation do what it says. They are taken from the page and run, one after the
//! other, against grantd in a process of its own.

mod page;
mod sign_in;
mod walk;

use page::{APPROVES, above, section};
use testkit::installed;
use walk::{HOST, Walk, have_libraries};

/// The secret of the client in the pages, whose digest replaces the one that they show.
const SECRET: &str = "a-secret-of-a-television-that-is-long-enough";
const FIRST_DEVICE: &str = include_str!("../../docs/first-device.md");

/// Proves: seed_69 seed_52 seed_54 seed_39 seed_40 seed_43 seed_44 seed_59
#[tokio::test]
async fn the_walk_through_for_pingone_works_as_it_is_written() {
    Walk::along(include_str!("../../docs/pingone.md"), &[]).await;
}

/// Proves: seed_69: without any profile.
#[tokio::test]
async fn the_walk_through_for_programs_works_as_it_is_written() {
    Walk::along(include_str!("../../docs/programs.md"), &[]).await;
}

/// Proves: seed_69 seed_10 seed_53 seed_60
#[tokio::test]
async fn the_walk_through_for_janssen_works_as_it_is_written() {
    let given = [("CLIENT_ID", "123-123-123"), ("CLIENT_SECRET", SECRET)];
    Walk::along(include_str!("../../docs/janssen.md"), &given).await;
}

/// From a request to a token and to signing out, in `curl`, in Python and in Rust.
///
/// Proves: FD-17
#[tokio::test]
async fn the_first_device_signs_in_as_its_page_says() {
    if have_libraries("authlib, requests") {
        Walk::along(above(FIRST_DEVICE, "## In JavaScript"), &[]).await;
    }
}

/// Proves: FD-17
#[tokio::test]
async fn the_page_shows_the_program_that_the_tests_compile() {
    let (_, program) = include_str!("walk_throughs/sign_in.rs").split_once("\n\n").unwrap();
    let shown = section(FIRST_DEVICE, "## In Rust");
    assert!(shown.contains(&format!("```rust\n{program}```")), "docs/first-device.md shows another program");
}

/// The file and the requests of the README, for whoever reads nothing else.
///
/// Proves: FD-12
#[tokio::test]
async fn the_five_requests_of_the_readme_work_as_they_are_written() {
    let readme = include_str!("../../README.md").replace("http://localhost:8080", HOST);
    let file = above(readme.split_once("<<'END'\n").unwrap().1, "\nEND\n");
    let made = section(&readme, "`cargo build --release` makes").split("```").nth(1).unwrap();
    let made = above(made, "grantd serve ");
    let mut page = format!("```toml\nissuer = \"{HOST}\"\n{file}\n```\n```{made}```\n");
    let requests = section(&readme, "In another terminal").split("```").nth(1).unwrap();
    for request in requests.trim_start_matches("sh").split("\n\n") {
        let (before, step, after) =
            if request.contains("curl ") { ("```sh\n", request, "\n```\n") } else { ("", APPROVES, "\n") };
        page.extend([before, step, after]);
    }
    let answered = Walk::along(&page, &[]).await;
    assert_eq!(answered["PREFERRED_USERNAME"], "alice", "{answered:?}");
    assert!(answered.contains_key("ID_TOKEN") && !answered.contains_key("ERROR"), "{answered:?}");
}

/// What is in a token, how an API verifies it, and how it asks about it.
///
/// Proves: FD-12
#[tokio::test]
async fn the_page_for_apis_works_as_it_is_written() {
    if have_libraries("jwt, cryptography") {
        Walk::along(include_str!("../../docs/apis.md"), &[("CLIENT_SECRET", SECRET)]).await;
    }
}

/// Clients and people from another server, as far as they can be imported.
///
/// Proves: FD-12
#[tokio::test]
async fn the_page_for_who_comes_from_another_server_works_as_it_is_written() {
    if installed("jq").is_some() {
        Walk::along(include_str!("../../docs/moving.md"), &[]).await;
    }
}

/// The same in JavaScript, with a library from npm: the step `interop` has it.
pub async fn the_first_device_in_javascript() {
    let page = above(FIRST_DEVICE, "## 1. ").to_owned() + section(FIRST_DEVICE, "## In JavaScript");
    Walk::along(&page, &[]).await;
}
