//! What an instance writes to its console, and detailed monitoring.

use crate::context::OpContext;
use crate::ec2::check;
use crate::ec2::kinds::Kind;
use crate::ec2::network::Network;
use crate::ec2::ops::power::InstanceIdsInput;
use crate::ec2::view::Monitoring;
use crate::operation;
use crate::service::ApiResult;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use nuvola_kernel::Timestamp;
use nuvola_wire::shape;

operation! {
    /// Gives what an instance wrote to its console, as far as its host tells: its boot messages and the
    /// output of its user data.
    ///
    /// **Source**: EC2 API Reference, "GetConsoleOutput".
    pub GET_CONSOLE_OUTPUT: GetConsoleOutput {
        http: "POST" "/" 200,
        input: GetConsoleOutputInput,
        output: GetConsoleOutputOutput,
        errors: ["InvalidInstanceID.NotFound"],
        access: |cx, input| check::access_to(cx, "ec2:GetConsoleOutput", Kind::Instance, &input.instance_id),
        handler: get_console_output,
    }
}

operation! {
    /// Turns detailed monitoring on.
    ///
    /// **Source**: EC2 API Reference, "MonitorInstances".
    pub MONITOR_INSTANCES: MonitorInstances {
        http: "POST" "/" 200,
        input: InstanceIdsInput,
        output: MonitorInstancesOutput,
        errors: ["InvalidInstanceID.NotFound"],
        access: |cx, input| check::access_to_all(cx, "ec2:MonitorInstances", Kind::Instance, &input.instance_ids),
        handler: |cx: &mut OpContext<'_>, input: InstanceIdsInput| monitor(cx, &input.instance_ids, true),
    }
}

operation! {
    /// Turns detailed monitoring off.
    ///
    /// **Source**: EC2 API Reference, "UnmonitorInstances".
    pub UNMONITOR_INSTANCES: UnmonitorInstances {
        http: "POST" "/" 200,
        input: InstanceIdsInput,
        output: MonitorInstancesOutput,
        errors: ["InvalidInstanceID.NotFound"],
        access: |cx, input| check::access_to_all(cx, "ec2:UnmonitorInstances", Kind::Instance, &input.instance_ids),
        handler: |cx: &mut OpContext<'_>, input: InstanceIdsInput| monitor(cx, &input.instance_ids, false),
    }
}

shape! {
    /// What `GetConsoleOutput` takes.
    pub struct GetConsoleOutputInput {
        #[wire("InstanceId")] pub instance_id: String,
        #[wire("Latest")] pub latest: Option<bool>,
    }

    /// What `GetConsoleOutput` answers.
    pub struct GetConsoleOutputOutput {
        #[wire("InstanceId")] pub instance_id: Option<String>,
        #[wire("Timestamp")] pub timestamp: Option<Timestamp>,
        /// In base64.
        #[wire("Output")] pub output: Option<String>,
    }

    /// What `MonitorInstances` answers.
    pub struct MonitorInstancesOutput {
        #[wire("InstanceMonitorings", xml = "instancesSet")] pub instance_monitorings: Vec<InstanceMonitoring>,
    }

    /// The monitoring of an instance.
    pub struct InstanceMonitoring {
        #[wire("InstanceId")] pub instance_id: Option<String>,
        #[wire("Monitoring")] pub monitoring: Option<Monitoring>,
    }
}

fn get_console_output(
    cx: &mut OpContext<'_>,
    input: GetConsoleOutputInput,
) -> ApiResult<GetConsoleOutputOutput> {
    let id = input.instance_id;
    let regional = cx.state().ec2.at(&cx.region);
    Kind::Instance.require(&Network::of(cx), regional, std::slice::from_ref(&id))?;
    let console = &regional.instances[id.as_str()].console;
    let output = (!console.is_empty()).then(|| STANDARD.encode(console));
    Ok(GetConsoleOutputOutput { instance_id: Some(id), timestamp: Some(cx.now()), output })
}

fn monitor(cx: &mut OpContext<'_>, ids: &[String], on: bool) -> ApiResult<MonitorInstancesOutput> {
    let region = cx.region.clone();
    Kind::Instance.require(&Network::of(cx), cx.state().ec2.at(&region), ids)?;
    let regional = cx.ec2().at_mut(&region);
    let word = if on { "pending" } else { "disabling" };
    let mut out = MonitorInstancesOutput::default();
    for id in ids {
        if let Some(instance) = regional.instances.get_mut(id) {
            instance.monitoring = on;
        }
        let monitoring = Some(Monitoring { state: Some(word.to_owned()) });
        out.instance_monitorings.push(InstanceMonitoring { instance_id: Some(id.clone()), monitoring });
    }
    Ok(out)
}
