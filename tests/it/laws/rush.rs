//! Everybody writes at once, and the team's chat takes twenty messages a minute: nobody starves, and it takes as long as the
//! platform allows, not longer.

use super::rig::{ROOM, Rig};
use port::ChatId;
use std::time::Duration;

const CUSTOMERS: usize = 5_000;
/// What the team's chat takes in a minute.
const A_MINUTE: usize = 20;
const MINUTE: Duration = Duration::from_mins(1);

fn name(customer: usize) -> String {
    format!("c{customer}")
}

/// How many topics and posts of customers there are, and the customers in the order of their posts.
fn shown(rig: &Rig) -> (usize, Vec<String>) {
    let world = rig.team.inner.world();
    let posts = world.chats.get(&ChatId::new(ROOM)).into_iter().flatten();
    let posts = posts.filter_map(|seen| Some((seen.name.clone()?, seen.text.clone())));
    let posts = posts.filter(|(name, _)| name != "Anna");
    let names = posts.map(|(name, text)| {
        assert_eq!(text, "one\ntwo", "what {name} wrote is one post, in order");
        name
    });
    (world.topics.len(), names.collect())
}

#[tokio::test(start_paused = true)]
async fn law_5_five_thousand_at_once_are_served_in_turn_as_fast_as_the_platform_allows() {
    let rig = Rig::like_telegram();
    let begun = std::time::Instant::now();
    for words in ["one", "two"] {
        for customer in 0..CUSTOMERS {
            rig.customer(&name(customer), words);
        }
    }
    let mut minutes = 0;
    rig.during(async {
        while shown(&rig).1.len() < CUSTOMERS {
            rig.pass(MINUTE).await;
            minutes += 1;
            let (topics, posts) = shown(&rig);
            let most = A_MINUTE * (minutes + 1);
            assert!(topics + posts.len() <= most, "the platform was asked for more than it takes");
            if minutes == 10 {
                // an answer goes before everything that waits
                rig.team_replies("Anna", "one\ntwo", "!r It left today.");
                rig.pass(MINUTE).await;
                minutes += 1;
                assert_eq!(rig.answers_to(&name(0)), ["Anna (Support): It left today."]);
            }
            assert!(minutes < 1_000, "{topics} topics and {} posts", posts.len());
        }
    })
    .await;
    let (topics, posts) = shown(&rig);
    let wanted: Vec<String> = (0..CUSTOMERS).map(name).collect();
    assert_eq!(topics, CUSTOMERS);
    assert_eq!(posts, wanted, "first come, first served");
    // a topic and a post for each; what fits into the first minute goes at its beginning
    let ideal = (2 * CUSTOMERS).div_ceil(A_MINUTE) - 1;
    println!(
        "{CUSTOMERS} customers, two messages each: drained after {minutes} minutes, the platform's limit is {ideal} \
         ({:.0} s of work)",
        begun.elapsed().as_secs_f64()
    );
    assert!(minutes <= ideal + 2, "{minutes} minutes instead of {ideal}");
}
