//! `grantd user`: the people who sign in.

mod lock;

use std::process::ExitCode;

use anyhow::Context;
use clap::{Args, Subcommand};
use jiff::Timestamp as Printed;

use crate::app::{account_key, open_store};
use crate::cli::password_input::new_password;
use crate::cli::{ConfigFile, block_on, by_operator};
use crate::clients::Clients;
use crate::clock::{Clock, SystemClock};
use crate::entropy::{Entropy, SystemEntropy};
use crate::passwords::{Password, Passwords, fold_username};
use crate::protocol::{Event, Subject, Timestamp, display_text};
use crate::settings::Settings;
use crate::store::{self, Db, User};

#[derive(Subcommand)]
pub(super) enum Command {
    /// Add somebody. The password is asked for, or read from standard input.
    Add {
        #[command(flatten)]
        who: Who,
        /// What they are called.
        #[arg(long)]
        name: Option<String>,
        /// Where they can be written to.
        #[arg(long)]
        email: Option<String>,
    },
    /// List everybody.
    List(ConfigFile),
    /// Show one account, and on how many devices it is signed in.
    Show(Who),
    /// Give somebody a new password, which ends their sessions and lifts a lock of their logins.
    SetPassword(Who),
    /// End somebody's sessions, sign their devices out, and void what they approved; they can log in again.
    SignOutEverywhere(Who),
    /// End an account, its sessions and its tokens, until it is enabled again.
    Disable(Who),
    /// Let an account be used again that was disabled.
    Enable(Who),
    /// Forget somebody's wrong passwords, and with them the lock of their logins.
    Unlock(Who),
    /// Delete an account with its sessions and its tokens. There is no way back.
    Delete {
        #[command(flatten)]
        who: Who,
        /// Really.
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Args)]
pub(super) struct Who {
    /// What they sign in with.
    username: String,
    #[command(flatten)]
    file: ConfigFile,
}

pub(super) fn run(command: Command) -> anyhow::Result<ExitCode> {
    let file = match &command {
        Command::List(file) => file,
        Command::Add { who, .. }
        | Command::Show(who)
        | Command::SetPassword(who)
        | Command::SignOutEverywhere(who)
        | Command::Disable(who)
        | Command::Enable(who)
        | Command::Unlock(who)
        | Command::Delete { who, .. } => &who.file,
    };
    let settings = match file.settings() {
        Ok(settings) => settings,
        Err(refused) => return Ok(refused),
    };
    block_on(async {
        let db = open_store(&settings).await?;
        let now = SystemClock.now();
        let mut code = ExitCode::SUCCESS;
        match command {
            Command::Add { who, name, email } => add(&db, &settings, &who.username, name, email, now).await?,
            Command::List(_) => list(&db, &settings).await?,
            Command::Show(who) => show(&db, &settings, &who.username, now).await?,
            Command::SetPassword(who) => set_password(&db, &settings, &who.username, now).await?,
            Command::SignOutEverywhere(who) => {
                let user = find(&db, &who.username).await?;
                let ended = by_operator(Event::SignedOutEverywhere, now).of_subject(&user.subject);
                store::sign_out_everywhere(&db, &user.subject, &ended).await?;
                println!("{} is signed out everywhere: no session and no token works any more", user.username);
            }
            Command::Disable(who) => {
                let user = find(&db, &who.username).await?;
                let disabled = by_operator(Event::UserDisabled, now).of_subject(&user.subject);
                store::disable_user(&db, &user.subject, &disabled).await?;
                println!("{} is disabled: no login, no token works any more", user.username);
            }
            Command::Enable(who) => {
                let user = find(&db, &who.username).await?;
                let enabled = by_operator(Event::UserEnabled, now).of_subject(&user.subject);
                store::enable_user(&db, &user.subject, &enabled).await?;
                println!("{}", lock::after_enabling(&db, &settings, &user.username).await?);
            }
            Command::Unlock(who) => {
                let user = find(&db, &who.username).await?;
                let unlocked = by_operator(Event::UserUnlocked, now).of_subject(&user.subject);
                println!("{}", lock::lift(&db, &settings, &user, &unlocked).await?);
            }
            Command::Delete { who, yes } => code = delete(&db, &settings, &who.username, yes, now).await?,
        }
        db.close().await;
        Ok(code)
    })
}

async fn add(
    db: &Db,
    settings: &Settings,
    username: &str,
    name: Option<String>,
    email: Option<String>,
    now: Timestamp,
) -> anyhow::Result<()> {
    let folded = fold_username(username);
    anyhow::ensure!(
        !folded.is_empty() && folded.len() <= 255 && !folded.chars().any(char::is_control),
        "a username has 1 to 255 bytes and no control characters"
    );
    let password_hash = hash_new_password(settings, &folded, &[name.as_deref(), email.as_deref()]).await?;
    let user = User {
        subject: Subject::new(SystemEntropy.identifier()),
        username: folded,
        name,
        email,
        password_hash,
        created_at: now,
        disabled_at: None,
        valid_from: now,
    };
    let added = by_operator(Event::UserAdded, now).of_subject(&user.subject);
    anyhow::ensure!(store::add_user(db, &user, &added).await?, "{} exists already", user.username);
    println!("{} is added (sub {})", user.username, user.subject.as_str());
    Ok(())
}

