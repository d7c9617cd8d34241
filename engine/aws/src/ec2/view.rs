//! Instances as the API shows them.

use crate::context::OpContext;
use crate::ec2::catalog::{images, types};
use crate::ec2::network::{self, Network};
use crate::ec2::shapes::{GroupIdentifier, Tag, shown_tags};
use crate::ec2::state::{self, InstanceState as State, Regional, Volume};
use nuvola_kernel::Timestamp;
use nuvola_wire::shape;

shape! {
    /// A state of an instance.
    pub struct InstanceState {
        #[wire("Code")] pub code: Option<i32>,
        #[wire("Name")] pub name: Option<String>,
    }

    /// Why an instance is in its state.
    pub struct StateReason {
        #[wire("Code")] pub code: Option<String>,
        #[wire("Message")] pub message: Option<String>,
    }

    /// Where an instance is.
    pub struct Placement {
        #[wire("AvailabilityZoneId")] pub availability_zone_id: Option<String>,
        #[wire("GroupName")] pub group_name: Option<String>,
        #[wire("Tenancy")] pub tenancy: Option<String>,
        #[wire("AvailabilityZone")] pub availability_zone: Option<String>,
    }

    /// Whether detailed monitoring is on.
    pub struct Monitoring {
        #[wire("State")] pub state: Option<String>,
    }

    /// An instance profile.
    pub struct IamInstanceProfile {
        #[wire("Arn")] pub arn: Option<String>,
        #[wire("Id")] pub id: Option<String>,
    }

    /// Cores and threads.
    pub struct CpuOptions {
        #[wire("CoreCount")] pub core_count: Option<i32>,
        #[wire("ThreadsPerCore")] pub threads_per_core: Option<i32>,
    }

    /// How the metadata service answers.
    pub struct InstanceMetadataOptionsResponse {
        #[wire("State")] pub state: Option<String>,
        #[wire("HttpTokens")] pub http_tokens: Option<String>,
        #[wire("HttpPutResponseHopLimit")] pub http_put_response_hop_limit: Option<i32>,
        #[wire("HttpEndpoint")] pub http_endpoint: Option<String>,
        #[wire("HttpProtocolIpv6")] pub http_protocol_ipv6: Option<String>,
        #[wire("InstanceMetadataTags")] pub instance_metadata_tags: Option<String>,
    }

    /// How private names are formed.
    pub struct PrivateDnsNameOptionsResponse {
        #[wire("HostnameType")] pub hostname_type: Option<String>,
        #[wire("EnableResourceNameDnsARecord")] pub enable_a: Option<bool>,
        #[wire("EnableResourceNameDnsAAAARecord")] pub enable_aaaa: Option<bool>,
    }

    /// What happens on failures.
    pub struct InstanceMaintenanceOptions {
        #[wire("AutoRecovery")] pub auto_recovery: Option<String>,
    }

    /// Whether enclaves are enabled.
    pub struct EnclaveOptions {
        #[wire("Enabled")] pub enabled: Option<bool>,
    }

    /// Whether hibernation is configured.
    pub struct HibernationOptions {
        #[wire("Configured")] pub configured: Option<bool>,
    }

    /// Which capacity reservations count.
    pub struct CapacityReservationSpecificationResponse {
        #[wire("CapacityReservationPreference")] pub preference: Option<String>,
    }

    /// A volume in an instance.
    pub struct EbsInstanceBlockDevice {
        #[wire("AttachTime")] pub attach_time: Option<Timestamp>,
        #[wire("DeleteOnTermination")] pub delete_on_termination: Option<bool>,
        #[wire("Status")] pub status: Option<String>,
        #[wire("VolumeId")] pub volume_id: Option<String>,
    }

    /// A device of an instance.
    pub struct InstanceBlockDeviceMapping {
        #[wire("DeviceName")] pub device_name: Option<String>,
        #[wire("Ebs")] pub ebs: Option<EbsInstanceBlockDevice>,
    }

    /// A public address of an interface.
    pub struct InterfaceAssociation {
        #[wire("AllocationId")] pub allocation_id: Option<String>,
        #[wire("AssociationId")] pub association_id: Option<String>,
        #[wire("IpOwnerId")] pub ip_owner_id: Option<String>,
        #[wire("PublicDnsName")] pub public_dns_name: Option<String>,
        #[wire("PublicIp")] pub public_ip: Option<String>,
    }

    /// A private address of an interface.
    pub struct InterfacePrivateIpAddress {
        #[wire("Association")] pub association: Option<InterfaceAssociation>,
        #[wire("Primary")] pub primary: Option<bool>,
        #[wire("PrivateDnsName")] pub private_dns_name: Option<String>,
        #[wire("PrivateIpAddress")] pub private_ip_address: Option<String>,
    }

    /// How an interface belongs to its instance.
    pub struct InterfaceAttachment {
        #[wire("AttachTime")] pub attach_time: Option<Timestamp>,
        #[wire("AttachmentId")] pub attachment_id: Option<String>,
        #[wire("DeleteOnTermination")] pub delete_on_termination: Option<bool>,
        #[wire("DeviceIndex")] pub device_index: Option<i32>,
        #[wire("NetworkCardIndex")] pub network_card_index: Option<i32>,
        #[wire("InstanceId")] pub instance_id: Option<String>,
        #[wire("InstanceOwnerId")] pub instance_owner_id: Option<String>,
        #[wire("Status")] pub status: Option<String>,
    }

    /// A network interface, of an instance or by itself.
    pub struct NetworkInterface {
        #[wire("Association")] pub association: Option<InterfaceAssociation>,
        #[wire("Attachment")] pub attachment: Option<InterfaceAttachment>,
        #[wire("AvailabilityZone")] pub availability_zone: Option<String>,
        #[wire("Description")] pub description: Option<String>,
        #[wire("Groups", xml = "groupSet")] pub groups: Vec<GroupIdentifier>,
        #[wire("InterfaceType")] pub interface_type: Option<String>,
        #[wire("MacAddress")] pub mac_address: Option<String>,
        #[wire("NetworkInterfaceId")] pub network_interface_id: Option<String>,
        #[wire("OwnerId")] pub owner_id: Option<String>,
        #[wire("PrivateDnsName")] pub private_dns_name: Option<String>,
        #[wire("PrivateIpAddress")] pub private_ip_address: Option<String>,
        #[wire("PrivateIpAddresses", xml = "privateIpAddressesSet")] pub private_ip_addresses: Vec<InterfacePrivateIpAddress>,
        #[wire("RequesterManaged")] pub requester_managed: Option<bool>,
        #[wire("SourceDestCheck")] pub source_dest_check: Option<bool>,
        #[wire("Status")] pub status: Option<String>,
        #[wire("SubnetId")] pub subnet_id: Option<String>,
        #[wire("TagSet")] pub tag_set: Option<Vec<Tag>>,
        #[wire("VpcId")] pub vpc_id: Option<String>,
    }

    /// An instance.
    pub struct Instance {
        #[wire("InstanceId")] pub instance_id: Option<String>,
        #[wire("ImageId")] pub image_id: Option<String>,
        #[wire("State", xml = "instanceState")] pub state: Option<InstanceState>,
        #[wire("PrivateDnsName")] pub private_dns_name: Option<String>,
        #[wire("PublicDnsName", xml = "dnsName")] pub public_dns_name: Option<String>,
        #[wire("StateTransitionReason", xml = "reason")] pub state_transition_reason: Option<String>,
        #[wire("KeyName")] pub key_name: Option<String>,
        #[wire("AmiLaunchIndex")] pub ami_launch_index: Option<i32>,
        #[wire("ProductCodes")] pub product_codes: Vec<String>,
        #[wire("InstanceType")] pub instance_type: Option<String>,
        #[wire("LaunchTime")] pub launch_time: Option<Timestamp>,
        #[wire("Placement")] pub placement: Option<Placement>,
        #[wire("Monitoring")] pub monitoring: Option<Monitoring>,
        #[wire("SubnetId")] pub subnet_id: Option<String>,
        #[wire("VpcId")] pub vpc_id: Option<String>,
        #[wire("PrivateIpAddress")] pub private_ip_address: Option<String>,
        #[wire("PublicIpAddress", xml = "ipAddress")] pub public_ip_address: Option<String>,
        #[wire("Architecture")] pub architecture: Option<String>,
        #[wire("BlockDeviceMappings", xml = "blockDeviceMapping")] pub block_device_mappings: Vec<InstanceBlockDeviceMapping>,
        #[wire("ClientToken")] pub client_token: Option<String>,
        #[wire("EbsOptimized")] pub ebs_optimized: Option<bool>,
        #[wire("EnaSupport")] pub ena_support: Option<bool>,
        #[wire("Hypervisor")] pub hypervisor: Option<String>,
        #[wire("IamInstanceProfile")] pub iam_instance_profile: Option<IamInstanceProfile>,
        #[wire("NetworkInterfaces", xml = "networkInterfaceSet")] pub network_interfaces: Vec<NetworkInterface>,
        #[wire("RootDeviceName")] pub root_device_name: Option<String>,
        #[wire("RootDeviceType")] pub root_device_type: Option<String>,
        #[wire("SecurityGroups", xml = "groupSet")] pub security_groups: Vec<GroupIdentifier>,
        #[wire("SourceDestCheck")] pub source_dest_check: Option<bool>,
        #[wire("StateReason")] pub state_reason: Option<StateReason>,
        #[wire("Tags", xml = "tagSet")] pub tags: Option<Vec<Tag>>,
        #[wire("VirtualizationType")] pub virtualization_type: Option<String>,
        #[wire("CpuOptions")] pub cpu_options: Option<CpuOptions>,
        #[wire("CapacityReservationSpecification")] pub capacity_reservation: Option<CapacityReservationSpecificationResponse>,
        #[wire("HibernationOptions")] pub hibernation_options: Option<HibernationOptions>,
        #[wire("MetadataOptions")] pub metadata_options: Option<InstanceMetadataOptionsResponse>,
        #[wire("EnclaveOptions")] pub enclave_options: Option<EnclaveOptions>,
        #[wire("BootMode")] pub boot_mode: Option<String>,
        #[wire("PlatformDetails")] pub platform_details: Option<String>,
        #[wire("UsageOperation")] pub usage_operation: Option<String>,
        #[wire("UsageOperationUpdateTime")] pub usage_operation_update_time: Option<Timestamp>,
        #[wire("PrivateDnsNameOptions")] pub private_dns_name_options: Option<PrivateDnsNameOptionsResponse>,
        #[wire("MaintenanceOptions")] pub maintenance_options: Option<InstanceMaintenanceOptions>,
        #[wire("CurrentInstanceBootMode")] pub current_instance_boot_mode: Option<String>,
    }

    /// What one launch made.
    pub struct Reservation {
        #[wire("ReservationId")] pub reservation_id: Option<String>,
        #[wire("OwnerId")] pub owner_id: Option<String>,
        #[wire("Groups", xml = "groupSet")] pub groups: Vec<GroupIdentifier>,
        #[wire("Instances", xml = "instancesSet")] pub instances: Vec<Instance>,
    }
}

