//! The seven laws, one test each, on the real loop with the real store. Faults in their thousands are the simulation's.

mod acknowledging;
mod company;
mod gathered;
mod rig;
mod rush;
mod surely;
mod twist;

use crate::scripted::Faults;
use desk::{Event, Fact, ReplyMode};
use deskbridge::runtime::RuntimeError;
use port::{ChatId, Idempotency, Mark, OpId};
use rig::{Did, Rig};
use serde_json::Value;
use std::time::Duration;
use twist::Twist;

const HOUR: Duration = Duration::from_hours(1);

#[tokio::test(start_paused = true)]
async fn law_1_nothing_is_said_before_it_is_written() {
    let rig = Rig::new(ReplyMode::Explicit);
    rig.during(async {
        rig.customer("mia", "Hello");
        rig.until("the team sees it", || rig.shown_to_team("mia: Hello") == 1).await;
        rig.until_all_is_done().await;
        rig.store.close();
        rig.customer("mia", "Still there?");
        rig.team_writes("Anna", "Hello", "!r Good day");
        rig.until("a commit waits", || rig.store.waiting() > 0).await;
        rig.pass(HOUR).await;
        assert_eq!(rig.answers_to("mia"), Vec::<String>::new());
        assert_eq!(rig.shown_to_team("mia: Still there?"), 0);
        rig.store.open();
        rig.until("both arrive", || {
            rig.answers_to("mia") == ["Anna (Support): Good day"]
                && rig.shown_to_team("mia: Still there?") == 1
        })
        .await;
        rig.until_all_is_done().await;
    })
    .await;
    let record = rig.record.so_far();
    for (at, did) in record.iter().enumerate() {
        let Did::Delivers(_, id) = did else { continue };
        let is_kept = record[..at]
            .iter()
            .any(|did| matches!(did, Did::Kept { operations, .. } if operations.contains(id)));
        assert!(is_kept, "{id} was sent before it was kept");
    }
    assert!(rig.sends("shop").len() == 1 && rig.sends("team").len() >= 4, "{record:#?}");

    // a store that cannot keep anything ends the bridge, and nothing is said
    let rig = Rig::new(ReplyMode::Explicit);
    rig.store.fail();
    rig.customer("mia", "Hello");
    let ended = rig.until_it_ends().await;
    assert!(matches!(ended, Err(RuntimeError::Store(_))), "{ended:?}");
    assert_eq!(rig.record.so_far(), []);
}

#[tokio::test(start_paused = true)]
async fn law_3_a_repeat_changes_nothing() {
    let rig = Rig::new(ReplyMode::Explicit);
    let redelivered = Faults { redelivered: 100, ..Faults::default() };
    rig.shop.inner.set_faults(redelivered);
    rig.team.inner.set_faults(redelivered);
    rig.during(async {
        for number in 1..=5 {
            rig.customer("mia", &format!("message {number}"));
            rig.until("the team sees it", || rig.shown_to_team(&format!("mia: message {number}")) > 0).await;
            // what goes out is repeated as well: its answer is lost, and the platform knows it by its id
            rig.shop.twist(&[Twist::AnswerLost, Twist::AnswerLost]);
            rig.team_writes("Anna", "message 1", &format!("!r answer {number}"));
            rig.until("it is answered", || rig.answers_to("mia").len() >= number).await;
            rig.until_all_is_done().await;
        }
    })
    .await;
    let wanted: Vec<String> = (1..=5).map(|number| format!("Anna (Support): answer {number}")).collect();
    assert_eq!(rig.answers_to("mia"), wanted);
    for number in 1..=5 {
        assert_eq!(rig.shown_to_team(&format!("mia: message {number}")), 1);
    }
    let sends = rig.sends("shop");
    assert_eq!(sends.len(), 15);
    assert!(sends.chunks(3).all(|repeats| repeats.iter().all(|id| id == &repeats[0])), "{sends:?}");

    // everything that ever came in comes in again
    let (journal, sends) = (rig.journal().await, rig.sends("team").len());
    let cursors = rig.rows("cursor/").await;
    rig.forget_cursors().await;
    rig.during(rig.pass(HOUR)).await;
    assert_eq!(rig.rows("cursor/").await, cursors, "all of it was received");
    assert_eq!(rig.journal().await, journal);
    assert_eq!(rig.sends("team").len(), sends);
}

