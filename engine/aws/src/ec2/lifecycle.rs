//! How instances change their state: on request, by themselves, and with time.
//!
//! **Source**: Amazon EC2 User Guide, "Amazon EC2 instance state changes".

use crate::cloud;
use crate::context::OpContext;
use crate::ec2::catalog::images;
use crate::ec2::network::Network;
use crate::ec2::state::{Change, Instance, InstanceState, Regional, Timer};
use crate::ec2::{launch, limits};
use crate::effects::{Effect, InstanceChange};
use nuvola_kernel::Blob;

/// Who wants an instance to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Initiator {
    User,
    /// Its own operating system.
    Instance,
}

fn plan(cx: &mut OpContext<'_>, instance_id: &str, change: Change, after_ms: i64) {
    let timer = Timer { region: cx.region.clone(), instance_id: instance_id.to_owned(), change };
    let due_ms = cx.now_ms + after_ms;
    cx.schedule(due_ms, cloud::Timer::Ec2(timer));
}

fn instance_mut<'a>(cx: &'a mut OpContext<'_>, id: &str) -> Option<&'a mut Instance> {
    let region = cx.region.clone();
    cx.ec2().regions.get_mut(&region)?.instances.get_mut(id)
}

fn tell(cx: &mut OpContext<'_>, instance_id: &str, change: InstanceChange) {
    let region = cx.region.to_string();
    cx.effect(Effect::Instance { region, instance_id: instance_id.to_owned(), change });
}

/// Lets a stopped instance start.
pub fn start(cx: &mut OpContext<'_>, id: &str) {
    let launched_at = launch::second(cx);
    let Some(instance) = instance_mut(cx, id) else { return };
    instance.state = InstanceState::Pending;
    instance.state_reason = None;
    instance.transition_reason.clear();
    instance.launched_at = launched_at;
    plan(cx, id, Change::Running, limits::BOOT_MS);
}

/// Lets a running instance stop.
pub fn stop(cx: &mut OpContext<'_>, id: &str, by: Initiator) {
    end(cx, id, by, InstanceState::Stopping);
    tell(cx, id, InstanceChange::Stopped);
    plan(cx, id, Change::Stopped, limits::STOP_MS);
}

/// Lets an instance end for good.
pub fn terminate(cx: &mut OpContext<'_>, id: &str, by: Initiator) {
    end(cx, id, by, InstanceState::ShuttingDown);
    tell(cx, id, InstanceChange::Terminated);
    plan(cx, id, Change::Terminated, limits::TERMINATE_MS);
}

pub fn reboot(cx: &mut OpContext<'_>, id: &str) {
    tell(cx, id, InstanceChange::Rebooted);
}

/// The operating system of an instance shut down: it stops or ends, as was said when it was launched.
pub fn shut_down_by_itself(cx: &mut OpContext<'_>, id: &str) {
    let Some(instance) = instance_mut(cx, id) else { return };
    if instance.state != InstanceState::Running {
        return;
    }
    match instance.shutdown_behavior.as_str() {
        "terminate" => terminate(cx, id, Initiator::Instance),
        _ => stop(cx, id, Initiator::Instance),
    }
}

fn end(cx: &mut OpContext<'_>, id: &str, by: Initiator, state: InstanceState) {
    let at = cx.now().iso_seconds().replace('T', " ").replace('Z', " GMT");
    let Some(instance) = instance_mut(cx, id) else { return };
    instance.state = state;
    let (code, text) = match by {
        Initiator::User => ("Client.UserInitiatedShutdown", "User initiated shutdown"),
        Initiator::Instance => ("Client.InstanceInitiatedShutdown", "Instance initiated shutdown"),
    };
    instance.state_reason = Some((code.to_owned(), format!("{code}: {text}")));
    instance.transition_reason = match by {
        Initiator::User => format!("User initiated ({at})"),
        Initiator::Instance => String::new(),
    };
}

