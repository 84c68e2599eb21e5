//! `grantd user`: manages the accounts of people.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::cli::password_input::new_password;
use crate::cli::{ConfigFile, misuse, operate, text_or_none};
use crate::flow::operator::login_lock::{LockState, LoginLock, UnlockedAccount, unlock};
use crate::flow::operator::users::{self, ListedUser, NewUser, UserReport};
use crate::passwords::Password;
use protocol::display_text;

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
    },
    /// List all accounts.
    List(ConfigFile),
    /// Show one account, and the number of devices that are signed in to it.
    Show(UserName),
    /// Set a new password, which ends the sessions of the account and lifts a lock of its logins.
    SetPassword(UserName),
    /// End all sessions of an account, sign its devices out, and void its approvals; the person can log in again.
    SignOutEverywhere(UserName),
    /// End an account, its sessions and its tokens, until it is enabled again.
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
            Self::List(file) => file,
            Self::Add { who, .. } | Self::Delete { who, .. } => &who.file,
            Self::Show(who) | Self::SetPassword(who) | Self::SignOutEverywhere(who) => &who.file,
            Self::Disable(who) | Self::Enable(who) | Self::Unlock(who) => &who.file,
        }
    }
}

pub(super) fn run(command: &UserCommand) -> anyhow::Result<ExitCode> {
    operate(command.file().settings()?, async |operator| {
        match command {
            UserCommand::Add { who, name, email } => {
                let new = NewUser::new(&who.username, name.clone(), email.clone())?;
                let user = users::add(operator, new, &typed_password()?).await?;
                println!("{} is added (sub {})", user.username, user.subject.as_str());
            }
            UserCommand::List(_) => users::list(operator).await?.iter().for_each(print_listed),
            UserCommand::Show(who) => print_report(&users::show(operator, &who.username).await?),
            UserCommand::SetPassword(who) => {
                let user = operator.find_user(&who.username).await?;
                users::set_password(operator, &user, &typed_password()?).await?;
                println!("{} has a new password; older sessions and approvals are void", user.username);
            }
            UserCommand::SignOutEverywhere(who) => {
                let user = users::sign_out_everywhere(operator, &who.username).await?;
                println!("{} is signed out everywhere: no session and no token works any more", user.username);
            }
            UserCommand::Disable(who) => {
                let user = users::disable(operator, &who.username).await?;
                println!("{} is disabled: no login, no token works any more", user.username);
            }
            UserCommand::Enable(who) => print_enabled(&users::enable(operator, &who.username).await?),
            UserCommand::Unlock(who) => print_unlocked(&unlock(operator, &who.username).await?),
            UserCommand::Delete { who, yes } => {
                let user = operator.find_user(&who.username).await?;
                let shown = display_text(&user.username, 255);
                if !yes {
                    let advice = "say it again with --yes (or disable the account)";
                    return Err(misuse(format!("deleting {shown} cannot be undone: {advice}")));
                }
                users::delete(operator, &user).await?;
                println!("{shown} is deleted, with every session and every token");
            }
        }
        Ok(())
    })
}

fn typed_password() -> anyhow::Result<Password> {
    Ok(Password::typed(&new_password()?))
}

fn print_listed(ListedUser { user, is_locked }: &ListedUser) {
    let state = match user.disabled_at {
        Some(_) => "disabled",
        None if *is_locked => "locked",
        None => "enabled",
    };
    let (username, name) =
        (display_text(&user.username, 255), display_text(user.name.as_deref().unwrap_or_default(), 64));
    println!("{username}\t{}\t{state}\tadded {:.0}\t{name}", user.subject.as_str(), user.created_at.utc());
}

fn print_report(UserReport { user, lock, devices }: &UserReport) {
    let username = display_text(&user.username, 255);
    println!("username: {username}");
    println!("sub: {}", user.subject.as_str());
    println!("name: {}", text_or_none(user.name.as_deref(), 255));
    println!("email: {}", text_or_none(user.email.as_deref(), 255));
    println!("created: {:.0}", user.created_at.utc());
    match user.disabled_at {
        Some(at) => println!("disabled: since {:.0}", at.utc()),
        None => println!("disabled: no"),
    }
    println!("login lock: {}", lock_in_words(lock, &username));
    let by_client: Vec<String> = devices.iter().map(|of| format!("{} {}", of.client_id, of.devices)).collect();
    let all: i64 = devices.iter().map(|of| of.devices).sum();
    let clients = if by_client.is_empty() { String::new() } else { format!(" ({})", by_client.join(", ")) };
    println!("devices signed in: {all}{clients}");
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

fn print_enabled(ListedUser { user, is_locked }: &ListedUser) {
    let shown = display_text(&user.username, 255);
    if *is_locked {
        println!("{shown} is enabled, but locked by wrong passwords: `grantd user unlock {shown}` lifts that");
    } else {
        println!("{shown} can log in again");
    }
}

fn print_unlocked(UnlockedAccount { user, was_locked, failures }: &UnlockedAccount) {
    let shown = display_text(&user.username, 255);
    let disabled = if user.disabled_at.is_some() { "; the account is disabled" } else { "" };
    match failures {
        0 => println!("{shown} was not locked: nothing is changed{disabled}"),
        _ if *was_locked => println!("{shown} is unlocked: {failures} wrong passwords are forgotten{disabled}"),
        _ => println!("{shown} was not locked: {failures} wrong passwords are forgotten{disabled}"),
    }
}