#[tokio::test(start_paused = true)]
async fn law_4_an_unknown_outcome_is_told_not_guessed() {
    let none = Idempotency::None;
    let short = Idempotency::Key { window: Duration::from_secs(20) };
    // the platform's key covers a repeat: it is repeated, and nobody looks
    answered(&Rig::on(ReplyMode::Explicit, rig::DAY, false), &[Twist::AnswerLost], 2, 0).await;
    answered(&Rig::on(ReplyMode::Explicit, rig::DAY, false), &[Twist::NeverArrives], 2, 0).await;
    // there is no key, but history can be read: it is looked for first, and sent again when it is not there
    answered(&Rig::on(ReplyMode::Explicit, none, true), &[Twist::AnswerLost], 1, 1).await;
    answered(&Rig::on(ReplyMode::Explicit, none, true), &[Twist::NeverArrives], 2, 1).await;
    // the key does not cover it any more when its turn comes
    let wait = Twist::Wait(Duration::from_mins(1));
    answered(&Rig::on(ReplyMode::Explicit, short, true), &[Twist::AnswerLost, wait], 2, 1).await;
    // nothing tells: the team is told, and nothing is sent again before an agent says so
    told(&Rig::on(ReplyMode::Explicit, none, false), &[Twist::AnswerLost], 1).await;
    told(&Rig::on(ReplyMode::Explicit, none, false), &[Twist::NeverArrives], 1).await;
    told(&Rig::on(ReplyMode::Explicit, short, false), &[Twist::AnswerLost, wait], 2).await;
    // the process dies with the answer on its way
    told(&Rig::on(ReplyMode::Explicit, none, false), &[Twist::Hangs], 1).await;
}

/// A reply that meets `twists` arrives once; the platform is asked to send `sends` times and to look `looks` times.
async fn answered(rig: &Rig, twists: &[Twist], sends: usize, looks: usize) {
    rig.during(async {
        rig.customer("mia", "Hello");
        rig.until("the team sees it", || rig.shown_to_team("mia: Hello") == 1).await;
        rig.shop.twist(twists);
        let reply = rig.team_writes("Anna", "Hello", "!r Good day");
        rig.until("it is marked", || rig.mark(&reply) == Some(Mark::Delivered)).await;
        rig.until_all_is_done().await;
    })
    .await;
    assert_eq!(rig.answers_to("mia"), ["Anna (Support): Good day"], "{twists:?}");
    assert_eq!((rig.sends("shop").len(), looked(rig)), (sends, looks), "{twists:?}");
}

/// A reply that meets `twists` is told to the team as unknown after so many sends, and sent once more on demand.
async fn told(rig: &Rig, twists: &[Twist], sends: usize) {
    let reply = rig
        .during(async {
            rig.customer("mia", "Hello");
            rig.until("the team sees it", || rig.shown_to_team("mia: Hello") == 1).await;
            rig.until_all_is_done().await;
            rig.shop.twist(twists);
            let reply = rig.team_writes("Anna", "Hello", "!r Good day");
            rig.until("it is sent", || rig.shop.twists_left() == 0).await;
            reply
        })
        .await;
    rig.during(async {
        rig.until("it is told", || rig.mark(&reply) == Some(Mark::Unknown)).await;
        rig.until("it is said how to go on", || rig.told_team("This may not have arrived")).await;
        rig.pass(2 * HOUR).await;
        assert_eq!(rig.sends("shop").len(), sends, "{twists:?}");
        rig.team_writes("Bernd", "Hello", "!retry");
        rig.until("it is sent again", || rig.mark(&reply) == Some(Mark::Delivered)).await;
        rig.until_all_is_done().await;
    })
    .await;
    let ids = rig.sends("shop");
    assert_eq!(ids.len(), sends + 1, "{twists:?}");
    assert!(ids.iter().all(|id| *id == ids[0]), "one operation, one id: {ids:?}");
}

fn looked(rig: &Rig) -> usize {
    rig.record.so_far().iter().filter(|did| matches!(did, Did::Looks(_))).count()
}