/// What a view needs: the region's things, its network, and the account.
pub struct Viewer<'a> {
    pub regional: &'a Regional,
    pub network: Network,
    pub account: String,
}

fn some(text: impl Into<String>) -> Option<String> {
    Some(text.into())
}

pub fn state_of(state: State) -> InstanceState {
    InstanceState { code: Some(state.code()), name: some(state.name()) }
}

impl<'a> Viewer<'a> {
    pub fn new(cx: &'a OpContext<'_>) -> Self {
        Viewer {
            regional: cx.state().ec2.at(&cx.region),
            network: Network::of(cx),
            account: cx.account().to_string(),
        }
    }

    pub fn reservation(&self, instance: &state::Instance) -> Reservation {
        Reservation {
            reservation_id: some(&instance.reservation_id),
            owner_id: some(&self.account),
            groups: Vec::new(),
            instances: vec![self.instance(instance)],
        }
    }

    pub fn instance(&self, instance: &state::Instance) -> Instance {
        let mut shown = self.settings(instance);
        self.add_hardware(instance, &mut shown);
        // A terminated instance has given its network back.
        if instance.state != State::Terminated {
            shown.private_dns_name = some(network::private_dns(&self.network.region, &instance.private_ip));
            shown.private_ip_address = some(&instance.private_ip);
            shown.subnet_id = some(&instance.subnet_id);
            shown.vpc_id = some(self.network.vpc());
            shown.public_ip_address = instance.public_ip.clone();
            shown.public_dns_name =
                instance.public_ip.as_ref().map(|ip| network::public_dns(&self.network.region, ip));
            shown.security_groups = self.groups(&instance.groups);
            shown.source_dest_check = Some(instance.source_dest_check);
            shown.network_interfaces = vec![self.interface_inside(instance)];
            shown.block_device_mappings = self.devices(instance);
        }
        // Empty elements, not absent ones.
        shown.public_dns_name.get_or_insert_default();
        shown.private_dns_name.get_or_insert_default();
        shown
    }

