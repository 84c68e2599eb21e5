//! `grantd user`: manages the accounts of people.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::cli::output::{self, OutputError};
use crate::cli::password_input::new_password;
use crate::cli::{ConfigFile, Listing, actor, misuse, operate, operate_on, text_or_none};
use crate::flow::operator::Operator;
use crate::flow::operator::login_lock::{LockState, LoginLock, UnlockedAccount, unlock};
use crate::flow::operator::profile::{ProfileChange, set_profile};
use crate::flow::operator::users::{self, ListedUser, NewUser, UserReport};
use crate::passwords::Password;
use protocol::display_text;
use store::User;

#[derive(Subcommand)]
pub(super) enum UserCommand {
    /// Add an account. The password is typed, or read from standard input.
    Add {
        #[command(flatten)]
        who: UserName,
        /// Their full name.
        #[arg(long)]
        name: Option<String>,
        /// Their email address.
        #[arg(long)]
        email: Option<String>,
        /// Print one JSON object, with the members of `grantd user list --json`.
        #[arg(long)]
        json: bool,
    },
    /// List all accounts.
    List(Listing),
    /// Show one account, and the number of devices that are signed in to it.
    Show {
        #[command(flatten)]
        who: UserName,
        /// Print one JSON object, with the members that the manual lists (docs/scripts.md).
        #[arg(long)]
        json: bool,
    },
    /// Set or take away the name and the email address of a person.
    Set {
        #[command(flatten)]
        who: UserName,
        /// What to set: name=VALUE, email=VALUE. Nothing after the = takes the value away.
        #[arg(required = true, value_name = "ATTRIBUTE=VALUE")]
        changes: Vec<String>,
    },
    /// Set a new password, which is typed, or read from standard input. It ends the sessions of the account, and lifts a lock
    /// of its logins.
    SetPassword(UserName),
    /// End all sessions of an account, sign its devices out, and void its approvals; the person can log in again.
    SignOutEverywhere(UserName),
    /// Disable an account until it is enabled again: nobody logs in, and its sessions and tokens end.
    Disable(UserName),
    /// Let a disabled account be used again.
    Enable(UserName),
    /// Forget the wrong passwords of an account, which lifts a lock of its logins.
    Unlock(UserName),
    /// Delete an account with its sessions and its tokens. This cannot be undone.
    Delete {
        #[command(flatten)]
        who: UserName,
        /// Confirm that the account is to be deleted.
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Args)]
pub(super) struct UserName {
    /// The name with which the person signs in.
    username: String,
    #[command(flatten)]
    file: ConfigFile,
}

impl UserCommand {
    fn file(&self) -> &ConfigFile {
        match self {
            Self::List(listing) => &listing.file,
            Self::Add { who, .. }
            | Self::Show { who, .. }
            | Self::Set { who, .. }
            | Self::Delete { who, .. }
            | Self::SetPassword(who)
            | Self::SignOutEverywhere(who)
            | Self::Disable(who)
            | Self::Enable(who)
            | Self::Unlock(who) => &who.file,
        }
    }
}

pub(super) fn run(command: &UserCommand) -> anyhow::Result<ExitCode> {
    let (settings, work) = (command.file().settings()?, async |operator: &Operator| carry_out(command, operator).await);
    match command {
        // The first account may come before the first start of the server.
        UserCommand::Add { .. } => operate_on(Operator::open(settings, actor()), work),
        _ => operate(settings, work),
    }
}

async fn carry_out(command: &UserCommand, operator: &Operator) -> anyhow::Result<()> {
    match command {
        UserCommand::Add { who, name, email, json } => {
            let new = NewUser::new(&who.username, name.as_deref(), email.as_deref())?;
            let user = users::add(operator, new, &typed_password()?).await?;
            if *json {
                return Ok(output::json(&described(&user, false))?);
            }
            output::line(format_args!("{} is added (sub {})", user.username, user.subject.as_str()))?;
        }
        UserCommand::List(listing) => {
            let print = if listing.json { print_listed_json } else { print_listed };
            users::list(operator).await?.iter().try_for_each(print)?;
        }
        UserCommand::Show { who, json } => {
            let print = if *json { print_report_json } else { print_report };
            print(&users::show(operator, &who.username).await?)?;
        }
        UserCommand::Set { who, changes } => {
            let change = ProfileChange::read(changes).map_err(|unfit| misuse(unfit.to_string()))?;
            let user = set_profile(operator, &who.username, &change).await?;
            let attributes = change.attributes().join(" and ");
            output::line(format_args!("{attributes} of {} changed", display_text(&user.username, 255)))?;
        }
        UserCommand::SetPassword(who) => {
            let user = operator.find_user(&who.username).await?;
            users::set_password(operator, &user, &typed_password()?).await?;
            let name = user.username;
            output::line(format_args!("{name} has a new password; older sessions and approvals are void"))?;
        }
        UserCommand::SignOutEverywhere(who) => {
            let user = users::sign_out_everywhere(operator, &who.username).await?;
            let name = user.username;
            output::line(format_args!("{name} is signed out everywhere: no session and no token works any more"))?;
        }
        UserCommand::Disable(who) => {
            let user = users::disable(operator, &who.username).await?;
            output::line(format_args!("{} is disabled: no login, no token works any more", user.username))?;
        }
        UserCommand::Enable(who) => print_enabled(&users::enable(operator, &who.username).await?)?,
        UserCommand::Unlock(who) => print_unlocked(&unlock(operator, &who.username).await?)?,
        UserCommand::Delete { who, yes } => {
            let user = operator.find_user(&who.username).await?;
            let shown = display_text(&user.username, 255);
            if !yes {
                let advice = "say it again with --yes, or end the account for a time with `grantd user disable`";
                return Err(misuse(format!("this deletes {shown}, and nobody can undo it: {advice}")));
            }
            users::delete(operator, &user).await?;
            output::line(format_args!("{shown} is deleted, with every session and every token"))?;
        }
    }
    Ok(())
}

