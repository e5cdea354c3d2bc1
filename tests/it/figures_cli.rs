//! Figures from the journal again, as a person at the terminal meets them.

use crate::bridge::{Bridge, Done, Plan};
use crate::local_client::awaited;
use deskbridge::store::{Batch, SledStore, Store as _};
use serde_json::{Value, json};

/// An answer is owed within an hour; a thread is to be over within a day.
const DEADLINES: &str = "[[policies]]\nname = \"all\"\nfirst_response = \"1h\"\nresolution = \"24h\"\n";

fn summary(done: &Done) -> (u64, u64, u64) {
    let line = done.stdout.strip_prefix("figures: ").unwrap();
    let numbers: Vec<u64> = line.split(' ').filter_map(|word| word.parse().ok()).collect();
    let [events, rows, differed] = numbers.try_into().unwrap();
    assert_eq!(done.stdout, format!("figures: {events} events, {rows} rows, {differed} differed\n"));
    (events, rows, differed)
}

/// The lines of an export that hold figures.
fn figures(bridge: &Bridge) -> Vec<String> {
    let exported = bridge.run(&["export"]);
    assert_eq!(exported.code, Some(0), "{exported:?}");
    let lines = exported.stdout.lines().filter(|line| line.starts_with("{\"k\":\"figures/"));
    lines.map(str::to_owned).collect()
}

fn told(bridge: &Bridge) -> Value {
    let status = bridge.run(&["status", "--json"]);
    serde_json::from_str::<Value>(&status.stdout).unwrap()["threads"].take()
}

#[tokio::test]
async fn figures_that_are_lost_or_wrong_come_back_from_the_journal() {
    let mut bridge = Bridge::start_with(Plan { more: DEADLINES.to_owned(), ..Plan::default() });
    let (local, anna) = (bridge.local(), bridge.local().agent("anna"));
    for name in ["Mia", "Noa", "Ole"] {
        let customer = local.customer(name).await;
        customer.write("where is it?").await;
        let topic = anna.topic_of(&customer).await.id;
        if name != "Ole" {
            let copy = anna.sees(&topic, "where is it?").await;
            anna.answer(&topic, &copy.id, "on its way").await;
            customer.hears("on its way").await;
        }
        if name == "Noa" {
            anna.say(&topic, "!close").await;
            awaited("a closed topic", async || anna.topics("closed").await.pop()).await;
        }
    }
    let standing = json!({"open": 2, "unanswered": 1});
    let stands = async |bridge: &Bridge| {
        awaited("how it stands", async || {
            let told = told(bridge);
            (told["open"] == standing["open"] && told["unanswered"] == standing["unanswered"]).then_some(())
        })
        .await;
    };
    stands(&bridge).await;
    let running = bridge.run(&["figures", "rebuild"]);
    assert_eq!(running.code, Some(1), "{running:?}");
    assert!(running.stderr.contains(&format!("in use by process {} on ", bridge.id())), "{}", running.stderr);
    bridge.stop();

    let before = figures(&bridge);
    let checked = bridge.run(&["figures", "rebuild", "--check"]);
    assert_eq!((checked.code, checked.stderr.as_str()), (Some(0), ""), "{checked:?}");
    let (events, rows, differed) = summary(&checked);
    assert!(events > 10 && differed == 0, "{checked:?}");
    assert_eq!(rows, before.len() as u64);

    let store = SledStore::open(&bridge.data_dir(), None).unwrap();
    let kept = store.scan("figures/", None, usize::MAX).await.unwrap();
    let [(first, _), (second, _), .., (now, _)] = kept.as_slice() else { panic!("{kept:?}") };
    let puts = vec![(now.clone(), json!({"now": {}}).into())];
    let removes = vec![first.clone(), second.clone()];
    store.commit(Batch { epoch: store.epoch(), puts, removes }).await.unwrap();
    drop(store);

    let checked = bridge.run(&["figures", "rebuild", "--check"]);
    assert_eq!((checked.code, summary(&checked)), (Some(1), (events, rows, 3)), "{checked:?}");
    assert!(checked.stderr.contains("run `deskbridge figures rebuild`"), "{}", checked.stderr);
    assert_ne!(figures(&bridge), before, "it was only to look");
    let rebuilt = bridge.run(&["figures", "rebuild"]);
    assert_eq!((rebuilt.code, summary(&rebuilt)), (Some(0), (events, rows, 3)), "{rebuilt:?}");
    assert_eq!(figures(&bridge), before);
    assert!(!bridge.data_dir().join("rebuild").exists());

    bridge.restart();
    stands(&bridge).await;
}

#[test]
fn figures_of_no_store_are_refused() {
    let bridge = Bridge::prepare(Plan::default());
    let done = bridge.run(&["figures", "rebuild"]);
    assert_eq!((done.code, done.stdout.as_str()), (Some(1), ""), "{done:?}");
    assert!(done.stderr.contains("there is no store in data/store: check data_dir"), "{}", done.stderr);
    assert!(!bridge.data_dir().exists());
}
