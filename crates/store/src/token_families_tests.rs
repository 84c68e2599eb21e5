//! Families of every kind are stored and read.

use super::*;
use crate::database_for_tests::empty_database;
use crate::statement::Statement;
use crate::{TokenPerson, User, add_user, find_access_token, put_right};
use protocol::{Channel, Event, Source};

const KIND: Statement = Statement::unlisted(|| {
    "SELECT kind, grant_id IS NULL AND subject IS NULL AND auth_time IS NULL AND amr IS NULL AND acr IS NULL \
    FROM token_families WHERE id = $1"
});

fn time(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn digest(of: &str) -> Digest {
    Digest::sha256(of.as_bytes())
}

/// A family in which no two values of one type are equal.
fn family(root: FamilyRoot, refresh: Option<NewChain>) -> TokenFamily {
    TokenFamily {
        id: format!("family of {}", root.kind()),
        root,
        client_id: "client".to_owned(),
        scope: "openid read".parse().unwrap(),
        resources: vec!["https://a.example".to_owned(), "https://b.example".to_owned()],
        origin: Origin { at: time(11), address: "2001:db8::1".parse().unwrap(), user_agent: Some("agent".to_owned()) },
        issued_at: time(12),
        purge_at: time(13),
        refresh,
        jkt: Some("jkt".to_owned()),
    }
}

async fn store(db: &Db, family: &TokenFamily) -> Digest {
    let digest = digest(&family.id);
    let token = NewAccessToken { digest, expires_at: time(14), claims: None };
    db.write(ADD, FamilyColumns::args(family)).await.unwrap();
    db.write(access_tokens::ADD, TokenColumns::args(&token, &family.id)).await.unwrap();
    digest
}

async fn person(db: &Db) -> TokenPerson {
    let person = TokenPerson {
        subject: Subject::new("sub"),
        username: "anna".to_owned(),
        name: Some("Anna".to_owned()),
        email: Some("anna@example".to_owned()),
    };
    let TokenPerson { subject, username, name, email } = person.clone();
    let user = User {
        subject,
        username,
        name,
        email,
        password_hash: "hash".to_owned(),
        created_at: time(1),
        disabled_at: None,
        valid_from: time(2),
    };
    let event = AuditEvent::once("test", Event::UserAdded, &Source::local(Channel::Server), time(1));
    assert!(add_user(db, &user, &event).await.unwrap());
    person
}

#[tokio::test]
async fn a_family_of_a_grant_is_read_as_it_was_written() {
    let (db, _folder) = empty_database().await;
    let person = person(&db).await;
    let roots: [fn(ApprovedGrant) -> FamilyRoot; 2] = [FamilyRoot::Device, FamilyRoot::Code];
    for (number, root) in roots.into_iter().enumerate() {
        let grant = ApprovedGrant {
            id: format!("grant {number}"),
            subject: person.subject.clone(),
            auth_time: time(3),
            amr: vec!["pwd".to_owned(), "otp".to_owned()],
            acr: Some("acr".to_owned()),
        };
        let key = digest(&format!("key {number}"));
        let chain = NewChain { key, digest: digest("first"), idle_until: time(15), ends_at: time(16) };
        let written = family(root(grant.clone()), Some(chain));
        let token = store(&db, &written).await;

        let live = find_access_token(&db, &token, time(13)).await.unwrap().unwrap();
        assert_eq!((&live.digest, &live.family_id, live.client_id.as_str()), (&token, &written.id, "client"));
        assert_eq!(live.person.as_ref(), Some(&person));

        let mut expected = RefreshableFamily {
            id: written.id.clone(),
            client_id: written.client_id.clone(),
            subject: grant.subject,
            scope: written.scope.clone(),
            auth_time: grant.auth_time,
            amr: grant.amr,
            acr: grant.acr,
            resources: written.resources.clone(),
            issued_at: written.issued_at,
            chain: RefreshChain { current: digest("first"), previous: None, idle_until: time(15), ends_at: time(16) },
            jkt: written.jkt.clone(),
            bound_late: false,
        };
        assert_eq!(find_refreshable_family(&db, &key).await.unwrap().as_ref(), Some(&expected));

        let rotation = Rotation {
            spent: digest("first"),
            next: digest("second"),
            sealed: vec![7],
            idle_until: time(17),
            at: time(18),
            jkt: None,
        };
        let next = NewAccessToken { digest: digest(&format!("next {number}")), expires_at: time(19), claims: None };
        assert!(rotate_refresh_token(&db, &written.id, &rotation, &next).await.unwrap());
        assert!(!rotate_refresh_token(&db, &written.id, &rotation, &next).await.unwrap(), "it is spent");
        let spent = SpentLink { digest: digest("first"), at: time(18), sealed_successor: vec![7] };
        expected.chain =
            RefreshChain { current: digest("second"), previous: Some(spent), idle_until: time(17), ends_at: time(16) };
        assert_eq!(find_refreshable_family(&db, &key).await.unwrap(), Some(expected));
    }
}

#[tokio::test]
async fn a_clients_own_tokens_have_no_grant_and_no_person() {
    let (db, _folder) = empty_database().await;
    let written = family(FamilyRoot::Client, None);
    let token = store(&db, &written).await;
    // Corrects the times of a clock that was ahead.
    assert!(put_right(&db, time(-1_000_000)).await.unwrap() > 0);
    let row: Option<(String, bool)> = db.one(KIND, args![&written.id]).await.unwrap();
    assert_eq!(row, Some(("client".to_owned(), true)));
    let live = find_access_token(&db, &token, time(13)).await.unwrap().unwrap();
    assert_eq!((live.family_id, live.client_id, live.person), (written.id, written.client_id, None));
}
