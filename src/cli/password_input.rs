//! Passwords and secrets that are typed: at a terminal without echo, or on standard input. Never as an argument, which other
//! users of the machine can read.

use std::io::{self, BufRead, IsTerminal};

use zeroize::Zeroizing;

/// Asks twice on a terminal, reads one line otherwise.
pub(super) fn new_password() -> anyhow::Result<Zeroizing<String>> {
    if !io::stdin().is_terminal() {
        return first_line("password");
    }
    let password = Zeroizing::new(rpassword::prompt_password("New password: ")?);
    let again = Zeroizing::new(rpassword::prompt_password("The same again: ")?);
    anyhow::ensure!(password == again, "the two are not the same");
    Ok(password)
}

/// Asks once for a secret that exists elsewhere: there it can be compared, and pasting makes no mistakes.
pub(super) fn existing_secret() -> anyhow::Result<Zeroizing<String>> {
    if !io::stdin().is_terminal() {
        return first_line("secret");
    }
    let secret = Zeroizing::new(rpassword::prompt_password("Secret: ")?);
    anyhow::ensure!(!secret.is_empty(), "no secret was typed");
    Ok(secret)
}

fn first_line(what: &str) -> anyhow::Result<Zeroizing<String>> {
    let mut line = Zeroizing::new(String::new());
    io::stdin().lock().read_line(&mut line)?;
    let text = Zeroizing::new(line.trim_end_matches(['\r', '\n']).to_owned());
    anyhow::ensure!(!text.is_empty(), "standard input holds no {what}");
    Ok(text)
}