    fn settings(&self, instance: &state::Instance) -> Instance {
        let profile = instance.profile.as_ref().map(shown_profile);
        let reason = instance.state_reason.as_ref();
        let tags = self.regional.tags.get(&instance.id).filter(|tags| !tags.is_empty());
        Instance {
            instance_id: some(&instance.id),
            image_id: some(&instance.image_id),
            state: Some(state_of(instance.state)),
            state_transition_reason: some(&instance.transition_reason),
            key_name: instance.key_name.clone(),
            ami_launch_index: Some(instance.launch_index),
            instance_type: some(&instance.instance_type),
            launch_time: Some(instance.launched_at),
            placement: Some(self.placement(instance)),
            monitoring: Some(Monitoring { state: some(monitoring(instance)) }),
            client_token: some(&instance.client_token),
            ebs_optimized: Some(instance.ebs_optimized),
            iam_instance_profile: profile,
            root_device_name: some(&instance.root_device),
            root_device_type: some("ebs"),
            state_reason: reason
                .map(|(code, text)| StateReason { code: some(code.as_str()), message: some(text.as_str()) }),
            tags: tags.map(|tags| shown_tags(Some(tags))),
            metadata_options: Some(metadata_options(instance, "applied")),
            usage_operation_update_time: Some(instance.created_at),
            ..Instance::default()
        }
    }

