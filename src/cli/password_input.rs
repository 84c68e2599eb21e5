//! Reads passwords and secrets from a terminal without echo, or from standard input. They are never arguments, because other
//! users of the machine can read those.

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

/// Asks once, for a secret that exists elsewhere: it is pasted, or can be compared there.
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
