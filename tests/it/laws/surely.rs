//! What a platform certainly did not take is not taken as perhaps said, whenever the process dies.

use super::HOUR;
use super::rig::Rig;
use desk::{Fact, ReplyMode};
use port::{Idempotency, Mark};

#[tokio::test(start_paused = true)]
async fn law_4_what_was_surely_not_said_is_said_after_a_restart() {
    // two messages of the team's chat in a minute
    let rig = Rig::crowded(Idempotency::None, false);
    rig.during(async {
        rig.customer("mia", "Hello");
        rig.until("the team sees it", || rig.shown_to_team("mia: Hello") == 1).await;
        let topics: Vec<_> = rig.team.inner.world().topics.iter().cloned().collect();
        rig.customer("noa", "Hi");
        rig.until("the team sees it", || rig.shown_to_team("noa: Hi") == 1).await;
        rig.until_all_is_done().await;
        rig.pass(HOUR).await;
        for topic in &topics {
            rig.team.inner.lose_topic(topic);
        }
        rig.customer("mia", "Still there?");
        rig.until("there is another topic", || rig.team.inner.world().topics.len() == 2).await;
        // goes before the word about that, and leaves no room in that minute for what was refused
        rig.customer("noa", "Hi again");
        rig.until("the team is told", || rig.told_team("so it goes on here")).await;
        while rig.rows(desk::key::OUT_PREFIX).await.len() > 1 {
            rig.moment().await;
        }
    })
    .await;
    let waiting = rig.rows(desk::key::OUT_PREFIX).await;
    assert!(waiting.len() == 1 && rig.shown_to_team("mia: Still there?") == 0, "{waiting:?}");
    rig.during(rig.pass(HOUR)).await;
    assert_eq!(rig.shown_to_team("mia: Still there?"), 1);
    let journal = rig.journal().await;
    let told = journal.iter().find(|event| matches!(event.fact, Fact::CopyUnknown { .. }));
    assert!(told.is_none(), "told as perhaps missing");
}

#[tokio::test(start_paused = true)]
async fn law_4_what_waits_for_a_channel_that_is_not_configured_is_said_when_it_is_again() {
    let rig = Rig::on(ReplyMode::Explicit, Idempotency::None, false);
    rig.during(async {
        rig.customer("mia", "Hello");
        rig.until("the team sees it", || rig.shown_to_team("mia: Hello") == 1).await;
        rig.until_all_is_done().await;
    })
    .await;
    let reply = rig
        .during_without_shop(async {
            let reply = rig.team_writes("Anna", "Hello", "!r Good day");
            rig.pass(HOUR).await;
            reply
        })
        .await;
    // and it waits over another start
    rig.during_without_shop(rig.pass(HOUR)).await;
    let waiting = rig.rows(desk::key::OUT_PREFIX).await;
    assert_eq!(waiting.len(), 1);
    assert!(waiting[0].1["tried_at"].is_null(), "taken for tried: {waiting:?}");
    rig.during(rig.until("it arrives", || rig.mark(&reply) == Some(Mark::Delivered))).await;
    assert_eq!(rig.answers_to("mia"), ["Anna (Support): Good day"]);
}
