//! Instance types.

use crate::auth::Access;
use crate::context::OpContext;
use crate::ec2::catalog::types::{self, InstanceType};
use crate::ec2::errors;
use crate::ec2::listing::{Filters, Listed, Listing};
use crate::ec2::network::Network;
use crate::ec2::shapes::Filter;
use crate::operation;
use crate::service::ApiResult;
use nuvola_wire::{WireType, shape};

operation! {
    /// Describes the instance types that are simulated.
    ///
    /// **Source**: EC2 API Reference, "DescribeInstanceTypes".
    pub DESCRIBE_INSTANCE_TYPES: DescribeInstanceTypes {
        http: "POST" "/" 200,
        input: DescribeInstanceTypesInput,
        output: DescribeInstanceTypesOutput,
        errors: ["InvalidInstanceType", "InvalidParameterValue"],
        access: |_, _| Access::to("ec2:DescribeInstanceTypes", "*"),
        handler: describe_instance_types,
    }
}

operation! {
    /// Tells where instance types are offered.
    ///
    /// **Source**: EC2 API Reference, "DescribeInstanceTypeOfferings".
    pub DESCRIBE_INSTANCE_TYPE_OFFERINGS: DescribeInstanceTypeOfferings {
        http: "POST" "/" 200,
        input: DescribeInstanceTypeOfferingsInput,
        output: DescribeInstanceTypeOfferingsOutput,
        errors: ["InvalidParameterValue"],
        access: |_, _| Access::to("ec2:DescribeInstanceTypeOfferings", "*"),
        handler: describe_instance_type_offerings,
    }
}

shape! {
    /// What `DescribeInstanceTypes` takes.
    pub struct DescribeInstanceTypesInput {
        #[wire("InstanceTypes", xml = "InstanceType")] pub instance_types: Vec<String>,
        #[wire("Filters", xml = "Filter")] pub filters: Vec<Filter>,
        #[wire("MaxResults")] pub max_results: Option<i32>,
        #[wire("NextToken")] pub next_token: Option<String>,
    }

    /// What `DescribeInstanceTypes` answers.
    pub struct DescribeInstanceTypesOutput {
        #[wire("InstanceTypes", xml = "instanceTypeSet")] pub instance_types: Vec<InstanceTypeInfo>,
        #[wire("NextToken")] pub next_token: Option<String>,
    }

    /// What `DescribeInstanceTypeOfferings` takes.
    pub struct DescribeInstanceTypeOfferingsInput {
        #[wire("LocationType")] pub location_type: Option<String>,
        #[wire("Filters", xml = "Filter")] pub filters: Vec<Filter>,
        #[wire("MaxResults")] pub max_results: Option<i32>,
        #[wire("NextToken")] pub next_token: Option<String>,
    }

    /// What `DescribeInstanceTypeOfferings` answers.
    pub struct DescribeInstanceTypeOfferingsOutput {
        #[wire("InstanceTypeOfferings", xml = "instanceTypeOfferingSet")] pub offerings: Vec<InstanceTypeOffering>,
        #[wire("NextToken")] pub next_token: Option<String>,
    }

    /// Where a type is offered.
    pub struct InstanceTypeOffering {
        #[wire("InstanceType")] pub instance_type: Option<String>,
        #[wire("LocationType")] pub location_type: Option<String>,
        #[wire("Location")] pub location: Option<String>,
    }

    /// An instance type.
    pub struct InstanceTypeInfo {
        #[wire("InstanceType")] pub instance_type: Option<String>,
        #[wire("CurrentGeneration")] pub current_generation: Option<bool>,
        #[wire("FreeTierEligible")] pub free_tier_eligible: Option<bool>,
        #[wire("SupportedUsageClasses")] pub supported_usage_classes: Vec<String>,
        #[wire("SupportedRootDeviceTypes")] pub supported_root_device_types: Vec<String>,
        #[wire("SupportedVirtualizationTypes")] pub supported_virtualization_types: Vec<String>,
        #[wire("BareMetal")] pub bare_metal: Option<bool>,
        #[wire("Hypervisor")] pub hypervisor: Option<String>,
        #[wire("ProcessorInfo")] pub processor_info: Option<ProcessorInfo>,
        #[wire("VCpuInfo")] pub vcpu_info: Option<VCpuInfo>,
        #[wire("MemoryInfo")] pub memory_info: Option<MemoryInfo>,
        #[wire("InstanceStorageSupported")] pub instance_storage_supported: Option<bool>,
        #[wire("NetworkInfo")] pub network_info: Option<NetworkInfo>,
        #[wire("BurstablePerformanceSupported")] pub burstable_performance_supported: Option<bool>,
    }

    /// The processor.
    pub struct ProcessorInfo {
        #[wire("SupportedArchitectures")] pub supported_architectures: Vec<String>,
        #[wire("SustainedClockSpeedInGhz")] pub sustained_clock_speed_in_ghz: Option<f64>,
        #[wire("Manufacturer")] pub manufacturer: Option<String>,
    }

    /// Its threads.
    pub struct VCpuInfo {
        #[wire("DefaultVCpus")] pub default_vcpus: Option<i32>,
        #[wire("DefaultCores")] pub default_cores: Option<i32>,
        #[wire("DefaultThreadsPerCore")] pub default_threads_per_core: Option<i32>,
    }

    /// The memory.
    pub struct MemoryInfo {
        #[wire("SizeInMiB")] pub size_in_mib: Option<i64>,
    }

    /// The network.
    pub struct NetworkInfo {
        #[wire("NetworkPerformance")] pub network_performance: Option<String>,
        #[wire("MaximumNetworkInterfaces")] pub maximum_network_interfaces: Option<i32>,
        #[wire("Ipv4AddressesPerInterface")] pub ipv4_addresses_per_interface: Option<i32>,
        #[wire("EnaSupport")] pub ena_support: Option<String>,
    }
}

