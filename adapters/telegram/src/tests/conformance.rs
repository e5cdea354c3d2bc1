//! The suite that every adapter passes; and all that was said in it is as the API describes it.

use super::as_described;
use super::rig::Phones;
use port::conformance::run_all;

/// What does not apply to Telegram: no update tells of a deletion, and there is no key for repeats.
const SKIPPED: [&str; 2] = ["a_deletion_names_its_message", "a_repeated_operation_makes_no_second_message"];

#[tokio::test(flavor = "multi_thread")]
async fn telegram_keeps_the_contract_of_adapters() {
    let phones = Phones::new().await;
    let report = run_all(&phones).await.unwrap_or_else(|report| panic!("{report}"));
    let skipped: Vec<_> = report.skipped.iter().map(|(check, _)| *check).collect();
    assert_eq!(skipped, SKIPPED, "{report}");
    assert!(as_described(&phones.fake).is_none_or(|exchanges| exchanges > 100), "hardly anything was said");
}
