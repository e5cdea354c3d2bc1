//! The end of an operation waits a moment for the next message, so that both take one commit; nothing waits for it.

use super::rig::{Did, Rig};
use desk::ReplyMode;
use std::time::{Duration, Instant};

/// Waits until the team sees something and the bridge knows that it does, while virtual time stands still.
async fn at_once(rig: &Rig, said: &str) {
    so_at_once(rig, said, || rig.shown_to_team(said) > 0).await;
}

/// Waits until something is so, while virtual time stands still.
async fn so_at_once(rig: &Rig, what: &str, is_so: impl Fn() -> bool) {
    let give_up = Instant::now() + Duration::from_secs(20);
    while !is_so() {
        assert!(Instant::now() < give_up, "{what} waits for time to pass: {:#?}", rig.record.so_far());
        tokio::task::yield_now().await;
    }
    // everybody who is awake has their turn
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

/// How many commits there were since the last time.
fn commits(rig: &Rig, before: &mut usize) -> usize {
    let all = rig.record.so_far().iter().filter(|did| matches!(did, Did::Kept { .. })).count();
    all - std::mem::replace(before, all)
}

#[tokio::test(start_paused = true)]
async fn an_operation_ends_with_the_next_message_or_soon_by_itself() {
    let rig = Rig::new(ReplyMode::Explicit);
    rig.during(async {
        rig.customer("mia", "zero");
        at_once(&rig, "mia: zero").await;
        rig.until_all_is_done().await;
        let mut before = 0;
        commits(&rig, &mut before);
        for text in ["one", "two", "three"] {
            rig.customer("mia", text);
            at_once(&rig, &format!("mia: {text}")).await;
        }
        assert_eq!(commits(&rig, &mut before), 3, "{:#?}", rig.record.so_far());
        rig.until_all_is_done().await;
        assert_eq!(commits(&rig, &mut before), 1, "nothing came any more");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_stands_behind_an_operation_does_not_wait_for_its_end() {
    let rig = Rig::new(ReplyMode::Explicit);
    rig.during(async {
        rig.customer("mia", "zero");
        at_once(&rig, "mia: zero").await;
        for text in ["one", "two", "three"] {
            rig.customer("mia", text);
        }
        at_once(&rig, "mia: three").await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_end_that_makes_a_mark_does_not_wait() {
    let rig = Rig::new(ReplyMode::Explicit);
    rig.during(async {
        rig.customer("mia", "zero");
        at_once(&rig, "mia: zero").await;
        rig.until_all_is_done().await;
        let reply = rig.team_writes("Anna", "zero", "!r Good day");
        so_at_once(&rig, "the mark", || rig.mark(&reply) == Some(port::Mark::Delivered)).await;
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_goes_back_keeps_no_end_waiting() {
    let rig = Rig::new(ReplyMode::Explicit);
    rig.during(async {
        rig.customer("mia", "one");
        at_once(&rig, "mia: one").await;
        rig.time.jump(-3600);
        rig.until_all_is_done().await;
        assert!(rig.time.elapsed() < Duration::from_mins(1));
    })
    .await;
}
