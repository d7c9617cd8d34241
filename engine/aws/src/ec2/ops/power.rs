//! Starting, stopping, rebooting and terminating instances.

use crate::context::OpContext;
use crate::ec2::kinds::Kind;
use crate::ec2::lifecycle::{self, Initiator};
use crate::ec2::state::{Instance, InstanceState as State};
use crate::ec2::view::{InstanceState, state_of};
use crate::ec2::{check, errors, network::Network};
use crate::operation;
use crate::service::ApiResult;
use nuvola_wire::shape;

operation! {
    /// Starts stopped instances.
    ///
    /// **Source**: EC2 API Reference, "StartInstances".
    pub START_INSTANCES: StartInstances {
        http: "POST" "/" 200,
        input: InstanceIdsInput,
        output: StartInstancesOutput,
        errors: [
            "IncorrectInstanceState",
            "InvalidInstanceID.Malformed",
            "InvalidInstanceID.NotFound",
            "MissingParameter",
        ],
        access: |cx, input| check::access_to_all(cx, "ec2:StartInstances", Kind::Instance, &input.instance_ids),
        handler: start_instances,
    }
}

operation! {
    /// Stops running instances.
    ///
    /// **Source**: EC2 API Reference, "StopInstances".
    pub STOP_INSTANCES: StopInstances {
        http: "POST" "/" 200,
        input: StopInstancesInput,
        output: StopInstancesOutput,
        errors: [
            "IncorrectInstanceState",
            "InvalidInstanceID.NotFound",
            "OperationNotPermitted",
            "UnsupportedHibernationConfiguration",
        ],
        access: |cx, input| check::access_to_all(cx, "ec2:StopInstances", Kind::Instance, &input.instance_ids),
        handler: stop_instances,
    }
}

operation! {
    /// Restarts the operating systems of running instances.
    ///
    /// **Source**: EC2 API Reference, "RebootInstances".
    pub REBOOT_INSTANCES: RebootInstances {
        http: "POST" "/" 200,
        input: InstanceIdsInput,
        output: (),
        errors: ["IncorrectState", "InvalidInstanceID.NotFound"],
        access: |cx, input| check::access_to_all(cx, "ec2:RebootInstances", Kind::Instance, &input.instance_ids),
        handler: reboot_instances,
    }
}

operation! {
    /// Ends instances for good; they are shown for about an hour more.
    ///
    /// **Source**: EC2 API Reference, "TerminateInstances".
    pub TERMINATE_INSTANCES: TerminateInstances {
        http: "POST" "/" 200,
        input: InstanceIdsInput,
        output: TerminateInstancesOutput,
        errors: ["InvalidInstanceID.NotFound", "OperationNotPermitted"],
        access: |cx, input| check::access_to_all(cx, "ec2:TerminateInstances", Kind::Instance, &input.instance_ids),
        handler: terminate_instances,
    }
}

shape! {
    /// Instances by id.
    pub struct InstanceIdsInput {
        #[wire("InstanceIds", xml = "InstanceId", required)] pub instance_ids: Vec<String>,
    }

    /// What `StopInstances` takes.
    pub struct StopInstancesInput {
        #[wire("InstanceIds", xml = "InstanceId", required)] pub instance_ids: Vec<String>,
        #[wire("Hibernate")] pub hibernate: Option<bool>,
        #[wire("Force")] pub force: Option<bool>,
    }

    /// What `StartInstances` answers.
    pub struct StartInstancesOutput {
        #[wire("StartingInstances", xml = "instancesSet")] pub starting_instances: Vec<InstanceStateChange>,
    }

    /// What `StopInstances` answers.
    pub struct StopInstancesOutput {
        #[wire("StoppingInstances", xml = "instancesSet")] pub stopping_instances: Vec<InstanceStateChange>,
    }

    /// What `TerminateInstances` answers.
    pub struct TerminateInstancesOutput {
        #[wire("TerminatingInstances", xml = "instancesSet")] pub terminating_instances: Vec<InstanceStateChange>,
    }

    /// A change of state.
    pub struct InstanceStateChange {
        #[wire("InstanceId")] pub instance_id: Option<String>,
        #[wire("CurrentState")] pub current_state: Option<InstanceState>,
        #[wire("PreviousState")] pub previous_state: Option<InstanceState>,
    }
}

