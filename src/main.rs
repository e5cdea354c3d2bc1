//! Arguments, run, exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    // one choice for the whole process, before anybody connects; it fails only when one was made before
    let _chosen = rustls::crypto::aws_lc_rs::default_provider().install_default();
    deskbridge::cli::main()
}
