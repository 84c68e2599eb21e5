//! Random sequences of operations, against a model that predicts every answer (requirements SM-01 to SM-09).
//!
//! Operations that are sent at the same moment may happen in any order, so a race has several possible worlds. What was
//! told rules some of them out, at once or later; when none is left, the server has done what no order explains.

mod family;
mod model;
mod operation;
mod pace;
mod stage;

use std::cell::{Cell, RefCell};
use std::fmt::Write;

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use crate::operation_sequences::model::World;
use crate::operation_sequences::operation::{Operation, Place, Request, Told};
use crate::operation_sequences::stage::Stage;

type Steps = Vec<Vec<Operation>>;

/// Sequences in which one operation follows the other.
pub fn hold_in_order(sequences: u32) {
    hold(sequences, operation::in_order());
}

/// Sequences in which some are sent together.
pub fn hold_in_races(sequences: u32) {
    hold(sequences, operation::racing());
}

fn hold(sequences: u32, strategy: impl Strategy<Value = Steps>) {
    // A race may need some tries to show itself again, or the smaller sequence would pass for innocent.
    const TRIES: usize = 6;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap();
    let stage = RefCell::new(runtime.block_on(Stage::open()));
    let (shrinking, played) = (Cell::new(false), Cell::new(0));
    let config = Config { cases: sequences, failure_persistence: None, max_shrink_iters: 500, ..Config::default() };
    let found = TestRunner::new(config).run(&strategy, |steps| {
        for _ in 0..if shrinking.get() { TRIES } else { 1 } {
            played.set(played.get() + 1);
            if let Err(story) = runtime.block_on(play(&mut stage.borrow_mut(), &steps)) {
                shrinking.set(true);
                return Err(TestCaseError::fail(story));
            }
        }
        Ok(())
    });
    if let Err(found) = found {
        panic!("{found}");
    }
    assert_eq!(played.get(), sequences);
}

/// Plays a sequence, and tells its story up to what nothing explains.
async fn play(stage: &mut Stage, steps: &Steps) -> Result<(), String> {
    let mut story = "\n".to_owned();
    let mut worlds = vec![World::new()];
    stage.begin().await;
    for step in steps.iter().chain(&inventory()) {
        stage.tick();
        worlds.iter_mut().for_each(World::tick);
        let told = stage.run_together(step).await;
        let together = if step.len() > 1 { "  together:\n" } else { "" };
        let lines = step.iter().zip(&told).map(|(operation, told)| format!("  {operation:?} -> {told:?}\n"));
        write!(story, "{together}{}", lines.collect::<String>()).unwrap();
        let (mut possible, mut expected) = (Vec::new(), Vec::new());
        for (foreseen, world) in worlds.iter().flat_map(|world| futures(world, step)) {
            if foreseen != told {
                expected.push(foreseen);
            } else if !possible.contains(&world) {
                possible.push(world);
            }
        }
        if possible.is_empty() {
            expected.dedup();
            return Err(format!("{story}  but the model expects one of {expected:?}"));
        }
        worlds = possible;
    }
    Ok(())
}

/// What can come of a step: in each order, and with each of its browsers looked at early or not, what is told to each
/// operation, and the world after it.
fn futures(before: &World, step: &[Operation]) -> Vec<(Vec<Told>, World)> {
    let of_browsers: usize = (0..step.len()).filter(|at| step[*at].is_of_a_browser()).map(|at| 1 << at).sum();
    let early = (0..1 << step.len()).filter(|early| step.len() > 1 && early & of_browsers == *early || *early == 0);
    let in_order = |(order, early): (Vec<usize>, usize)| {
        let (mut world, mut told) = (before.clone(), vec![Told::Nothing; step.len()]);
        for at in order {
            told[at] = world.apply(step[at], before, early & (1 << at) != 0);
        }
        (told, world)
    };
    early.flat_map(|early| orders(step.len()).into_iter().map(move |order| (order, early))).map(in_order).collect()
}

fn orders(of: usize) -> Vec<Vec<usize>> {
    let Some(last) = of.checked_sub(1) else { return vec![Vec::new()] };
    let with_last = |order: Vec<usize>| (0..=order.len()).map(move |at| [&order[..at], &[last], &order[at..]].concat());
    orders(last).into_iter().flat_map(with_last).collect()
}

/// The state at the end, so that the effect of the last step is checked too.
fn inventory() -> Steps {
    let of_one = |request| {
        let pages = Place::ALL.map(|place| Operation::LookAtThePage(request, place));
        let device =
            [Operation::UseTheAccessToken(request), Operation::Poll(request), Operation::UseTheAccessToken(request)];
        pages.into_iter().chain(device)
    };
    Request::ALL.into_iter().flat_map(of_one).map(|operation| vec![operation]).collect()
}

/// Proves: SM-01 SM-03 SM-04 SM-05 SM-06 SM-07 SM-08 T-14 T-15 T-16 T-18 T-19 K-07 K-08 K-10
#[test]
fn random_sequences_go_as_the_requirements_say() {
    hold_in_order(60);
}

/// Proves: SM-01 SM-03 SM-04 SM-05 SM-06 K-07 K-08: simultaneous operations end as if they had happened in some order.
#[test]
fn random_races_could_have_gone_in_some_order() {
    hold_in_races(60);
}

#[test]
fn orders_are_all_that_there_are() {
    assert_eq!(orders(3).len(), 6);
    assert!(orders(4).iter().all(|order| (0..4).all(|at| order.contains(&at))));
}