/// Instances that a request names and that may do what is asked.
fn named(
    cx: &OpContext<'_>,
    ids: &[String],
    may: impl Fn(&Instance) -> ApiResult<()>,
) -> ApiResult<Vec<(String, State)>> {
    let regional = cx.state().ec2.at(&cx.region);
    Kind::Instance.require(&Network::of(cx), regional, ids)?;
    let mut out: Vec<(String, State)> = Vec::new();
    for id in ids {
        let instance = &regional.instances[id.as_str()];
        may(instance)?;
        if !out.iter().any(|(other, _)| other == id) {
            out.push((id.clone(), instance.state));
        }
    }
    Ok(out)
}

/// What has become of instances.
fn changes(cx: &OpContext<'_>, before: Vec<(String, State)>) -> Vec<InstanceStateChange> {
    let regional = cx.state().ec2.at(&cx.region);
    let change = |(id, previous): (String, State)| InstanceStateChange {
        current_state: regional.instances.get(&id).map(|instance| state_of(instance.state)),
        instance_id: Some(id),
        previous_state: Some(state_of(previous)),
    };
    before.into_iter().map(change).collect()
}

fn start_instances(cx: &mut OpContext<'_>, input: InstanceIdsInput) -> ApiResult<StartInstancesOutput> {
    let may = |instance: &Instance| match instance.state {
        State::Stopped | State::Pending | State::Running => Ok(()),
        State::Stopping | State::ShuttingDown | State::Terminated => Err(errors::incorrect_state(format!(
            "The instance '{}' is not in a state from which it can be started.",
            instance.id
        ))),
    };
    let before = named(cx, &input.instance_ids, may)?;
    for (id, state) in &before {
        if *state == State::Stopped {
            lifecycle::start(cx, id);
        }
    }
    Ok(StartInstancesOutput { starting_instances: changes(cx, before) })
}

fn stop_instances(cx: &mut OpContext<'_>, input: StopInstancesInput) -> ApiResult<StopInstancesOutput> {
    let may = |instance: &Instance| match instance.state {
        State::Running if instance.disable_api_stop => Err(errors::stop_protected(&instance.id)),
        State::Running | State::Stopping | State::Stopped => Ok(()),
        State::Pending | State::ShuttingDown | State::Terminated => Err(errors::incorrect_state(format!(
            "The instance '{}' is not in a state from which it can be stopped.",
            instance.id
        ))),
    };
    let before = named(cx, &input.instance_ids, may)?;
    if input.hibernate == Some(true) {
        let text = "The instances cannot be hibernated: they were launched without HibernationOptions.";
        return Err(errors::error("UnsupportedHibernationConfiguration", text));
    }
    for (id, state) in &before {
        if *state == State::Running {
            lifecycle::stop(cx, id, Initiator::User);
        }
    }
    Ok(StopInstancesOutput { stopping_instances: changes(cx, before) })
}

fn reboot_instances(cx: &mut OpContext<'_>, input: InstanceIdsInput) -> ApiResult<()> {
    let may = |instance: &Instance| match instance.state {
        State::Running => Ok(()),
        State::Pending | State::Stopping | State::Stopped | State::ShuttingDown | State::Terminated => {
            let text = format!("The instance '{}' is not in the 'running' state.", instance.id);
            Err(errors::error("IncorrectState", text))
        }
    };
    for (id, _) in named(cx, &input.instance_ids, may)? {
        lifecycle::reboot(cx, &id);
    }
    Ok(())
}

fn terminate_instances(
    cx: &mut OpContext<'_>,
    input: InstanceIdsInput,
) -> ApiResult<TerminateInstancesOutput> {
    let may = |instance: &Instance| match instance.disable_api_termination && !instance.state.is_ending() {
        true => Err(errors::termination_protected(&instance.id)),
        false => Ok(()),
    };
    let before = named(cx, &input.instance_ids, may)?;
    for (id, state) in &before {
        if !state.is_ending() {
            lifecycle::terminate(cx, id, Initiator::User);
        }
    }
    Ok(TerminateInstancesOutput { terminating_instances: changes(cx, before) })
}
