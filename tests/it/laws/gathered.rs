//! The laws, where several messages go as one: what a customer wrote while the team's chat took no more.

use super::HOUR;
use super::rig::{DAY, ROOM, Rig};
use super::twist::Twist;
use desk::Fact;
use port::{ChatId, Idempotency};
use std::time::Duration;

const WORDS: [&str; 3] = ["one", "two", "three"];
const POST: &str = "mia: one\ntwo\nthree";

/// Mia says hello, which is all that the chat takes just now, and then three words, which wait.
async fn bursts(rig: &Rig) {
    rig.customer("mia", "Hello");
    rig.until("the team sees it", || rig.shown_to_team("mia: Hello") == 1).await;
    for word in WORDS {
        rig.customer("mia", word);
    }
}

/// How often each of the three words is in the team's chat, alone or with others.
fn shown(rig: &Rig) -> [usize; 3] {
    let world = rig.team.inner.world();
    let room = world.chats.get(&ChatId::new(ROOM)).into_iter().flatten();
    let lines: Vec<&str> = room.flat_map(|seen| seen.text.lines()).collect();
    WORDS.map(|word| lines.iter().filter(|line| **line == word).count())
}

#[tokio::test(start_paused = true)]
async fn law_1_several_that_go_as_one_are_kept_so_before_they_are_sent() {
    for idempotency in [DAY, Idempotency::None] {
        let rig = Rig::crowded(idempotency, true);
        rig.during(async {
            bursts(&rig).await;
            let waiting = async || rig.rows(desk::key::OUT_PREFIX).await.len();
            while waiting().await < WORDS.len() {
                rig.moment().await;
            }
            let sends = rig.sends("team").len();
            rig.store.close();
            rig.until("a commit waits", || rig.store.waiting() > 0).await;
            rig.pass(HOUR).await;
            assert_eq!((rig.sends("team").len(), shown(&rig)), (sends, [0; 3]));
            rig.store.open();
            rig.until("the team sees it", || rig.shown_to_team(POST) == 1).await;
            assert_eq!(rig.sends("team").len(), sends + 1, "one post");
            rig.until_all_is_done().await;
        })
        .await;
        assert_eq!(shown(&rig), [1; 3]);
        // each of them is known as what the team sees
        let delivered = rig.journal().await.into_iter().filter_map(|event| {
            let Fact::CopyDelivered { parts, shared: true, .. } = event.fact else { return None };
            Some(parts)
        });
        let delivered: Vec<_> = delivered.collect();
        assert!(
            delivered.len() == 3 && delivered.iter().all(|parts| *parts == delivered[0]),
            "{delivered:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn law_4_what_became_of_several_that_went_as_one_is_told_not_guessed() {
    let none = Idempotency::None;
    for (idempotency, readable, twist) in [
        (DAY, false, Twist::AnswerLost),
        (DAY, false, Twist::NeverArrives),
        (none, true, Twist::AnswerLost),
        (none, true, Twist::NeverArrives),
        (DAY, false, Twist::Hangs),
        (none, true, Twist::Hangs),
    ] {
        let rig = Rig::crowded(idempotency, readable);
        rig.during(async {
            rig.customer("mia", "Hello");
            rig.until("the team sees it", || rig.shown_to_team("mia: Hello") == 1).await;
            rig.team.twist(&[twist]);
            for word in WORDS {
                rig.customer("mia", word);
            }
            rig.until("they are sent", || rig.team.twists_left() == 0).await;
            if twist != Twist::Hangs {
                rig.until_all_is_done().await;
            }
        })
        .await;
        // after the process died with the answer on its way, too
        rig.during(rig.until_all_is_done()).await;
        assert_eq!((shown(&rig), rig.shown_to_team(POST)), ([1; 3], 1), "{idempotency:?} {twist:?}");
        assert!(!rig.told_team("may be missing"));
    }
    for twist in [Twist::AnswerLost, Twist::NeverArrives, Twist::Hangs] {
        let rig = Rig::crowded(none, false);
        rig.during(async {
            rig.customer("mia", "Hello");
            rig.until("the team sees it", || rig.shown_to_team("mia: Hello") == 1).await;
            rig.team.twist(&[twist]);
            for word in WORDS {
                rig.customer("mia", word);
            }
            rig.until("they are sent", || rig.team.twists_left() == 0).await;
        })
        .await;
        let before = usize::from(twist != Twist::NeverArrives);
        rig.during(async {
            rig.until("it is told", || rig.told_team("3 messages of the customer may be missing")).await;
            rig.pass(2 * HOUR).await;
            assert_eq!(shown(&rig), [before; 3], "{twist:?}");
            rig.team_writes("Bernd", "Hello", "!retry");
            rig.until("they are shown", || shown(&rig) == [before + 1; 3]).await;
            rig.until_all_is_done().await;
        })
        .await;
        let unknown = rig.journal().await.into_iter();
        let unknown = unknown.filter(|event| matches!(event.fact, Fact::CopyUnknown { .. }));
        assert_eq!(unknown.count(), 3, "{twist:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn law_5_a_customer_who_floods_is_gathered_and_others_are_not_held_up() {
    let rig = Rig::crowded(Idempotency::None, false);
    let flood: Vec<String> = (0..150).map(|number| format!("word {number}")).collect();
    rig.during(async {
        rig.customer("mia", "Hello");
        rig.customer("noa", "Hi");
        rig.until("the team sees both", || {
            rig.shown_to_team("mia: Hello") + rig.shown_to_team("noa: Hi") == 2
        })
        .await;
        for word in &flood {
            rig.customer("mia", word);
        }
        rig.customer("noa", "Anybody there?");
        // one by one it would be an hour and a quarter
        rig.pass(Duration::from_mins(6)).await;
        assert_eq!(rig.shown_to_team("noa: Anybody there?"), 1);
    })
    .await;
    let said = Rig::said_in(&rig.team, ROOM);
    let of_mia = said.iter().filter_map(|said| said.strip_prefix("mia: ")).flat_map(str::lines);
    let wanted = std::iter::once("Hello").chain(flood.iter().map(String::as_str));
    assert!(of_mia.eq(wanted), "{said:?}");
}