    fn placement(&self, instance: &state::Instance) -> Placement {
        let zone_id = self.network.subnets().into_iter().find(|subnet| subnet.zone == instance.zone);
        Placement {
            availability_zone_id: zone_id.map(|subnet| subnet.zone_id),
            group_name: some(""),
            tenancy: some("default"),
            availability_zone: some(&instance.zone),
        }
    }

    /// What follows from its type and image.
    fn add_hardware(&self, instance: &state::Instance, shown: &mut Instance) {
        let image = images::find(&self.network, &instance.image_id);
        shown.architecture = image.map(|image| image.architecture().to_owned());
        shown.virtualization_type = some("hvm");
        shown.ena_support = Some(true);
        shown.platform_details = some("Linux/UNIX");
        shown.usage_operation = some("RunInstances");
        shown.hypervisor = some("xen");
        if let Some(kind) = types::find(&instance.instance_type) {
            let family = kind.family();
            let threads = family.threads_per_core;
            shown.cpu_options =
                Some(CpuOptions { core_count: Some(kind.vcpus / threads), threads_per_core: Some(threads) });
            shown.current_instance_boot_mode =
                some(if family.nitro && family.arm { "uefi" } else { "legacy-bios" });
        }
        shown.boot_mode = some("uefi-preferred");
        shown.capacity_reservation =
            Some(CapacityReservationSpecificationResponse { preference: some("open") });
        shown.hibernation_options = Some(HibernationOptions { configured: Some(false) });
        shown.enclave_options = Some(EnclaveOptions { enabled: Some(false) });
        shown.maintenance_options = Some(InstanceMaintenanceOptions { auto_recovery: some("default") });
        shown.private_dns_name_options = Some(PrivateDnsNameOptionsResponse {
            hostname_type: some("ip-name"),
            enable_a: Some(false),
            enable_aaaa: Some(false),
        });
    }

    pub fn groups(&self, ids: &[String]) -> Vec<GroupIdentifier> {
        let shown = |id: &String| GroupIdentifier {
            group_id: some(id),
            group_name: self.network.group(self.regional, id).map(|group| group.name.clone()),
        };
        ids.iter().map(shown).collect()
    }

