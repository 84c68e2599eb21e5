//! The driver of Postgres never reads a URL or a file of passwords, because it logs the parts that it cannot read.

use super::{code, nothing};

/// How it would be asked to.
const READS: &[&str] = &[
    "PgConnectOptions::from_str",
    "PgConnectOptions::from_url",
    "PgConnectOptions::new(",
    "parse::<PgConnectOptions>",
];

#[test]
fn the_driver_of_postgres_reads_no_secret_by_itself() {
    let mut offences = Vec::new();
    for source in code() {
        let found = READS.iter().filter(|call| source.text.contains(**call));
        offences.extend(found.map(|call| format!("{}: {call} logs what it cannot read", source.path)));
    }
    nothing(&offences);
}