#[tokio::test(start_paused = true)]
async fn law_5_order_holds_within_a_chat_never_across_chats() {
    let rig = Rig::new(ReplyMode::Direct);
    let mia = ChatId::new("mia");
    rig.during(async {
        rig.customer("mia", "Hello");
        rig.customer("noa", "Hi");
        rig.until("the team sees both", || {
            rig.shown_to_team("mia: Hello") + rig.shown_to_team("noa: Hi") == 2
        })
        .await;
        // one customer's chat refuses everything: its own replies wait, in order, and anybody can see that
        rig.shop.inner.world().blocked.insert(mia.clone());
        for text in ["one", "two", "three"] {
            rig.team_writes("Anna", "Hello", text);
        }
        rig.team_writes("Anna", "Hi", "other");
        rig.until("the other customer is answered", || rig.answers_to("noa") == ["Anna (Support): other"])
            .await;
        rig.until("it is seen", || rig.status.borrow().lanes.wedged == 1).await;
        rig.pass(HOUR).await;
        assert_eq!(rig.answers_to("mia"), Vec::<String>::new());
        assert!(rig.told_team("Further replies to this customer wait"));
        let lane = rig.status.borrow().lanes.wedged_list[0].clone();
        assert_eq!((lane.channel.as_str(), lane.thread, lane.waiting), ("shop", Some(1), 3));
        assert!(!lane.reason.is_empty(), "nobody knows why");
        rig.shop.inner.world().blocked.clear();
        rig.customer("mia", "I let you in again");
        let all = ["Anna (Support): one", "Anna (Support): two", "Anna (Support): three"];
        rig.until("all of it arrives in order", || rig.answers_to("mia") == all).await;
        rig.until("nothing is seen any more", || rig.status.borrow().lanes.wedged == 0).await;

        // one customer's platform asks to wait: the other's does not
        rig.shop.twist(&[Twist::Wait(HOUR)]);
        rig.team_writes("Anna", "Hello", "late");
        rig.until("it has to wait", || rig.shop.twists_left() == 0).await;
        rig.team_writes("Anna", "Hello", "later");
        rig.team_writes("Anna", "Hi", "at once");
        rig.until("the other customer is answered", || rig.answers_to("noa").len() == 2).await;
        assert_eq!(rig.answers_to("mia"), all);
        rig.until("the rest arrives", || rig.answers_to("mia").len() == 5).await;
        assert_eq!(rig.answers_to("mia")[3..], ["Anna (Support): late", "Anna (Support): later"]);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn law_5_order_holds_whatever_is_slow_or_tried_again() {
    let rig = Rig::new(ReplyMode::Direct);
    let faults = Faults { later: 25, limited: 10, slow: Duration::from_secs(3), ..Faults::default() };
    rig.shop.inner.set_faults(faults);
    rig.team.inner.set_faults(faults);
    let numbered = |prefix: &str| (0..15).map(|n| format!("{prefix}{n}")).collect::<Vec<_>>();
    rig.during(async {
        rig.customer("mia", "0");
        rig.until("the team sees it", || rig.shown_to_team("mia: 0") == 1).await;
        rig.team_writes("Anna", "0", "0");
        for number in 1..15 {
            rig.customer("mia", &number.to_string());
            rig.team_writes("Anna", "0", &number.to_string());
        }
        rig.until("all of it arrives", || rig.answers_to("mia").len() == 15).await;
        rig.until_all_is_done().await;
    })
    .await;
    assert_eq!(rig.answers_to("mia"), numbered("Anna (Support): "));
    let shown = Rig::said_in(&rig.team, rig::ROOM).into_iter().filter(|said| said.starts_with("mia: "));
    assert_eq!(shown.collect::<Vec<_>>(), numbered("mia: "));
}

/// What happens to the clock, or to the process, while a reply is in its grace period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meanwhile {
    Nothing,
    Restart,
    Down(Duration),
    Jump(i64),
}

#[tokio::test(start_paused = true)]
async fn law_6_time_only_comes_in() {
    let straight = decided_when(Meanwhile::Nothing).await;
    assert!(straight.iter().any(|fact| fact.starts_with("reply_delivered")), "{straight:#?}");
    assert!(straight.iter().any(|fact| fact.starts_with("reply_stopped")), "{straight:#?}");
    let suspended = Meanwhile::Jump(3600);
    for meanwhile in [Meanwhile::Restart, Meanwhile::Down(HOUR), suspended, Meanwhile::Jump(-1800)] {
        assert_eq!(decided_when(meanwhile).await, straight, "{meanwhile:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn law_6_a_clock_that_went_back_holds_nothing_up() {
    for restart in [false, true] {
        let rig = Rig::new(ReplyMode::Direct);
        let wait = Duration::from_secs(20);
        rig.during(async {
            rig.customer("mia", "Hello");
            rig.until("the team sees it", || rig.shown_to_team("mia: Hello") == 1).await;
            rig.shop.twist(&[Twist::Wait(wait)]);
            rig.team_writes("Anna", "Hello", "Good day");
            rig.until("it has to wait", || rig.shop.twists_left() == 0).await;
            rig.time.jump(-7200);
            if !restart {
                rig.pass(4 * wait).await;
            }
        })
        .await;
        if restart {
            rig.during(rig.pass(4 * wait)).await;
        }
        assert_eq!(rig.answers_to("mia"), ["Anna (Support): Good day"], "restart: {restart}");
    }
}

/// A stopped reply, one that goes out, a thread reopened within the window and a new one after it.
async fn decided_when(meanwhile: Meanwhile) -> Vec<String> {
    let rig = Rig::new(ReplyMode::Confirm);
    rig.during(async {
        rig.customer("mia", "Hello");
        rig.until("the team sees it", || rig.shown_to_team("mia: Hello") == 1).await;
        rig.team_writes("Anna", "Hello", "Bad day");
        rig.until("it is held", || rig.told_team("30 seconds")).await;
        rig.team_writes("Bernd", "Hello", "!stop");
        rig.until_all_is_done().await;
        let reply = rig.team_writes("Anna", "Hello", "Good day");
        rig.until("it is held", || rig.mark(&reply) == Some(Mark::Pending)).await;
        assert_eq!(rig.answers_to("mia"), Vec::<String>::new());
        if let Meanwhile::Jump(seconds) = meanwhile {
            rig.time.jump(seconds);
        }
        if matches!(meanwhile, Meanwhile::Nothing | Meanwhile::Jump(_)) {
            rig.until("it goes out", || rig.answers_to("mia").len() == 1).await;
        }
    })
    .await;
    if let Meanwhile::Down(span) = meanwhile {
        rig.pass(span).await;
    }
    assert!(meanwhile != Meanwhile::Restart || rig.answers_to("mia").is_empty());
    rig.during(async {
        rig.until("it goes out", || rig.answers_to("mia") == ["Anna (Support): Good day"]).await;
        rig.until_all_is_done().await;
        rig.team_writes("Anna", "Hello", "!close");
        rig.until("it is closed", || rig.told_team("Closed by Anna")).await;
        rig.pass(20 * HOUR).await;
        rig.customer("mia", "Within the window");
        rig.until("the team sees it", || rig.shown_to_team("mia: Within the window") == 1).await;
        rig.until_all_is_done().await;
        rig.team_writes("Bernd", "Hello", "!close");
        rig.until("it is closed", || rig.told_team("Closed by Bernd")).await;
        rig.pass(30 * HOUR).await;
        rig.customer("mia", "After the window");
        rig.until("the team sees it", || rig.shown_to_team("mia: After the window") == 1).await;
        rig.until_all_is_done().await;
    })
    .await;
    let journal = rig.journal().await;
    let opened = journal.iter().filter(|event| matches!(event.fact, Fact::ThreadOpened { .. }));
    assert_eq!(opened.count(), 2);
    let mut facts: Vec<String> = journal.iter().map(without_times).collect();
    facts.sort();
    facts
}

/// What was decided, about which thread, by whom and with which words; not when, and not under which id.
fn without_times(event: &Event) -> String {
    let fact = serde_json::to_value(&event.fact).unwrap();
    let (word, fields) = fact.as_object().unwrap().iter().next().unwrap();
    let kept = ["thread", "customer", "by", "to", "agent", "word", "body", "previous", "held", "what"];
    let kept: Vec<&Value> = kept.iter().filter_map(|field| fields.get(field)).collect();
    format!("{word} {kept:?}")
}

#[tokio::test(start_paused = true)]
async fn law_7_the_right_person_or_nobody() {
    for mode in [ReplyMode::Explicit, ReplyMode::Direct] {
        let rig = Rig::new(mode);
        let customers = ["mia", "noa", "lea"];
        rig.during(async {
            for customer in customers {
                rig.customer(customer, &format!("I am {customer}"));
                let said = format!("{customer}: I am {customer}");
                rig.until("the team sees it", || rig.shown_to_team(&said) == 1).await;
            }
            // all at once, crosswise, and somebody who is no agent among them
            for customer in customers {
                let below = format!("I am {customer}");
                for agent in ["Anna", "Eve", "Bernd"] {
                    rig.team_writes(agent, &below, &format!("!r {agent} to {customer}"));
                }
            }
            rig.until("they are answered", || customers.iter().all(|who| rig.answers_to(who).len() == 2))
                .await;
        })
        .await;
        // whoever starts anew knows them as well
        rig.during(async {
            rig.until_all_is_done().await;
            let quoted = rig.team_replies("Eve", "I am noa", "I am Anna");
            rig.until("it is refused", || rig.mark(&quoted) == Some(Mark::Refused)).await;
            rig.team_replies("Bernd", "I am noa", "once more");
            rig.until("it arrives", || rig.answers_to("noa").len() == 3).await;
            rig.until_all_is_done().await;
        })
        .await;
        for customer in customers {
            let mut wanted = vec![
                format!("Anna (Support): Anna to {customer}"),
                format!("Bernd (Sales): Bernd to {customer}"),
            ];
            wanted.extend((customer == "noa").then(|| "Bernd (Sales): once more".to_owned()));
            assert_eq!(rig.answers_to(customer), wanted);
        }
        assert!(rig.told_team("Not sent: eve is not a known agent"));
        bound_in_the_same_commit(&rig);
    }
}

/// What goes to a customer is first kept together with the event that binds it.
fn bound_in_the_same_commit(rig: &Rig) {
    let record = rig.record.so_far();
    let sent: Vec<OpId> = rig.sends("shop");
    assert!(sent.len() >= 7);
    for id in sent {
        let first = record.iter().find_map(|did| {
            let Did::Kept { keys, operations } = did else { return None };
            operations.contains(&id).then_some(keys)
        });
        assert!(first.unwrap().iter().any(|key| key.starts_with("journal/")), "{id}");
    }
}
