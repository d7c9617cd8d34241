//! Images.

use crate::auth::Access;
use crate::context::OpContext;
use crate::ec2::catalog::images::{IMAGES, Image};
use crate::ec2::listing::{Filters, Listed, Listing};
use crate::ec2::network::Network;
use crate::ec2::ops::run::{self, BlockDeviceMapping, EbsBlockDevice};
use crate::ec2::shapes::Filter;
use crate::operation;
use crate::service::ApiResult;
use nuvola_wire::{WireType, shape};

operation! {
    /// Lists public images of Amazon and Canonical, by id, owner and filter.
    ///
    /// **Source**: EC2 API Reference, "DescribeImages".
    pub DESCRIBE_IMAGES: DescribeImages {
        http: "POST" "/" 200,
        input: DescribeImagesInput,
        output: DescribeImagesOutput,
        errors: ["InvalidAMIID.Malformed", "InvalidAMIID.NotFound", "InvalidParameterValue"],
        access: |_, _| Access::to("ec2:DescribeImages", "*"),
        handler: describe_images,
    }
}

shape! {
    /// What `DescribeImages` takes.
    pub struct DescribeImagesInput {
        #[wire("ImageIds", xml = "ImageId")] pub image_ids: Vec<String>,
        #[wire("Owners", xml = "Owner")] pub owners: Vec<String>,
        #[wire("ExecutableUsers", xml = "ExecutableBy")] pub executable_users: Vec<String>,
        #[wire("IncludeDeprecated")] pub include_deprecated: Option<bool>,
        #[wire("Filters", xml = "Filter")] pub filters: Vec<Filter>,
        #[wire("MaxResults")] pub max_results: Option<i32>,
        #[wire("NextToken")] pub next_token: Option<String>,
    }

    /// What `DescribeImages` answers.
    pub struct DescribeImagesOutput {
        #[wire("Images", xml = "imagesSet")] pub images: Vec<ImageInfo>,
        #[wire("NextToken")] pub next_token: Option<String>,
    }

    /// An image.
    pub struct ImageInfo {
        #[wire("Architecture")] pub architecture: Option<String>,
        #[wire("BlockDeviceMappings", xml = "blockDeviceMapping")] pub block_device_mappings: Vec<BlockDeviceMapping>,
        #[wire("BootMode")] pub boot_mode: Option<String>,
        #[wire("CreationDate")] pub creation_date: Option<String>,
        #[wire("Description")] pub description: Option<String>,
        #[wire("EnaSupport")] pub ena_support: Option<bool>,
        #[wire("Hypervisor")] pub hypervisor: Option<String>,
        #[wire("ImageId")] pub image_id: Option<String>,
        #[wire("ImageLocation")] pub image_location: Option<String>,
        #[wire("ImageOwnerAlias")] pub image_owner_alias: Option<String>,
        #[wire("ImageType")] pub image_type: Option<String>,
        #[wire("ImdsSupport")] pub imds_support: Option<String>,
        #[wire("Name")] pub name: Option<String>,
        #[wire("OwnerId", xml = "imageOwnerId")] pub owner_id: Option<String>,
        #[wire("PlatformDetails")] pub platform_details: Option<String>,
        #[wire("Public", xml = "isPublic")] pub public: Option<bool>,
        #[wire("RootDeviceName")] pub root_device_name: Option<String>,
        #[wire("RootDeviceType")] pub root_device_type: Option<String>,
        #[wire("SriovNetSupport")] pub sriov_net_support: Option<String>,
        #[wire("State", xml = "imageState")] pub state: Option<String>,
        #[wire("UsageOperation")] pub usage_operation: Option<String>,
        #[wire("VirtualizationType")] pub virtualization_type: Option<String>,
    }
}

