//! What each kind of request costs beside the least that it could cost: an empty answer, and a server that only stores what
//! it answers. `make bench` prints ratios within one run, because figures of two runs or two machines cannot be compared.
//!
//! Each contender is a process on loopback; they take turns, forwards and backwards, so that other load of the machine hits
//! all of them, and the median of their rounds counts. Where Postgres is installed, it runs for this bench alone and waits
//! for the disk. Processor time says more than requests a second, because the client shares the processors.
//!
//! - `GRANTD_BENCH_PROGRAM`: the program, as it ships
//! - `GRANTD_BENCH_OTHER`: another version of it, to be measured beside
//! - `GRANTD_BENCH_ONLY`: the workloads, as in `W1 W3`; a later one may need what an earlier one was given
//! - `GRANTD_BENCH_SHORT`: one round of a second each

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on stops where it stands")]
#![expect(clippy::disallowed_methods, reason = "what is measured is real time")]
#![expect(clippy::cast_precision_loss, reason = "figures are printed with two digits")]

mod ceiling;
mod contender;
mod postgres;
mod wire;
mod workload;

use std::env;
use std::path::PathBuf;
use std::time::Duration;

use contender::{Contender, Kind};
use postgres::Postgres;
use workload::{Given, Sample, Workload, measure};

fn main() {
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    let arguments: Vec<String> = env::args().collect();
    if let [_, what, port, database] = &arguments[..]
        && what == "ceiling"
    {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        return runtime.block_on(ceiling::serve(port.parse().unwrap(), database));
    }
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(bench());
}

async fn bench() {
    let is_short = env::var_os("GRANTD_BENCH_SHORT").is_some();
    let (rounds, long, codes) =
        if is_short { (1, Duration::from_secs(1), 10_000) } else { (3, Duration::from_secs(3), 40_000) };
    let postgres = Postgres::start().await;
    if postgres.is_none() {
        println!("Postgres is not installed, so it is not measured.");
    }
    let contenders = contenders(postgres.as_ref()).await;
    for contender in contenders.iter().filter(|contender| contender.kind == Kind::Grantd) {
        let (started, memory) = (contender.started.as_millis(), contender.memory());
        println!("{}: {started} ms to the first answer, {memory:.0} MiB idle", contender.name);
    }
    let mut given: Vec<Given> = contenders.iter().map(|_| Given::default()).collect();
    let only = env::var("GRANTD_BENCH_ONLY").unwrap_or_default();
    let is_wanted = |of: &Workload| only.is_empty() || only.split(' ').any(|name| of.name().starts_with(name));
    for workload in Workload::ALL.into_iter().filter(is_wanted) {
        let mut samples: Vec<Vec<Sample>> = contenders.iter().map(|_| Vec::new()).collect();
        for round in 0..rounds {
            let mut turn: Vec<usize> = (0..contenders.len()).collect();
            if round % 2 == 1 {
                turn.reverse();
            }
            for place in turn.into_iter().filter(|place| workload.is_for(contenders[*place].kind)) {
                samples[place].push(measure(workload, &contenders[place], &mut given[place], long, codes).await);
            }
        }
        print(workload, &contenders, samples);
    }
}

/// The servers in the order of their lines. A ceiling comes before what is compared with it.
async fn contenders(postgres: Option<&Postgres>) -> Vec<Contender> {
    let program =
        env::var_os("GRANTD_BENCH_PROGRAM").map_or_else(|| env!("CARGO_BIN_EXE_grantd").into(), PathBuf::from);
    let other = env::var_os("GRANTD_BENCH_OTHER").map(PathBuf::from);
    let mut contenders = vec![
        Contender::start("an empty answer", Kind::Empty, &program, None),
        Contender::start("SQLite ceiling", Kind::Ceiling, &program, None),
    ];
    if let Some(other) = &other {
        contenders.push(Contender::start("SQLite, other grantd", Kind::Grantd, other, None));
    }
    contenders.push(Contender::start("SQLite, grantd", Kind::Grantd, &program, None));
    let Some(postgres) = postgres else { return contenders };
    let mut on_postgres = vec![("Postgres ceiling", Kind::Ceiling, &program)];
    on_postgres.extend(other.iter().map(|other| ("Postgres, other grantd", Kind::Grantd, other)));
    on_postgres.push(("Postgres, grantd", Kind::Grantd, &program));
    for (number, (name, kind, program)) in on_postgres.into_iter().enumerate() {
        let database = postgres.create(&format!("bench_{number}")).await;
        contenders.push(Contender::start(name, kind, program, Some((database, postgres.process()))));
    }
    contenders
}

/// Prints a line for each contender. The processor time is compared with that of an empty answer, and the requests a second
/// with those of the ceiling on the same engine.
fn print(workload: Workload, contenders: &[Contender], samples: Vec<Vec<Sample>>) {
    println!("\n{}", workload.name());
    println!(
        "{:24} {:>8} {:>8} {:>13} {:>8} {:>8} {:>8} {:>6}",
        "", "req/s", "ceiling", "CPU us (+db)", "x empty", "p50 ms", "p99 ms", "MiB"
    );
    let (mut empty, mut ceiling) = (0.0, 0.0);
    for (contender, mut samples) in contenders.iter().zip(samples) {
        samples.sort_by(|one, other| one.load.rate().total_cmp(&other.load.rate()));
        let middle = samples.len() / 2;
        let Some(Sample { load, cost, memory }) = samples.into_iter().nth(middle) else { continue };
        let each = |time: Duration| time.as_secs_f64() * 1e6 / load.count().max(1) as f64;
        let (server, database, rate) = (each(cost.server), each(cost.postgres), load.rate());
        match contender.kind {
            Kind::Empty => empty = server,
            Kind::Ceiling => ceiling = rate,
            Kind::Grantd => {}
        }
        let of_ceiling = if contender.kind == Kind::Grantd && ceiling > 0.0 {
            format!("{:.2}", rate / ceiling)
        } else {
            String::new()
        };
        let (name, times) = (&contender.name, (server + database) / empty);
        let (p50, p99) = (load.percentile(50), load.percentile(99));
        println!(
            "{name:24} {rate:>8.0} {of_ceiling:>8} {server:>7.0}+{database:<5.0} {times:>8.2} {p50:>8.2} {p99:>8.2} {memory:>6.0}"
        );
    }
}
