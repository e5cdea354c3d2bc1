//! What `deskbridge check` finds.

use super::harness::Bench;
use crate::Matters;
use fake_discord::{Fault, Which, bits};
use port::{Adapter, ChatId, Probe};

fn problems(found: &[Probe]) -> Vec<String> {
    let problem =
        |probe: &Probe| if let Probe::Wrong { problem, .. } = probe { Some(problem.clone()) } else { None };
    found.iter().filter_map(problem).collect()
}

#[tokio::test]
async fn a_forum_with_all_permissions_is_well() {
    let bench = Bench::new().await;
    let found =
        bench.adapter.probe(&[ChatId::new(bench.forum.clone()), ChatId::new(bench.lobby.clone())]).await;
    assert_eq!(problems(&found), Vec::<String>::new());
    assert!(found.len() >= 5, "{found:?}");
}

#[tokio::test]
async fn what_is_missing_is_named() {
    let bench = Bench::new().await;
    bench.fake.deny(&bench.forum, 1 << 29 | 1 << 34);
    bench.fake.enable_content(false);
    let category = bench.guild.category("more");
    let rooms = [&bench.forum, &category, &"99".to_owned()].map(|room| ChatId::new(room.clone()));
    let problems = problems(&bench.adapter.probe(&rooms).await);
    assert_eq!(problems.len(), 4, "{problems:?}");
    assert!(problems[0].contains("may not read messages"), "{problems:?}");
    assert!(problems[1].ends_with("Manage Threads (Manage Posts), Manage Webhooks"), "{problems:?}");
    assert!(problems[2].contains("neither a forum nor a text channel"), "{problems:?}");
    assert!(problems[3].contains("cannot be reached"), "{problems:?}");
}

#[tokio::test]
async fn what_is_missing_for_private_threads_is_named_where_they_are_wanted() {
    for (matters, problem) in [
        (Matters::DirectMessage, None),
        (Matters::PrivateThread, Some(": Create Private Threads, Manage Webhooks")),
    ] {
        let bench = Bench::with(matters).await;
        bench.guild.permit(bits::ALL & !bits::CREATE_PRIVATE_THREADS & !bits::MANAGE_WEBHOOKS);
        let problems = problems(&bench.adapter.probe(&[]).await);
        assert_eq!(problems.len(), usize::from(problem.is_some()), "{problems:?}");
        assert!(problems.iter().all(|one| one.ends_with(problem.unwrap_or_default())), "{problems:?}");
    }
}

#[tokio::test]
async fn a_bot_in_too_many_servers_is_told_what_to_do() {
    let bench = Bench::new().await;
    bench.fake.recommend_shards(2);
    let found = bench.adapter.probe(&[ChatId::new(bench.forum.clone())]).await;
    let problems = problems(&found);
    assert!(matches!(problems.as_slice(), [one] if one.contains("recommends 2 connections")), "{problems:?}");
}

#[tokio::test]
async fn an_address_that_is_barred_waits_as_long_as_it_is_told() {
    let bench = Bench::new().await;
    bench.fake.fail(Which::next("GET", "/users/@me"), Fault::Barred(90));
    for _ in 0..2 {
        let found = bench.adapter.probe(&[]).await;
        let [Probe::Wrong { problem, hint }] = found.as_slice() else { panic!("{found:?}") };
        assert!(problem.contains("asks to wait") && hint.contains("after that"), "{problem}: {hint}");
    }
    // the second one was not even asked
    assert_eq!(bench.fake.requests().len(), 1);
}

#[tokio::test]
async fn a_wrong_token_is_told() {
    let bench = Bench::new().await;
    bench.fake.revoke_token();
    let found = bench.adapter.probe(&[]).await;
    assert!(
        matches!(found.as_slice(), [Probe::Wrong { hint, .. }] if hint.contains("Developer Portal")),
        "{found:?}"
    );
}