const FILTERS: Filters = &[
    ("architecture", "Architecture"),
    ("block-device-mapping.delete-on-termination", "BlockDeviceMappings.Ebs.DeleteOnTermination"),
    ("block-device-mapping.device-name", "BlockDeviceMappings.DeviceName"),
    ("block-device-mapping.volume-size", "BlockDeviceMappings.Ebs.VolumeSize"),
    ("block-device-mapping.volume-type", "BlockDeviceMappings.Ebs.VolumeType"),
    ("creation-date", "CreationDate"),
    ("description", "Description"),
    ("ena-support", "EnaSupport"),
    ("hypervisor", "Hypervisor"),
    ("image-id", "ImageId"),
    ("image-type", "ImageType"),
    ("is-public", "Public"),
    ("name", "Name"),
    ("owner-alias", "ImageOwnerAlias"),
    ("owner-id", "OwnerId"),
    ("root-device-name", "RootDeviceName"),
    ("root-device-type", "RootDeviceType"),
    ("state", "State"),
    ("tag", "Tags"),
    ("virtualization-type", "VirtualizationType"),
];

fn describe_images(cx: &mut OpContext<'_>, input: DescribeImagesInput) -> ApiResult<Listed> {
    for id in &input.image_ids {
        run::image(cx, id)?;
    }
    let network = Network::of(cx);
    let account = cx.account().to_string();
    let owned = |image: &Image| {
        input.owners.is_empty()
            || input.owners.iter().any(|owner| match owner.as_str() {
                "self" => image.owner == account,
                other => image.owner == other || image.alias == Some(other),
            })
    };
    // All images here are public: to whom, matters only for others.
    let executable = |users: &[String]| users.is_empty() || users.iter().any(|user| user == "all");
    let listing = Listing {
        operation: "DescribeImages",
        filters: &input.filters,
        known: FILTERS,
        max_results: input.max_results,
        next_token: input.next_token.as_deref(),
        named: !input.image_ids.is_empty(),
    };
    let mut chosen: Vec<_> = IMAGES
        .iter()
        .filter(|image| owned(image) && executable(&input.executable_users))
        .map(|image| (image.id(&network), image))
        .filter(|(id, _)| input.image_ids.is_empty() || input.image_ids.contains(id))
        .collect();
    nuvola_kernel::ordered::sort_by_key(&mut chosen, |(id, _)| id.clone());
    let shown = chosen.into_iter().map(|(id, image)| (id.clone(), shown(&network, image, id).into_value()));
    Ok(listing.page_of(shown.collect())?.listed("Images"))
}

fn shown(network: &Network, image: &Image, id: String) -> ImageInfo {
    let text = |text: &str| Some(text.to_owned());
    let owner = image.alias.unwrap_or(image.owner);
    let ebs = EbsBlockDevice {
        delete_on_termination: Some(true),
        iops: (image.volume_type == "gp3").then_some(3000),
        snapshot_id: Some(image.snapshot(network)),
        volume_size: Some(image.root_gib),
        volume_type: text(image.volume_type),
        throughput: (image.volume_type == "gp3").then_some(125),
        encrypted: Some(false),
    };
    ImageInfo {
        architecture: text(image.architecture()),
        block_device_mappings: vec![BlockDeviceMapping {
            device_name: text(image.root_device),
            ebs: Some(ebs),
        }],
        boot_mode: text(if image.arm { "uefi" } else { "uefi-preferred" }),
        creation_date: text(image.created),
        description: text(image.description),
        ena_support: Some(true),
        hypervisor: text("xen"),
        image_id: Some(id),
        image_location: Some(format!("{owner}/{}", image.name)),
        image_owner_alias: image.alias.map(str::to_owned),
        image_type: text("machine"),
        imds_support: image.imds_v2.then(|| "v2.0".to_owned()),
        name: text(image.name),
        owner_id: text(image.owner),
        platform_details: text("Linux/UNIX"),
        public: Some(true),
        root_device_name: text(image.root_device),
        root_device_type: text("ebs"),
        sriov_net_support: text("simple"),
        state: text("available"),
        usage_operation: text("RunInstances"),
        virtualization_type: text("hvm"),
    }
}
