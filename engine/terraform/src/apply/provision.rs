//! Provisioners: `local-exec` runs a program through the host.

use super::Applier;
use crate::config::Provisioner;
use crate::config::content::{Shape, exact, optional, required};
use crate::host::CommandRequest;
use crate::plan::Change;
use crate::plan::instance::Subject;
use crate::run::{Place, Run};
use crate::ui::Progress;
use nuvola_hcl::Diagnostic;
use nuvola_hcl::text::quote;
use nuvola_tf_lang::{Marks, Type, Value};

const LOCAL_EXEC: Shape = Shape {
    args: &[
        required("command"),
        optional("interpreter"),
        optional("working_dir"),
        optional("environment"),
        optional("quiet"),
    ],
    blocks: &[],
};

/// Checks a `provisioner` block.
pub fn validate(run: &Run, provisioner: &Provisioner, place: &Place, problems: &mut Vec<Diagnostic>) {
    match provisioner.kind.as_str() {
        "local-exec" => {
            let content = exact(&provisioner.body, provisioner.body_start, LOCAL_EXEC, problems);
            for argument in content.args {
                problems.extend(run.eval(&argument.expr, place).1);
            }
        }
        "file" | "remote-exec" => {}
        kind => {
            let detail = format!(
                "This configuration requires provisioner plugin {}, which isn't available. If you're intending to use an external provisioner plugin, you must install it manually into one of the plugin search directories before running Terraform.",
                quote(kind)
            );
            problems.push(Diagnostic::error("Missing required provisioner plugin", detail));
        }
    }
}

impl Applier<'_> {
    /// Runs the provisioners of an object; on a failure that matters the rest is left out.
    pub async fn provision(
        &self,
        subject: &Subject<'_>,
        change: &Change,
        value: &Value,
        destroying: bool,
    ) -> bool {
        for provisioner in
            subject.resource.provisioners.iter().filter(|provisioner| provisioner.on_destroy == destroying)
        {
            let fine = self.provision_one(change, value, provisioner).await;
            if !fine && !provisioner.continue_on_failure {
                return false;
            }
        }
        true
    }

    async fn provision_one(&self, change: &Change, value: &Value, provisioner: &Provisioner) -> bool {
        let planner = self.planner;
        let address = change.address.clone();
        let kind = provisioner.kind.clone();
        let mut place = planner.place_of(&address);
        place.self_value = Some(value.clone());
        planner.ui.progress(Progress::Provisioning { address: address.clone(), provisioner: kind.clone() });
        let failed = |text: String| {
            if !provisioner.continue_on_failure {
                let diagnostic = Diagnostic::error(format!("{kind} provisioner error"), text);
                planner.run.report([diagnostic.about(address.to_string()).at(provisioner.range)]);
            }
            planner.ui.progress(Progress::Provisioned {
                address: address.clone(),
                provisioner: kind.clone(),
                failed: true,
            });
            false
        };
        if kind != "local-exec" {
            return failed(format!(
                "Nuvola does not simulate the {} provisioner: there is no machine to connect to.",
                quote(&kind)
            ));
        }
        let argument = |name: &str, ty: &Type| {
            let attribute = provisioner.body.attribute(name)?;
            let (value, problems) = planner.run.eval_as(&attribute.expr, ty, &place);
            planner.run.accept(problems).then_some(value)
        };
        let Some(command) = argument("command", &Type::String) else { return false };
        let hidden = command.deep_marks().contains(Marks::SENSITIVE);
        let (command, _) = command.unmark_deep();
        let command = command.as_str().unwrap_or_default().to_owned();
        let mut argv: Vec<String> = match argument("interpreter", &Type::list(Type::String)) {
            Some(list) => list
                .as_seq()
                .unwrap_or_default()
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
            None => vec!["/bin/sh".to_owned(), "-c".to_owned()],
        };
        argv.push(command.clone());
        let environment = argument("environment", &Type::map(Type::String)).and_then(|value| {
            let (value, _) = value.unmark_deep();
            let members = value.as_members()?;
            Some(
                members
                    .iter()
                    .map(|(name, value)| (name.to_string(), value.as_str().unwrap_or_default().to_owned()))
                    .collect(),
            )
        });
        let working_dir =
            argument("working_dir", &Type::String).and_then(|value| value.as_str().map(str::to_owned));
        let output = |line: String| {
            planner.ui.progress(Progress::ProvisionerOutput {
                address: address.clone(),
                provisioner: kind.clone(),
                line,
            });
        };
        let quiet = argument("quiet", &Type::Bool).and_then(|value| value.as_bool()) == Some(true);
        if hidden {
            output("(output suppressed due to sensitive value in config)".to_owned());
        } else if quiet {
            output("local-exec: Executing: Suppressed by quiet=true".to_owned());
        } else {
            let words: Vec<String> = argv.iter().map(|word| quote(word)).collect();
            output(format!("Executing: [{}]", words.join(" ")));
        }
        let request = CommandRequest {
            argv,
            environment: environment.unwrap_or_default(),
            working_dir: working_dir.unwrap_or_default(),
        };
        match planner.run.host.run_command(request).await {
            Err(reason) => failed(format!("Error running command '{command}': {reason}. Output: ")),
            Ok(result) => {
                if !hidden {
                    result.output.lines().for_each(|line| output(line.to_owned()));
                }
                if result.exit_code == 0 {
                    planner.ui.progress(Progress::Provisioned {
                        address: address.clone(),
                        provisioner: kind.clone(),
                        failed: false,
                    });
                    return true;
                }
                let shown = if hidden {
                    "(output suppressed due to sensitive value in config)"
                } else {
                    &result.output
                };
                failed(format!(
                    "Error running command '{command}': exit status {}. Output: {shown}",
                    result.exit_code
                ))
            }
        }
    }
}
