//! A process that is killed in the middle of a step leaves all of it or nothing of it (requirement SM-02, N70).
//!
//! The daemon is held at a point beside a commit, killed with SIGKILL, and another one is started on what it left.

use tokio::task::JoinHandle;

use testkit::{Answer, Authorization, Barrier, Browser, Daemon, Device, PASSWORD, Page, Program, command, request};

/// The grace is long, because a machine may take its time to start a process.
const CONFIG: &str = "keys.algorithms = ['ES256']\ntokens.rotation_grace = '60s'\n[[client]]\nid = 'tv'\nname = 'N'\n\
    type = 'public'\nscopes = ['openid']\n\
    grant_types = ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token']\n";

/// A daemon whose points call the test.
struct Scene {
    barrier: Barrier,
    daemon: Daemon,
    anna: Browser,
}

impl Scene {
    async fn open() -> Self {
        let barrier = Barrier::new().await;
        let daemon = {
            let (name, address) = barrier.variable();
            Daemon::start_with(CONFIG, &[(name, &address)]).await
        };
        let added = daemon.beside(&["user", "add", "anna"], PASSWORD).await;
        assert_eq!(added.code, Some(0), "{added:?}");
        let anna = Browser::new(daemon.address, "198.51.100.7");
        Self { barrier, daemon, anna }
    }

    /// A request, and the page on which anna may decide it.
    async fn entered(&mut self) -> (Authorization, Page) {
        let asked = self.daemon.device("tv").authorize("openid").await;
        let page = self.anna.reach_decision(&asked.user_code, "anna").await;
        assert!(page.is_decision(), "{page:?}");
        (asked, page)
    }

    async fn approved(&mut self) -> Authorization {
        let (asked, page) = self.entered().await;
        assert!(self.anna.approve(&page).await.says("Go back to your device"));
        asked
    }