async fn set_password(db: &Db, settings: &Settings, username: &str, now: Timestamp) -> anyhow::Result<()> {
    let user = find(db, username).await?;
    let hash = hash_new_password(settings, &user.username, &[user.name.as_deref(), user.email.as_deref()]).await?;
    let set = by_operator(Event::UserPasswordSet, now).of_subject(&user.subject);
    store::set_password(db, &user.subject, &hash, &set).await?;
    store::forgive_login_failures(db, &account_key(settings)?.digest(user.username.as_bytes())).await?;
    println!("{} has a new password; older sessions and approvals are void", user.username);
    Ok(())
}

async fn list(db: &Db, settings: &Settings) -> anyhow::Result<()> {
    let locked = lock::Locked::read(db, settings).await?;
    for user in store::all_users(db).await? {
        let added = printed(user.created_at)?;
        let state = match user.disabled_at {
            Some(_) => "disabled",
            None if locked.holds(&user.username) => "locked",
            None => "enabled",
        };
        let name = display_text(user.name.as_deref().unwrap_or_default(), 64);
        println!("{}\t{}\t{state}\tadded {added:.0}\t{name}", display_text(&user.username, 255), user.subject.as_str());
    }
    Ok(())
}

async fn show(db: &Db, settings: &Settings, username: &str, now: Timestamp) -> anyhow::Result<()> {
    let user = find(db, username).await?;
    println!("username: {}", display_text(&user.username, 255));
    println!("sub: {}", user.subject.as_str());
    for (fact, text) in [("name", &user.name), ("email", &user.email)] {
        println!("{fact}: {}", text.as_deref().map_or("none".to_owned(), |text| display_text(text, 255)));
    }
    println!("created: {:.0}", printed(user.created_at)?);
    match user.disabled_at {
        Some(at) => println!("disabled: since {:.0}", printed(at)?),
        None => println!("disabled: no"),
    }
    println!("login lock: {}", lock::described(db, settings, &user.username, now).await?);
    // What a client holds that was removed or disabled does not work (SM-06).
    let clients = Clients::of(settings);
    let mut devices = store::signed_in_devices(db, &user.subject, now).await?;
    devices.retain(|of| clients.find(&of.client_id).is_some());
    let by_client: Vec<String> = devices.iter().map(|of| format!("{} {}", of.client_id, of.devices)).collect();
    let all: i64 = devices.iter().map(|of| of.devices).sum();
    let which = if by_client.is_empty() { String::new() } else { format!(" ({})", by_client.join(", ")) };
    println!("devices signed in: {all}{which}");
    Ok(())
}

/// Deletes for good, so it has to be said twice. A login lock goes too: it is kept under the name, and would meet whoever
/// is added under that name next.
async fn delete(db: &Db, settings: &Settings, username: &str, yes: bool, now: Timestamp) -> anyhow::Result<ExitCode> {
    let user = find(db, username).await?;
    let shown = display_text(&user.username, 255);
    if !yes {
        eprintln!("grantd: deleting {shown} cannot be undone: say it again with --yes (or disable the account)");
        return Ok(ExitCode::from(2));
    }
    let account = account_key(settings)?.digest(user.username.as_bytes());
    let deleted = by_operator(Event::UserDeleted, now).of_subject(&user.subject);
    let there_was_one = store::delete_user(db, &user.subject, &deleted).await?;
    anyhow::ensure!(there_was_one, "somebody else has deleted {shown} meanwhile");
    store::forgive_login_failures(db, &account).await?;
    println!("{shown} is deleted, with every session and every token");
    Ok(ExitCode::SUCCESS)
}

fn printed(at: Timestamp) -> anyhow::Result<Printed> {
    Printed::from_millisecond(at.millis()).context("a time out of range")
}

async fn find(db: &Db, username: &str) -> anyhow::Result<User> {
    let found = store::find_user_by_name(db, &fold_username(username)).await?;
    found.with_context(|| format!("nobody signs in as {}", display_text(username, 255)))
}

async fn hash_new_password(settings: &Settings, username: &str, about: &[Option<&str>]) -> anyhow::Result<String> {
    let passwords = Passwords::new(&settings.passwords)?;
    let password = Password::typed(&new_password()?);
    let about: Vec<&str> = std::iter::once(username).chain(about.iter().copied().flatten()).collect();
    passwords.judge(&password, &about).await??;
    Ok(passwords.hash(&password).await?)
}
