//! The second law: nothing is acknowledged before it is kept, however the commits are cut.

use super::HOUR;
use super::rig::{Did, Rig};
use desk::ReplyMode;

#[tokio::test(start_paused = true)]
async fn law_2_nothing_is_acknowledged_before_it_is_kept() {
    let rig = Rig::new(ReplyMode::Explicit);
    rig.during(async {
        rig.customer("mia", "one");
        rig.until("the team sees it", || rig.shown_to_team("mia: one") == 1).await;
        rig.until_all_is_done().await;
        rig.store.close();
        rig.customer("mia", "two");
        rig.until("a commit waits", || rig.store.waiting() > 0).await;
        rig.pass(HOUR).await;
    })
    .await;
    // the process died with the commit on its way: nobody was told, and the platform still has the message
    assert_eq!(acknowledged(&rig), 1);
    rig.store.open();
    rig.during(async {
        rig.until("the team sees it", || rig.shown_to_team("mia: two") == 1).await;
        rig.until_all_is_done().await;
    })
    .await;
    assert_eq!(rig.shop.came_from().iter().map(|cursor| cursor.0.as_str()).collect::<Vec<_>>(), ["", "1"]);
    assert_eq!(acknowledged(&rig), 2);
    // each acknowledgement comes after the one commit of the cursor and of what it covers
    let mut kept = 0;
    for did in rig.record.so_far() {
        if let Did::Kept { keys, .. } = &did
            && keys.iter().any(|key| key == "cursor/shop")
        {
            assert!(keys.iter().any(|key| key.starts_with("message/shop/mia/")), "{keys:?}");
            assert!(keys.iter().any(|key| key.starts_with("journal/")), "{keys:?}");
            kept += 1;
        }
        if acknowledges(&did) > 0 {
            assert!(kept > 0, "acknowledged before it was kept");
            kept -= 1;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn law_2_nothing_is_acknowledged_before_it_is_kept_in_pieces_either() {
    let mut rig = Rig::new(ReplyMode::Explicit);
    rig.overlap_from = 1;
    rig.during(async {
        rig.store.close();
        rig.customer("mia", "one");
        rig.until("a commit waits", || rig.store.waiting() > 0).await;
        rig.pass(HOUR).await;
        assert_eq!((acknowledged(&rig), rig.sends("team").len()), (0, 0));
        // as this commit lands, there is more to decide
        rig.store.open();
        rig.team_asks("Anna", "!list");
        rig.until("the team sees it", || rig.shown_to_team("mia: one") == 1).await;
        rig.customer("carl", "two");
        rig.until("the team sees that", || rig.shown_to_team("carl: two") == 1).await;
        rig.until_all_is_done().await;
    })
    .await;
    assert_eq!(acknowledged(&rig), 2);
    // a message may be kept before its cursor; what is acknowledged was kept before or with a cursor
    let (mut messages, mut covered, mut told) = (0, 0, 0);
    for did in rig.record.so_far() {
        if let Did::Kept { keys, .. } = &did {
            messages += keys.iter().filter(|key| key.starts_with("message/shop/")).count();
            if keys.iter().any(|key| key == "cursor/shop") {
                covered = messages;
            }
        }
        told += acknowledges(&did);
        assert!(told <= covered, "acknowledged {told}, {covered} of {messages} were kept with a cursor");
    }
}

#[tokio::test(start_paused = true)]
async fn law_2_what_is_handed_over_to_the_disk_is_not_kept_yet() {
    let mut rig = Rig::new(ReplyMode::Explicit);
    rig.overlap_from = 2;
    rig.during(async {
        rig.until("it has begun", || !rig.record.so_far().is_empty()).await;
        rig.store.close();
        // both are there when the loop looks: the customer's message waits for its acknowledgement when the second
        // decision hands both over in the middle of its batch
        rig.customer("mia", "one");
        // (it reads no rows: those would be waited for)
        rig.team_asks("Anna", "!help");
        rig.until("a commit waits", || rig.store.waiting() > 0).await;
        rig.pass(HOUR).await;
        assert_eq!((acknowledged(&rig), rig.sends("team").len()), (0, 0));
        rig.store.open();
        rig.until("the team sees it", || rig.shown_to_team("mia: one") == 1).await;
        rig.until_all_is_done().await;
    })
    .await;
    let first = rig.record.so_far().into_iter().find_map(|did| match did {
        Did::Kept { keys, .. } if keys.iter().any(|key| key.starts_with("message/shop/")) => Some(keys),
        Did::Kept { .. } | Did::Delivers(..) | Did::Looks(_) | Did::Acknowledged(..) => None,
    });
    let first = first.unwrap_or_default();
    assert!(first.iter().any(|key| key == "cursor/shop"), "it was handed over after its cursor: {first:?}");
    assert!(!first.iter().any(|key| key == "cursor/team"), "it was handed over in the middle: {first:?}");
    assert_eq!(acknowledged(&rig), 1);
}

fn acknowledged(rig: &Rig) -> usize {
    rig.record.so_far().iter().map(acknowledges).sum()
}

/// How many happenings the customers' platform is told of as kept.
fn acknowledges(did: &Did) -> usize {
    if let Did::Acknowledged(channel, count) = did
        && channel.as_str() == "shop"
    {
        *count
    } else {
        0
    }
}
