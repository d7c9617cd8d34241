//! Volumes: those that launches made.

use crate::auth::Access;
use crate::context::OpContext;
use crate::ec2::kinds::Kind;
use crate::ec2::listing::{Filters, Listed, Listing};
use crate::ec2::network::Network;
use crate::ec2::shapes::{Filter, Tag, tags_of};
use crate::ec2::state;
use crate::ec2::{check, errors};
use crate::operation;
use crate::service::ApiResult;
use nuvola_kernel::Timestamp;
use nuvola_wire::{WireType, shape};
use std::ops::Bound;

operation! {
    /// Lists volumes by id or filter.
    ///
    /// **Source**: EC2 API Reference, "DescribeVolumes".
    pub DESCRIBE_VOLUMES: DescribeVolumes {
        http: "POST" "/" 200,
        input: DescribeVolumesInput,
        output: DescribeVolumesOutput,
        errors: ["InvalidParameterValue", "InvalidVolume.NotFound"],
        access: |_, _| Access::to("ec2:DescribeVolumes", "*"),
        handler: describe_volumes,
    }
}

operation! {
    /// Deletes a volume that its instance left behind.
    ///
    /// **Source**: EC2 API Reference, "DeleteVolume".
    pub DELETE_VOLUME: DeleteVolume {
        http: "POST" "/" 200,
        input: DeleteVolumeInput,
        output: (),
        errors: ["InvalidVolume.NotFound", "VolumeInUse"],
        access: |cx, input| check::access_to(cx, "ec2:DeleteVolume", Kind::Volume, &input.volume_id),
        handler: delete_volume,
    }
}

shape! {
    /// What `DescribeVolumes` takes.
    pub struct DescribeVolumesInput {
        #[wire("VolumeIds", xml = "VolumeId")] pub volume_ids: Vec<String>,
        #[wire("Filters", xml = "Filter")] pub filters: Vec<Filter>,
        #[wire("NextToken")] pub next_token: Option<String>,
        #[wire("MaxResults")] pub max_results: Option<i32>,
    }

    /// What `DescribeVolumes` answers.
    pub struct DescribeVolumesOutput {
        #[wire("Volumes", xml = "volumeSet")] pub volumes: Vec<Volume>,
        #[wire("NextToken")] pub next_token: Option<String>,
    }

    /// What `DeleteVolume` takes.
    pub struct DeleteVolumeInput {
        #[wire("VolumeId")] pub volume_id: String,
    }

    /// A volume.
    pub struct Volume {
        #[wire("Attachments", xml = "attachmentSet")] pub attachments: Vec<VolumeAttachment>,
        #[wire("AvailabilityZone")] pub availability_zone: Option<String>,
        #[wire("CreateTime")] pub create_time: Option<Timestamp>,
        #[wire("Encrypted")] pub encrypted: Option<bool>,
        #[wire("Iops")] pub iops: Option<i32>,
        #[wire("MultiAttachEnabled")] pub multi_attach_enabled: Option<bool>,
        #[wire("Size")] pub size: Option<i32>,
        #[wire("SnapshotId")] pub snapshot_id: Option<String>,
        #[wire("State", xml = "status")] pub state: Option<String>,
        #[wire("Tags", xml = "tagSet")] pub tags: Option<Vec<Tag>>,
        #[wire("Throughput")] pub throughput: Option<i32>,
        #[wire("VolumeId")] pub volume_id: Option<String>,
        #[wire("VolumeType")] pub volume_type: Option<String>,
    }

    /// Where a volume is attached.
    pub struct VolumeAttachment {
        #[wire("AttachTime")] pub attach_time: Option<Timestamp>,
        #[wire("DeleteOnTermination")] pub delete_on_termination: Option<bool>,
        #[wire("Device")] pub device: Option<String>,
        #[wire("InstanceId")] pub instance_id: Option<String>,
        #[wire("State", xml = "status")] pub state: Option<String>,
        #[wire("VolumeId")] pub volume_id: Option<String>,
    }
}

const FILTERS: Filters = &[
    ("attachment.attach-time", "Attachments.AttachTime"),
    ("attachment.delete-on-termination", "Attachments.DeleteOnTermination"),
    ("attachment.device", "Attachments.Device"),
    ("attachment.instance-id", "Attachments.InstanceId"),
    ("attachment.status", "Attachments.State"),
    ("availability-zone", "AvailabilityZone"),
    ("create-time", "CreateTime"),
    ("encrypted", "Encrypted"),
    ("size", "Size"),
    ("snapshot-id", "SnapshotId"),
    ("status", "State"),
    ("tag", "Tags"),
    ("volume-id", "VolumeId"),
    ("volume-type", "VolumeType"),
];

fn describe_volumes(cx: &mut OpContext<'_>, input: DescribeVolumesInput) -> ApiResult<Listed> {
    let ids = &input.volume_ids;
    let listing = Listing {
        operation: "DescribeVolumes",
        filters: &input.filters,
        known: FILTERS,
        max_results: input.max_results,
        next_token: input.next_token.as_deref(),
        named: !ids.is_empty(),
    };
    let start = listing.start()?;
    let regional = cx.state().ec2.at(&cx.region);
    Kind::Volume.require(&Network::of(cx), regional, ids)?;
    let after = start.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
    let rest = regional.volumes.range::<str>((after, Bound::Unbounded));
    let mut shown = rest
        .filter(|(id, _)| ids.is_empty() || ids.contains(id))
        .map(|(id, volume)| (id.clone(), shown(cx, volume).into_value()));
    Ok(listing.page(&mut shown).listed("Volumes"))
}

fn shown(cx: &OpContext<'_>, volume: &state::Volume) -> Volume {
    let tags = tags_of(cx, &volume.id);
    let attachment = volume.attachment.as_ref().map(|attached| VolumeAttachment {
        attach_time: Some(attached.attached_at),
        delete_on_termination: Some(attached.delete_on_termination),
        device: Some(attached.device.clone()),
        instance_id: Some(attached.instance_id.clone()),
        state: Some("attached".to_owned()),
        volume_id: Some(volume.id.clone()),
    });
    let state = if attachment.is_some() { "in-use" } else { "available" };
    Volume {
        attachments: attachment.into_iter().collect(),
        availability_zone: Some(volume.zone.clone()),
        create_time: Some(volume.created_at),
        encrypted: Some(volume.encrypted),
        iops: volume.iops,
        multi_attach_enabled: Some(false),
        size: Some(volume.size_gib),
        snapshot_id: Some(volume.snapshot_id.clone()),
        state: Some(state.to_owned()),
        tags: (!tags.is_empty()).then_some(tags),
        throughput: volume.throughput,
        volume_id: Some(volume.id.clone()),
        volume_type: Some(volume.kind.clone()),
    }
}

fn delete_volume(cx: &mut OpContext<'_>, input: DeleteVolumeInput) -> ApiResult<()> {
    let region = cx.region.clone();
    let regional = cx.state().ec2.at(&region);
    Kind::Volume.require(&Network::of(cx), regional, std::slice::from_ref(&input.volume_id))?;
    if let Some(attached) = &regional.volumes[input.volume_id.as_str()].attachment {
        let text = format!("Volume {} is currently attached to {}", input.volume_id, attached.instance_id);
        return Err(errors::error("VolumeInUse", text));
    }
    let regional = cx.ec2().at_mut(&region);
    regional.volumes.remove(&input.volume_id);
    regional.tags.remove(&input.volume_id);
    Ok(())
}