    fn association(&self, instance: &state::Instance) -> Option<InterfaceAssociation> {
        let ip = instance.public_ip.as_ref()?;
        let address = instance.allocation_id.as_ref().and_then(|id| self.regional.addresses.get(id));
        Some(InterfaceAssociation {
            allocation_id: address.map(|address| address.allocation_id.clone()),
            association_id: address
                .and_then(|address| address.association.as_ref())
                .map(|association| association.id.clone()),
            ip_owner_id: some(if address.is_some() { &self.account } else { "amazon" }),
            public_dns_name: some(network::public_dns(&self.network.region, ip)),
            public_ip: some(ip),
        })
    }

    /// An interface as `DescribeNetworkInterfaces` shows it.
    pub fn interface(&self, instance: &state::Instance) -> NetworkInterface {
        let dns = some(network::private_dns(&self.network.region, &instance.private_ip));
        let tags = shown_tags(self.regional.tags.get(&instance.interface_id));
        NetworkInterface {
            association: self.association(instance),
            attachment: Some(InterfaceAttachment {
                attach_time: Some(instance.created_at),
                attachment_id: some(&instance.attachment_id),
                delete_on_termination: Some(true),
                device_index: Some(0),
                network_card_index: Some(0),
                instance_id: some(&instance.id),
                instance_owner_id: some(&self.account),
                status: some("attached"),
            }),
            availability_zone: some(&instance.zone),
            description: some(""),
            groups: self.groups(&instance.groups),
            interface_type: some("interface"),
            mac_address: some(&instance.mac),
            network_interface_id: some(&instance.interface_id),
            owner_id: some(&self.account),
            private_dns_name: dns.clone(),
            private_ip_address: some(&instance.private_ip),
            private_ip_addresses: vec![InterfacePrivateIpAddress {
                association: self.association(instance),
                primary: Some(true),
                private_dns_name: dns,
                private_ip_address: some(&instance.private_ip),
            }],
            requester_managed: Some(false),
            source_dest_check: Some(instance.source_dest_check),
            status: some("in-use"),
            subnet_id: some(&instance.subnet_id),
            tag_set: Some(tags),
            vpc_id: some(self.network.vpc()),
        }
    }

    /// The same inside an instance, which says less.
    fn interface_inside(&self, instance: &state::Instance) -> NetworkInterface {
        let mut shown = self.interface(instance);
        (shown.availability_zone, shown.requester_managed, shown.tag_set) = (None, None, None);
        if let Some(attachment) = &mut shown.attachment {
            (attachment.instance_id, attachment.instance_owner_id) = (None, None);
        }
        let inner = shown.private_ip_addresses.iter_mut().map(|address| &mut address.association);
        for association in inner.chain([&mut shown.association]).flatten() {
            (association.allocation_id, association.association_id) = (None, None);
        }
        shown
    }

    fn devices(&self, instance: &state::Instance) -> Vec<InstanceBlockDeviceMapping> {
        let volumes = instance.volumes.iter().filter_map(|id| self.regional.volumes.get(id));
        volumes.filter_map(shown_device).collect()
    }
}

fn shown_device(volume: &Volume) -> Option<InstanceBlockDeviceMapping> {
    let attachment = volume.attachment.as_ref()?;
    Some(InstanceBlockDeviceMapping {
        device_name: some(&attachment.device),
        ebs: Some(EbsInstanceBlockDevice {
            attach_time: Some(attachment.attached_at),
            delete_on_termination: Some(attachment.delete_on_termination),
            status: some("attached"),
            volume_id: some(&volume.id),
        }),
    })
}

pub fn shown_profile(profile: &state::Profile) -> IamInstanceProfile {
    IamInstanceProfile { arn: some(&profile.arn), id: some(&profile.id) }
}

fn monitoring(instance: &state::Instance) -> &'static str {
    if instance.monitoring { "enabled" } else { "disabled" }
}

pub fn metadata_options(instance: &state::Instance, state: &str) -> InstanceMetadataOptionsResponse {
    let options = &instance.metadata;
    InstanceMetadataOptionsResponse {
        state: some(state),
        http_tokens: some(&options.http_tokens),
        http_put_response_hop_limit: Some(options.hop_limit),
        http_endpoint: some(&options.http_endpoint),
        http_protocol_ipv6: some("disabled"),
        instance_metadata_tags: some(&options.instance_tags),
    }
}
