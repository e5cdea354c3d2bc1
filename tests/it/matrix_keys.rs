//! What becomes of the account's encryption identity when something is lost, wrong or changed, on a real Synapse.

use crate::matrix_rig::{BRIDGE, PASSWORD, SynapseRig};
use crate::memory_shelf::MemoryShelf;
use adapter_matrix::{Secret, new_recovery_key};
use port::conformance::Shell;
use port::{Adapter, AdapterError, Health};
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// How long a test waits for what must happen.
const PATIENCE: Duration = Duration::from_secs(30);

/// The account's identity, and its devices with whether the identity has signed them.
async fn keys(rig: &SynapseRig) -> (String, Vec<(String, bool)>) {
    let query = json!({ "device_keys": { BRIDGE: [] } });
    let keys = rig.customer.ask(Method::POST, "v3/keys/query", Some(query)).await.unwrap();
    let first = |kind: &str| {
        let keys = keys[kind][BRIDGE]["keys"].as_object().unwrap();
        keys.keys().next().unwrap().clone()
    };
    let (master, signing) = (first("master_keys"), first("self_signing_keys"));
    let devices = keys["device_keys"][BRIDGE].as_object().unwrap().iter();
    let is_signed = |device: &Value| device["signatures"][BRIDGE][&signing].is_string();
    (master, devices.map(|(id, device)| (id.clone(), is_signed(device))).collect())
}

/// Runs the adapter until its health is as wanted.
async fn run_until(rig: &SynapseRig, wanted: impl FnMut(&Health) -> bool) {
    let mut shell = Shell::new(rig);
    shell.resume().await;
    let mut health = rig.adapter.health();
    let reached = timeout(PATIENCE, health.wait_for(wanted)).await.is_ok();
    assert!(reached, "health is {:?}", rig.adapter.health().borrow());
    shell.end().await;
}

fn degraded_by(words: &'static str) -> impl FnMut(&Health) -> bool {
    move |health| matches!(health, Health::Degraded { reason } if reason.contains(words))
}

fn is_well(health: &Health) -> bool {
    *health == Health::Connected
}

/// Everything on this side is lost.
fn lose_all(rig: &mut SynapseRig) {
    std::fs::remove_dir_all(&rig.config.store_dir).unwrap();
    rig.shelf = Arc::new(MemoryShelf::default());
    rig.reborn();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_identity_is_told_and_never_replaced() {
    let mut rig = SynapseRig::new().await;
    run_until(&rig, is_well).await;
    let (identity, _) = keys(&rig).await;
    // without a recovery key, and with one that the account does not know
    lose_all(&mut rig);
    run_until(&rig, degraded_by("whose keys are not here")).await;
    rig.config.recovery_key = Some(Secret::new(new_recovery_key()));
    rig.reborn();
    run_until(&rig, degraded_by("neither here nor in a secret storage")).await;
    assert_eq!(keys(&rig).await.0, identity);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_recovery_key_is_told_and_the_right_one_mends_it() {
    let right = Some(Secret::new(new_recovery_key()));
    let mut rig = SynapseRig::with(|config| config.recovery_key.clone_from(&right)).await;
    run_until(&rig, is_well).await;
    let (identity, first) = keys(&rig).await;
    lose_all(&mut rig);
    rig.config.recovery_key = Some(Secret::new(new_recovery_key()));
    rig.reborn();
    run_until(&rig, degraded_by("does not open the account's secret storage")).await;
    let unsigned = keys(&rig).await.1.into_iter().filter(|(_, signed)| !signed).count();
    assert_eq!(unsigned, 1);
    rig.config.recovery_key = right;
    rig.reborn();
    run_until(&rig, is_well).await;
    let (same, devices) = keys(&rig).await;
    assert_eq!(same, identity);
    assert_eq!(devices.len(), first.len() + 1);
    assert!(devices.iter().all(|(_, signed)| *signed), "{devices:?}");
    // what is no key at all
    rig.config.recovery_key = Some(Secret::new("correct horse"));
    rig.reborn();
    let reason = refused(&rig).await;
    assert!(reason.contains("deskbridge recovery-key") && !reason.contains("horse"), "{reason}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_that_was_signed_out_gives_its_identity_to_the_next() {
    let mut rig = SynapseRig::new().await;
    run_until(&rig, is_well).await;
    let (identity, first) = keys(&rig).await;
    let id = &first[0].0;
    let auth = json!({ "auth": {
        "type": "m.login.password", "password": PASSWORD,
        "identifier": { "type": "m.id.user", "user": "bridge" },
    } });
    rig.bridge.ask(Method::DELETE, &format!("v3/devices/{id}"), Some(auth)).await.unwrap();
    rig.reborn();
    run_until(&rig, is_well).await;
    let (same, devices) = keys(&rig).await;
    assert_eq!(same, identity);
    assert!(matches!(&devices[..], [(new, true)] if new != id), "{devices:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_master_key_that_comes_later_is_told_and_nothing_is_lost_with_a_recovery_key() {
    let key = Some(Secret::new(new_recovery_key()));
    let mut rig = SynapseRig::with(|config| config.recovery_key.clone_from(&key)).await;
    run_until(&rig, is_well).await;
    let (identity, first) = keys(&rig).await;
    // added, then exchanged, then taken away
    let master = |text: &str| Some(Secret::new(text));
    rig.config.store_passphrase = master("a passphrase");
    rig.reborn();
    let reason = refused(&rig).await;
    assert!(reason.contains("move data/channels away") && reason.contains("recovery key"), "{reason}");
    std::fs::remove_dir_all(&rig.config.store_dir).unwrap();
    rig.reborn();
    run_until(&rig, is_well).await;
    let (same, devices) = keys(&rig).await;
    assert_eq!(same, identity);
    assert!(matches!(&devices[..], [(new, true)] if *new != first[0].0), "{devices:?}");
    for other in [master("another passphrase"), None] {
        rig.config.store_passphrase = other;
        rig.reborn();
        let reason = refused(&rig).await;
        assert!(reason.contains("move data/channels away"), "{reason}");
    }
}

/// Why the adapter does not run.
async fn refused(rig: &SynapseRig) -> String {
    let mut shell = Shell::new(rig);
    shell.start_unheard().await;
    let error = shell.ending().await.unwrap().unwrap_err();
    assert!(matches!(error, AdapterError::Config(_)), "{error:?}");
    error.to_string()
}