fn typed_password() -> anyhow::Result<Password> {
    Ok(Password::typed(&new_password()?))
}

fn state(user: &User, is_locked: bool) -> &'static str {
    match user.disabled_at {
        Some(_) => "disabled",
        None if is_locked => "locked",
        None => "enabled",
    }
}

fn described(user: &User, is_locked: bool) -> Value {
    json!({
        "username": user.username, "sub": user.subject.as_str(), "name": user.name, "email": user.email,
        "state": state(user, is_locked), "created": output::time(user.created_at),
        "disabled_since": user.disabled_at.map(output::time),
    })
}

fn print_listed_json(ListedUser { user, is_locked }: &ListedUser) -> Result<(), OutputError> {
    output::json(&described(user, *is_locked))
}

fn print_listed(ListedUser { user, is_locked }: &ListedUser) -> Result<(), OutputError> {
    let state = state(user, *is_locked);
    let (username, name) =
        (display_text(&user.username, 255), display_text(user.name.as_deref().unwrap_or_default(), 64));
    let (subject, added) = (user.subject.as_str(), user.created_at.utc());
    output::line(format_args!("{username}\t{subject}\t{state}\tadded {added:.0}\t{name}"))
}

fn print_report_json(UserReport { user, lock, devices }: &UserReport) -> Result<(), OutputError> {
    let (locked_since, next_try) = match lock.state {
        LockState::Locked(at) => (Some(at), None),
        LockState::Waiting(until) => (None, Some(until)),
        LockState::Open => (None, None),
    };
    let mut report = described(user, locked_since.is_some());
    let devices = devices.iter().map(|of| (of.client_id.clone(), Value::from(of.devices)));
    report["wrong_passwords"] = lock.failures.into();
    report["locked_since"] = locked_since.map(output::time).into();
    report["next_try"] = next_try.map(output::time).into();
    report["locked_browsers"] = lock.locked_browsers.into();
    report["devices"] = Value::Object(devices.collect());
    output::json(&report)
}

fn print_report(UserReport { user, lock, devices }: &UserReport) -> Result<(), OutputError> {
    let username = display_text(&user.username, 255);
    output::line(format_args!("username: {username}"))?;
    output::line(format_args!("sub: {}", user.subject.as_str()))?;
    output::line(format_args!("name: {}", text_or_none(user.name.as_deref(), 255)))?;
    output::line(format_args!("email: {}", text_or_none(user.email.as_deref(), 255)))?;
    output::line(format_args!("created: {:.0}", user.created_at.utc()))?;
    match user.disabled_at {
        Some(at) => output::line(format_args!("disabled: since {:.0}", at.utc()))?,
        None => output::line("disabled: no")?,
    }
    output::line(format_args!("login lock: {}", lock_in_words(lock, &username)))?;
    let by_client: Vec<String> = devices.iter().map(|of| format!("{} {}", of.client_id, of.devices)).collect();
    let all: i64 = devices.iter().map(|of| of.devices).sum();
    let clients = if by_client.is_empty() { String::new() } else { format!(" ({})", by_client.join(", ")) };
    output::line(format_args!("devices signed in: {all}{clients}"))
}

fn lock_in_words(LoginLock { failures, state, locked_browsers }: &LoginLock, username: &str) -> String {
    let words = match state {
        LockState::Locked(at) => format!(
            "since {:.0}, after {failures} wrong passwords; only browsers that logged in before can still log in; `grantd \
             user unlock {username}` lifts it",
            at.utc()
        ),
        LockState::Waiting(until) => {
            format!("none; {failures} wrong passwords in a row, the next try has to wait until {:.0}", until.utc())
        }
        LockState::Open if *failures > 0 => format!("none; {failures} wrong passwords in a row"),
        LockState::Open => "none".to_owned(),
    };
    match locked_browsers {
        0 => words,
        count => format!("{words}; {count} browsers that logged in before are locked"),
    }
}

fn print_enabled(ListedUser { user, is_locked }: &ListedUser) -> Result<(), OutputError> {
    let shown = display_text(&user.username, 255);
    if *is_locked {
        let lifts = format_args!("`grantd user unlock {shown}` lifts that");
        return output::line(format_args!("{shown} is enabled, but locked by wrong passwords: {lifts}"));
    }
    output::line(format_args!("{shown} can log in again"))
}

fn print_unlocked(UnlockedAccount { user, was_locked, failures }: &UnlockedAccount) -> Result<(), OutputError> {
    let shown = display_text(&user.username, 255);
    let disabled = if user.disabled_at.is_some() { "; the account is disabled" } else { "" };
    let effect = match failures {
        0 => "was not locked: nothing is changed".to_owned(),
        _ if *was_locked => format!("is unlocked: {failures} wrong passwords are forgotten"),
        _ => format!("was not locked: {failures} wrong passwords are forgotten"),
    };
    output::line(format_args!("{shown} {effect}{disabled}"))
}
