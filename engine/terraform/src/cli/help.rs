//! Help texts.

/// What `terraform -help` prints.
pub const MAIN: &str = "Usage: terraform [global options] <subcommand> [args]\n\nThe available commands for execution are listed below.\nThe primary workflow commands are given first, followed by\nless common or more advanced commands.\n\nMain commands:\n  init          Prepare your working directory for other commands\n  validate      Check whether the configuration is valid\n  plan          Show changes required by the current configuration\n  apply         Create or update infrastructure\n  destroy       Destroy previously-created infrastructure\n\nAll other commands:\n  console       Try Terraform expressions at an interactive command prompt\n  fmt           Reformat your configuration in the standard style\n  force-unlock  Release a stuck lock on the current workspace\n  get           Install or upgrade remote Terraform modules\n  graph         Generate a Graphviz graph of the steps in an operation\n  import        Associate existing infrastructure with a Terraform resource\n  output        Show output values from your root module\n  providers     Show the providers required for this configuration\n  refresh       Update the state to match remote systems\n  show          Show the current state or a saved plan\n  state         Advanced state management\n  taint         Mark a resource instance as not fully functional\n  untaint       Remove the 'tainted' state from a resource instance\n  version       Show the current Terraform version\n  workspace     Workspace management\n\nGlobal options (use these before the subcommand, if any):\n  -chdir=DIR    Switch to a different working directory before executing the\n                given subcommand.\n  -help         Show this help output, or the help for a specified subcommand.\n  -version      An alias for the \"version\" subcommand.\n";

/// What a command with subcommands prints when it gets none.
#[must_use]
pub fn group(command: &str) -> String {
    let subs =
        if command == "state" { "list, mv, pull, push, rm, show" } else { "delete, list, new, select, show" };
    format!(
        "Usage: terraform [global options] {command} <subcommand> [options] [args]\n\nSubcommands: {subs}\n"
    )
}

/// One command's usage.
#[must_use]
pub fn command(command: &str, sub: &str) -> String {
    let space = if sub.is_empty() { "" } else { " " };
    let about = MAIN
        .lines()
        .find_map(|line| line.trim_start().strip_prefix(command).filter(|rest| rest.starts_with(' ')));
    let about = about.map(str::trim).unwrap_or_default();
    format!("Usage: terraform [global options] {command}{space}{sub} [options]\n\n  {about}.\n")
}
