//! The Matrix adapter against a real Synapse, judged by the suite that every adapter must pass.

use crate::matrix_rig::SynapseRig;
use port::conformance::run_all;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_matrix_adapter_keeps_the_contract_on_a_real_homeserver() {
    let rig = SynapseRig::new().await;
    let report = run_all(&rig).await.unwrap_or_else(|report| panic!("{report}"));
    assert!(report.skipped.is_empty(), "{report}");
}
