//! `grantd user`: the people who sign in.

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
    /// Add somebody. The password is asked for, or read from standard input.
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
    /// List everybody.
    List(ConfigFile),
    /// Show one account, and on how many devices it is signed in.
    Show(UserName),
    /// Give somebody a new password, which ends their sessions and lifts a lock of their logins.
    SetPassword(UserName),
    /// End somebody's sessions, sign their devices out, and void what they approved; they can log in again.
    SignOutEverywhere(UserName),
    /// End an account, its sessions and its tokens, until it is enabled again.
    Disable(UserName),
    /// Let an account be used again that was disabled.
    Enable(UserName),
    /// Forget somebody's wrong passwords, and with them the lock of their logins.
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
    /// The name that they sign in with.
    username: String,
    #[command(flatten)]
    file: ConfigFile,
}

pub(super) fn run(command: &UserCommand) -> anyhow::Result<ExitCode> {
    match command {
        UserCommand::Add { who: UserName { username, file }, name, email } => {
            operate(file.settings()?, async |operator| {
                let new = NewUser::new(username, name.clone(), email.clone())?;
                let user = users::add(operator, new, &typed_password()?).await?;
                println!("{} is added (sub {})", user.username, user.subject.as_str());
                Ok(())
            })
        }
        UserCommand::List(file) => operate(file.settings()?, async |operator| {
            users::list(operator).await?.iter().for_each(print_listed);
            Ok(())
        }),
        UserCommand::Show(UserName { username, file }) => operate(file.settings()?, async |operator| {
            print_report(&users::show(operator, username).await?);
            Ok(())
        }),
        UserCommand::SetPassword(UserName { username, file }) => operate(file.settings()?, async |operator| {
            let user = operator.find_user(username).await?;
            users::set_password(operator, &user, &typed_password()?).await?;
            println!("{} has a new password; older sessions and approvals are void", user.username);
            Ok(())
        }),
        UserCommand::SignOutEverywhere(UserName { username, file }) => operate(file.settings()?, async |operator| {
            let user = users::sign_out_everywhere(operator, username).await?;
            println!("{} is signed out everywhere: no session and no token works any more", user.username);
            Ok(())
        }),
        UserCommand::Disable(UserName { username, file }) => operate(file.settings()?, async |operator| {
            let user = users::disable(operator, username).await?;
            println!("{} is disabled: no login, no token works any more", user.username);
            Ok(())
        }),
        UserCommand::Enable(UserName { username, file }) => operate(file.settings()?, async |operator| {
            let ListedUser { user, is_locked } = users::enable(operator, username).await?;
            let shown = display_text(&user.username, 255);
            if is_locked {
                println!("{shown} is enabled, but locked by wrong passwords: `grantd user unlock {shown}` lifts that");
            } else {
                println!("{shown} can log in again");
            }
            Ok(())
        }),
        UserCommand::Unlock(UserName { username, file }) => operate(file.settings()?, async |operator| {
            print_unlocked(&unlock(operator, username).await?);
            Ok(())
        }),
        UserCommand::Delete { who: UserName { username, file }, yes } => operate(file.settings()?, async |operator| {
            let user = operator.find_user(username).await?;
            let shown = display_text(&user.username, 255);
            if !yes {
                let advice = "say it again with --yes (or disable the account)";
                return Err(misuse(format!("deleting {shown} cannot be undone: {advice}")));
            }
            users::delete(operator, &user).await?;
            println!("{shown} is deleted, with every session and every token");
            Ok(())
        }),
    }
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

fn print_unlocked(UnlockedAccount { user, was_locked, failures }: &UnlockedAccount) {
    let shown = display_text(&user.username, 255);
    let disabled = if user.disabled_at.is_some() { "; the account is disabled" } else { "" };
    match failures {
        0 => println!("{shown} was not locked: nothing is changed{disabled}"),
        _ if *was_locked => println!("{shown} is unlocked: {failures} wrong passwords are forgotten{disabled}"),
        _ => println!("{shown} was not locked: {failures} wrong passwords are forgotten{disabled}"),
    }
}
