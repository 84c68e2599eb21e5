//! What the real daemon logs: each line is an object, and names each request by its id, which the audit table has too.

use serde_json::Value;

use testkit::{Answer, Daemon, command, eventually, request};

const TV: &str = "[[client]]\nid = 'tv'\nname = 'N'\ntype = 'public'\nscopes = ['openid']\n\
                  grant_types = ['urn:ietf:params:oauth:grant-type:device_code']\n";

fn object(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

/// Proves: L-01 L-03.
#[tokio::test]
async fn every_line_is_an_object_and_every_request_has_its_id() {
    let mut daemon = Daemon::start(TV).await;
    let tv = daemon.device("tv");
    let mut answers = vec![("POST", "/device_authorization", tv.authorize_answer().await)];
    answers.push(("POST", "/token", tv.post("/token", &[("grant_type", "password")]).await));
    for path in ["/.well-known/openid-configuration", "/device", "/nowhere"] {
        let asked = request(daemon.address, "GET", path).send().await.unwrap();
        answers.push(("GET", path, Answer::of(asked).await));
    }
    let reloaded = daemon.reload(&TV.replace("'N'", "'M'"), "configuration reloaded").await;
    assert_eq!(object(&reloaded)["clients_changed"], "tv");
    let ids: Vec<&str> = answers.iter().map(|(_, _, answer)| answer.header("x-request-id")).collect();

    let audit_log = || {
        let mut log = command("audit-log", &daemon.config);
        let told = String::from_utf8(log.args(["--json", "--since", "1h"]).output().unwrap().stdout).unwrap();
        told.lines().map(object).collect::<Vec<Value>>()
    };
    let is_reload = |event: &Value| event["event"] == "configuration_reloaded";
    // The line comes first: the log does not wait for the database.
    eventually(async || audit_log().iter().any(is_reload)).await;
    let events = audit_log();
    let of = |name: &str| events.iter().filter(|event| event["event"] == name).collect::<Vec<_>>();
    assert_eq!(of("grant_created").len(), 1);
    assert_eq!(of("grant_created")[0]["request"], ids[0]);
    assert_eq!(of("configuration_reloaded")[0]["detail"]["clients_changed"], serde_json::json!(["tv"]));

    // `reload` read the lines before it.
    answers.clear();
    let again = ("POST", "/device_authorization", tv.authorize_answer().await);
    let lost = ("POST", "/token", tv.post("/token", &[("grant_type", "password")]).await);
    answers.extend([again, lost]);
    let lines: Vec<Value> = daemon.last_words().await.iter().map(|line| object(line)).collect();
    for (method, route, answer) in &answers {
        let id = answer.header("x-request-id");
        let of_it: Vec<&Value> = lines.iter().filter(|line| line["span"]["id"] == id).collect();
        let ended: Vec<&&Value> = of_it.iter().filter(|line| line["message"] == "answered").collect();
        assert_eq!(ended.len(), 1, "{method} {route}: {of_it:#?}");
        assert_eq!(ended[0]["status"], answer.status);
        for line in of_it {
            assert_eq!(
                (line["span"]["method"].as_str(), line["span"]["route"].as_str()),
                (Some(*method), Some(*route))
            );
        }
    }
    let asked: Vec<&Value> = lines.iter().filter(|line| line["message"] == "a device asks to sign in").collect();
    assert_eq!(asked[0]["span"]["id"], answers[0].2.header("x-request-id"));
    for line in &lines {
        for member in ["timestamp", "level", "message", "target"] {
            assert!(line[member].is_string(), "no {member} in {line}");
        }
    }
}