const FILTERS: Filters = &[
    ("bare-metal", "BareMetal"),
    ("burstable-performance-supported", "BurstablePerformanceSupported"),
    ("current-generation", "CurrentGeneration"),
    ("free-tier-eligible", "FreeTierEligible"),
    ("hypervisor", "Hypervisor"),
    ("instance-storage-supported", "InstanceStorageSupported"),
    ("instance-type", "InstanceType"),
    ("memory-info.size-in-mib", "MemoryInfo.SizeInMiB"),
    ("network-info.ena-support", "NetworkInfo.EnaSupport"),
    ("network-info.maximum-network-interfaces", "NetworkInfo.MaximumNetworkInterfaces"),
    ("network-info.network-performance", "NetworkInfo.NetworkPerformance"),
    ("processor-info.supported-architecture", "ProcessorInfo.SupportedArchitectures"),
    ("supported-root-device-type", "SupportedRootDeviceTypes"),
    ("supported-usage-class", "SupportedUsageClasses"),
    ("supported-virtualization-type", "SupportedVirtualizationTypes"),
    ("vcpu-info.default-cores", "VCpuInfo.DefaultCores"),
    ("vcpu-info.default-threads-per-core", "VCpuInfo.DefaultThreadsPerCore"),
    ("vcpu-info.default-vcpus", "VCpuInfo.DefaultVCpus"),
];

const OFFERING_FILTERS: Filters = &[("instance-type", "InstanceType"), ("location", "Location")];

fn describe_instance_types(cx: &mut OpContext<'_>, input: DescribeInstanceTypesInput) -> ApiResult<Listed> {
    let _ = cx;
    let wanted = &input.instance_types;
    for name in wanted {
        if let Err(error) = types::require(name) {
            if error.status == 501 {
                return Err(error);
            }
            let text = format!("The following supplied instance types do not exist: [{name}]");
            return Err(errors::error("InvalidInstanceType", text));
        }
    }
    let listing = Listing {
        operation: "DescribeInstanceTypes",
        filters: &input.filters,
        known: FILTERS,
        max_results: input.max_results,
        next_token: input.next_token.as_deref(),
        named: !wanted.is_empty(),
    };
    let chosen = types::TYPES
        .iter()
        .filter(|kind| wanted.is_empty() || wanted.iter().any(|name| name == kind.name))
        .map(|kind| (kind.name.to_owned(), shown(kind).into_value()));
    Ok(listing.page_of(chosen.collect())?.listed("InstanceTypes"))
}

fn shown(kind: &InstanceType) -> InstanceTypeInfo {
    let family = kind.family();
    let text = |text: &str| Some(text.to_owned());
    let list = |items: &[&str]| items.iter().map(|item| (*item).to_owned()).collect();
    InstanceTypeInfo {
        instance_type: text(kind.name),
        current_generation: Some(family.current),
        free_tier_eligible: Some(kind.free_tier),
        supported_usage_classes: list(&["on-demand", "spot"]),
        supported_root_device_types: list(&["ebs"]),
        supported_virtualization_types: list(&["hvm"]),
        bare_metal: Some(false),
        hypervisor: text(if family.nitro { "nitro" } else { "xen" }),
        processor_info: Some(ProcessorInfo {
            supported_architectures: list(&[kind.architecture()]),
            sustained_clock_speed_in_ghz: Some(family.clock_ghz),
            manufacturer: text(family.manufacturer),
        }),
        vcpu_info: Some(VCpuInfo {
            default_vcpus: Some(kind.vcpus),
            default_cores: Some(kind.vcpus / family.threads_per_core),
            default_threads_per_core: Some(family.threads_per_core),
        }),
        memory_info: Some(MemoryInfo { size_in_mib: Some(kind.memory_mib.into()) }),
        instance_storage_supported: Some(false),
        network_info: Some(NetworkInfo {
            network_performance: text(kind.network),
            maximum_network_interfaces: Some(kind.interfaces.0),
            ipv4_addresses_per_interface: Some(kind.interfaces.1),
            ena_support: text(if family.nitro { "required" } else { "unsupported" }),
        }),
        burstable_performance_supported: Some(family.credits.is_some()),
    }
}

fn describe_instance_type_offerings(
    cx: &mut OpContext<'_>,
    input: DescribeInstanceTypeOfferingsInput,
) -> ApiResult<Listed> {
    let location_type = input.location_type.as_deref().unwrap_or("region");
    let network = Network::of(cx);
    let locations: Vec<String> = match location_type {
        "region" => vec![network.region.to_string()],
        "availability-zone" => network.subnets().into_iter().map(|subnet| subnet.zone).collect(),
        "availability-zone-id" => network.subnets().into_iter().map(|subnet| subnet.zone_id).collect(),
        other => return Err(errors::bad_value(other, "locationType")),
    };
    let listing = Listing {
        operation: "DescribeInstanceTypeOfferings",
        filters: &input.filters,
        known: OFFERING_FILTERS,
        max_results: input.max_results,
        next_token: input.next_token.as_deref(),
        named: false,
    };
    let mut offered = Vec::new();
    for kind in types::TYPES {
        for location in &locations {
            let shown = InstanceTypeOffering {
                instance_type: Some(kind.name.to_owned()),
                location_type: Some(location_type.to_owned()),
                location: Some(location.clone()),
            };
            offered.push((format!("{}/{location}", kind.name), shown.into_value()));
        }
    }
    Ok(listing.page_of(offered)?.listed("InstanceTypeOfferings"))
}