    /// Kills the daemon where this work brings it to a point; the work gets no answer. What comes after it is started on
    /// what is left.
    async fn killed_at<T>(mut self, point: &str, work: impl Future<Output = T> + Send + 'static) -> (Daemon, Browser)
    where
        T: Send + 'static,
    {
        self.barrier.hold(point);
        let work: JoinHandle<T> = tokio::spawn(work);
        let held = self.barrier.held().await;
        let database = self.daemon.database.clone();
        self.daemon.kill();
        drop(held);
        assert!(work.await.is_err(), "{point}: the answer is lost");
        let after = Daemon::start_on(database, CONFIG, |config| command("serve", config)).await;
        let mut anna = Browser::new(after.address, "198.51.100.7");
        anna.cookies = self.anna.cookies;
        (after, anna)
    }
}

async fn refresh(device: &Device, token: &str) -> Answer {
    device.post("/token", &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
}

fn text(answer: &Answer, member: &str) -> String {
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()[member].as_str().unwrap().to_owned()
}

async fn is_good(daemon: &Daemon, token: &str) -> bool {
    let asked = request(daemon.address, "GET", "/userinfo").header("authorization", format!("Bearer {token}"));
    asked.send().await.unwrap().status() == 200
}

async fn families(daemon: &Daemon) -> (i64, i64) {
    (daemon.database.rows("token_families").await, daemon.database.rows("access_tokens").await)
}

/// Proves: N70 SM-02.
#[tokio::test(flavor = "multi_thread")]
async fn a_crash_before_the_redemption_is_committed_leaves_the_approval() {
    let mut scene = Scene::open().await;
    let asked = scene.approved().await;
    let poll = {
        let asked = asked.clone();
        async move { asked.poll_answer().await }
    };
    let (after, _) = scene.killed_at("redeem: before", poll).await;
    assert_eq!(families(&after).await, (0, 0));
    let tokens = asked.poll_as(&after.device("tv")).await;
    assert!(is_good(&after, &text(&tokens, "access_token")).await);
    asked.poll_as(&after.device("tv")).await.assert_error(400, "invalid_grant");
    assert_eq!(families(&after).await, (1, 1));
}

/// Proves: N70 SM-02 SM-03.
#[tokio::test(flavor = "multi_thread")]
async fn a_crash_after_the_redemption_is_committed_doubles_nothing() {
    let mut scene = Scene::open().await;
    let asked = scene.approved().await;
    let poll = {
        let asked = asked.clone();
        async move { asked.poll_answer().await }
    };
    let (after, mut anna) = scene.killed_at("redeem: after", poll).await;
    for _ in 0..2 {
        asked.poll_as(&after.device("tv")).await.assert_error(400, "invalid_grant");
    }
    assert_eq!(families(&after).await, (1, 1));
    // The device starts again, as after any answer that ends a flow, and nothing stops it.
    let again = after.device("tv").authorize("openid").await;
    let page = anna.reach_decision(&again.user_code, "anna").await;
    anna.approve(&page).await;
    assert_eq!(again.poll().await, "tokens");
}

/// Proves: N70 SM-02 K-08.
#[tokio::test(flavor = "multi_thread")]
async fn a_crash_around_a_rotation_leaves_one_chain() {
    for (point, issued_by_it) in [("refresh: before", 0), ("refresh: after", 1)] {
        let mut scene = Scene::open().await;
        let asked = scene.approved().await;
        let (tv, first) = (scene.daemon.device("tv"), text(&asked.poll_answer().await, "refresh_token"));
        let spent = first.clone();
        let (after, _) = scene.killed_at(point, async move { refresh(&tv, &spent).await }).await;
        assert_eq!(families(&after).await, (1, 1 + issued_by_it), "{point}");
        let tv = after.device("tv");
        let second = text(&refresh(&tv, &first).await, "refresh_token");
        assert_eq!(text(&refresh(&tv, &first).await, "refresh_token"), second, "{point}: one successor");
        let third = refresh(&tv, &second).await;
        assert!(is_good(&after, &text(&third, "access_token")).await, "{point}");
        refresh(&tv, &first).await.assert_error(400, "invalid_grant");
        assert!(!is_good(&after, &text(&third, "access_token")).await, "{point}: the alarm still rings");
    }
}

/// Proves: N70 SM-01 SM-04.
#[tokio::test(flavor = "multi_thread")]
async fn a_crash_around_a_decision_makes_all_of_it_or_nothing() {
    for (approves, point, polled, says) in [
        (true, "approve: before", "authorization_pending", "id=\"approve\""),
        (true, "approve: after", "tokens", "Your device is signed in"),
        (false, "save: before", "authorization_pending", "id=\"approve\""),
        (false, "save: after", "access_denied", "You denied the request"),
    ] {
        let mut scene = Scene::open().await;
        let (asked, page) = scene.entered().await;
        let (mut anna, path) = (scene.anna.clone(), page.path.clone());
        let decision = async move { if approves { anna.approve(&page).await } else { anna.deny(&page).await } };
        let (after, mut anna) = scene.killed_at(point, decision).await;
        let answer = asked.poll_as(&after.device("tv")).await;
        let told = if answer.status == 200 { "tokens".to_owned() } else { answer.error() };
        assert_eq!(told, polled, "{point}");
        let stands = anna.open(&path).await;
        assert!(stands.says(says), "{point}: {stands:?}");
        if stands.is_decision() {
            anna.approve(&stands).await;
            assert!(is_good(&after, &text(&asked.poll_as(&after.device("tv")).await, "access_token")).await, "{point}");
        }
    }
}

/// Proves: N70 SM-01 U-14: a report and the end of the tokens come together, or not at all.
#[tokio::test(flavor = "multi_thread")]
async fn a_crash_around_a_report_makes_all_of_it_or_nothing() {
    for (point, alive, says) in
        [("report: before", true, "Your device is signed in"), ("report: after", false, "It is reported")]
    {
        let mut scene = Scene::open().await;
        let (asked, page) = scene.entered().await;
        let done = scene.anna.approve(&page).await;
        let token = text(&asked.poll_answer().await, "access_token");
        let mut anna = scene.anna.clone();
        let reported = async move { anna.post(&done, &done.path, &[("decision", "report")]).await };
        let (after, mut anna) = scene.killed_at(point, reported).await;
        assert_eq!(is_good(&after, &token).await, alive, "{point}");
        assert!(anna.open(&page.path).await.says(says), "{point}");
    }
}

/// Proves: N70 K-15: no key is lost, and none that is not published signs.
#[tokio::test(flavor = "multi_thread")]
async fn a_crash_around_a_key_rotation_loses_no_key() {
    let Scene { mut barrier, daemon, mut anna } = Scene::open().await;
    let asked = daemon.device("tv").authorize("openid").await;
    let page = anna.reach_decision(&asked.user_code, "anna").await;
    anna.approve(&page).await;
    let token = text(&asked.poll_answer().await, "access_token");
    let (folder, config) = (daemon.database.folder.path().to_owned(), daemon.config.display().to_string());
    for (point, keys) in [("add key: before", 1), ("add key: after", 2)] {
        let (name, address) = barrier.variable();
        barrier.hold(point);
        let rotation = Program::start(&folder, &["key", "rotate", "--config", &config], &[(name, &address)]);
        let held = barrier.held().await;
        rotation.signal("KILL");
        assert_eq!(rotation.ended().code, None, "{point}");
        drop(held);
        assert_eq!(daemon.database.rows("signing_keys").await, keys, "{point}");
        let listed = daemon.beside(&["key", "list"], "").await;
        assert_eq!(
            listed.out.lines().filter(|line| line.ends_with("\tsigns") || line.contains("\tsigns until ")).count(),
            1,
            "{point}: {listed:?}"
        );
        assert!(is_good(&daemon, &token).await, "{point}");
    }
}

/// Proves: SM-01 SM-04 N41: the denial comes while the approval is decided and not yet written.
#[tokio::test(flavor = "multi_thread")]
async fn a_denial_overtakes_an_approval_that_is_on_its_way() {
    let mut scene = Scene::open().await;
    let (asked, page) = scene.entered().await;
    let (mut one, mut other) = (scene.anna.clone(), scene.anna.clone());
    let (path, csrf) = (page.path.clone(), page.csrf());
    scene.barrier.hold("approve: before");
    let approval = tokio::spawn(async move { one.approve(&page).await });
    let held = scene.barrier.held().await;
    assert_eq!(other.send("POST", &path, Some(&[("decision", "deny"), ("csrf", &csrf)])).await.status, 303);
    drop(held);
    let approval = approval.await.unwrap();
    assert!(approval.says("You denied the request"), "{approval:?}");
    asked.poll_answer().await.assert_error(400, "access_denied");
}

/// Proves: N78 SM-06: the old password was right when it was looked at, and is not when the sign-in is written.
#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_with_a_password_that_changes_meanwhile_is_void() {
    let mut scene = Scene::open().await;
    scene.barrier.hold("sign in: before");
    let mut thief = scene.anna.clone();
    let sign_in = tokio::spawn(async move { (thief.log_in("anna").await, thief) });
    let held = scene.barrier.held().await;
    let changed = scene.daemon.beside(&["user", "set-password", "anna"], "seven lanterns over water").await;
    assert_eq!(changed.code, Some(0), "{changed:?}");
    drop(held);
    let (page, mut thief) = sign_in.await.unwrap();
    assert!(!page.is_signed_in_as("anna"), "{page:?}");
    let asked = scene.daemon.device("tv").authorize("openid").await;
    assert_eq!(thief.enter_code(&asked.user_code).await.path, "/login");
}

/// Proves: N40 N70 SM-02: a node dies with the redemption in its hands, and another one has it.
#[tokio::test(flavor = "multi_thread")]
async fn another_node_redeems_what_a_dying_one_did_not_commit() {
    let mut scene = Scene::open().await;
    if !scene.daemon.database.is_postgres() {
        return; // one daemon
    }
    let other = Daemon::start_on(scene.daemon.database.clone(), CONFIG, |config| command("serve", config)).await;
    let asked = scene.approved().await;
    scene.barrier.hold("redeem: before");
    let poll = {
        let asked = asked.clone();
        tokio::spawn(async move { asked.poll_answer().await })
    };
    let held = scene.barrier.held().await;
    // It waits for the row that the first holds.
    let second = {
        let (asked, tv) = (asked.clone(), other.device("tv"));
        tokio::spawn(async move { asked.poll_as(&tv).await })
    };
    scene.daemon.kill();
    drop(held);
    assert!(poll.await.is_err());
    let won = second.await.unwrap();
    assert!(is_good(&other, &text(&won, "access_token")).await);
    assert_eq!(families(&other).await, (1, 1));
}