/// What is due.
pub fn on_timer(cx: &mut OpContext<'_>, timer: Timer) {
    cx.region = timer.region.clone();
    let id = timer.instance_id.as_str();
    let Some(state) = instance_mut(cx, id).map(|instance| instance.state) else { return };
    match (timer.change, state) {
        (Change::Running, InstanceState::Pending) => boot(cx, id),
        (Change::Stopped, InstanceState::Stopping) => {
            launch::take_public_ip(cx, id);
            if let Some(instance) = instance_mut(cx, id) {
                instance.state = InstanceState::Stopped;
            }
        }
        (Change::Terminated, InstanceState::ShuttingDown) => release(cx, id),
        (Change::Forgotten, InstanceState::Terminated) => forget(cx, id),
        // Something else was asked for in the meantime.
        (Change::Running | Change::Stopped | Change::Terminated | Change::Forgotten, _) => {}
    }
}

fn boot(cx: &mut OpContext<'_>, id: &str) {
    launch::give_public_ip(cx, id);
    let checked_at_ms = cx.now_ms + limits::CHECKS_MS;
    let Some(instance) = instance_mut(cx, id) else { return };
    instance.state = InstanceState::Running;
    instance.state_reason = None;
    instance.checked_at_ms = checked_at_ms;
    instance.boots += 1;
    let first = instance.boots == 1;
    let user_data = instance.user_data.as_deref().and_then(decoded);
    let (private_ip, image_id) = (instance.private_ip.clone(), instance.image_id.clone());
    let image = images::find(&Network::of(cx), &image_id);
    let image_name = image.map(|image| image.name.to_owned()).unwrap_or_default();
    tell(cx, id, InstanceChange::Booted { first, user_data, private_ip, image_name });
}

/// User data as it was meant.
pub fn decoded(base64: &str) -> Option<Blob> {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    STANDARD.decode(base64).ok().map(Blob::from)
}

/// A terminated instance gives back its addresses, interface and volumes.
fn release(cx: &mut OpContext<'_>, id: &str) {
    detach_address(cx, id);
    launch::take_public_ip(cx, id);
    let region = cx.region.clone();
    let regional = cx.ec2().at_mut(&region);
    let Some(instance) = regional.instances.get_mut(id) else { return };
    instance.state = InstanceState::Terminated;
    instance.profile = None;
    instance.credentials = None;
    instance.groups.clear();
    let (interface, ip) = (instance.interface_id.clone(), instance.private_ip.clone());
    let volumes = std::mem::take(&mut instance.volumes);
    regional.interfaces.remove(&interface);
    regional.tags.remove(&interface);
    regional.private_ips.remove(&ip);
    release_volumes(regional, &volumes);
    plan(cx, id, Change::Forgotten, limits::FORGET_MS);
}

fn release_volumes(regional: &mut Regional, volumes: &[String]) {
    for id in volumes {
        let Some(volume) = regional.volumes.get_mut(id) else { continue };
        let goes = volume.attachment.take().is_none_or(|attachment| attachment.delete_on_termination);
        if goes {
            regional.volumes.remove(id);
            regional.tags.remove(id);
        }
    }
}

fn forget(cx: &mut OpContext<'_>, id: &str) {
    let region = cx.region.clone();
    let regional = cx.ec2().at_mut(&region);
    if let Some(instance) = regional.instances.remove(id) {
        regional.launches.remove(&instance.launch);
        regional.tokens.remove(&instance.client_token);
        regional.tags.remove(id);
    }
}

/// Takes the Elastic IP from an instance. A running one then gets another address, if it is to have one.
pub fn detach_address(cx: &mut OpContext<'_>, id: &str) {
    let region = cx.region.clone();
    let regional = cx.ec2().at_mut(&region);
    let Some(instance) = regional.instances.get_mut(id) else { return };
    let Some(allocation) = instance.allocation_id.take() else { return };
    instance.public_ip = None;
    let runs = instance.state == InstanceState::Running;
    if let Some(address) = regional.addresses.get_mut(&allocation) {
        address.association = None;
        let ip = address.public_ip.clone();
        if let Some(held) = cx.ec2().public_ips.get_mut(&ip) {
            held.instance_id = None;
        }
    }
    if runs {
        launch::give_public_ip(cx, id);
    }
}
