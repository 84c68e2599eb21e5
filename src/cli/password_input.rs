//! Where does a password come from? A terminal that does not echo it, or standard input; never an argument, which other
//! users of the machine could read.

use std::io;
use std::io::BufRead;
use std::io::IsTerminal;

use zeroize::Zeroizing;

/// Asks twice on a terminal, reads one line otherwise.
pub(super) fn new_password() -> anyhow::Result<Zeroizing<String>> {
    if !io::stdin().is_terminal() {
        return first_line();
    }
    let password = Zeroizing::new(rpassword::prompt_password("New password: ")?);
    let again = Zeroizing::new(rpassword::prompt_password("The same again: ")?);
    anyhow::ensure!(password == again, "the two are not the same");
    Ok(password)
}

fn first_line() -> anyhow::Result<Zeroizing<String>> {
    let mut line = Zeroizing::new(String::new());
    io::stdin().lock().read_line(&mut line)?;
    let password = Zeroizing::new(line.trim_end_matches(['\r', '\n']).to_owned());
    anyhow::ensure!(!password.is_empty(), "standard input holds no password");
    Ok(password)
}
