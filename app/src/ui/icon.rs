//! Nuvola's own icons: strokes on a grid of 24, in the text's colour.

use leptos::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Cloud,
    Play,
    Plan,
    Trash,
    Sun,
    Moon,
    Contrast,
    Pause,
    Download,
    Upload,
    Folder,
    FolderOpen,
    File,
    FileNew,
    Pencil,
    Close,
    Plus,
    Minus,
    Fit,
    Reload,
    Back,
    Forward,
    Check,
    Cross,
    Warning,
    Info,
    List,
    Map,
    Terminal,
    Globe,
    Pulse,
    Boxes,
    Network,
    Function,
    Bucket,
    Gateway,
    Role,
    Policy,
    Link,
    Page,
    Stage,
    Key,
    Logs,
    Queue,
    Table,
    Server,
    Resource,
    Code,
    Chevron,
    Switch,
    Expand,
}

impl Shape {
    /// The icon of a Terraform resource type.
    pub fn of_kind(kind: &str) -> Shape {
        match kind {
            "client" => Shape::Globe,
            "aws_lambda_function" | "aws_lambda_alias" => Shape::Function,
            "aws_lambda_function_url" => Shape::Link,
            "aws_lambda_permission" => Shape::Key,
            "aws_iam_role" | "aws_iam_user" => Shape::Role,
            "aws_s3_bucket" => Shape::Bucket,
            "aws_s3_object" => Shape::Page,
            "aws_s3_bucket_website_configuration" => Shape::Globe,
            "aws_api_gateway_rest_api" | "aws_apigatewayv2_api" => Shape::Gateway,
            "aws_api_gateway_stage" | "aws_api_gateway_deployment" => Shape::Stage,
            "aws_cloudwatch_log_group" => Shape::Logs,
            "aws_sqs_queue" => Shape::Queue,
            "aws_dynamodb_table" => Shape::Table,
            "aws_instance" => Shape::Server,
            "aws_security_group" => Shape::Policy,
            "aws_key_pair" | "aws_iam_access_key" => Shape::Key,
            "aws_eip" => Shape::Globe,
            "aws_iam_group" | "aws_iam_instance_profile" => Shape::Role,
            other if other.contains("policy") || other.contains("public_access") => Shape::Policy,
            other if other.starts_with("aws_api_gateway_") => Shape::Network,
            _ => Shape::Resource,
        }
    }

    fn path(self) -> &'static str {
        match self {
            Shape::Cloud => "M7 18.5a4.5 4.5 0 0 1-.6-8.96 6 6 0 0 1 11.4 1.06A4 4 0 0 1 17.5 18.5Z",
            Shape::Play => "M8 5.5v13l10.5-6.5Z",
            Shape::Plan => "M5 6.5h9M5 12h6M5 17.5h4M14 15.5l2.5 2.5 4-5",
            Shape::Trash => "M4.5 7h15M9.5 7V4.5h5V7M6.5 7l1 12.5h9l1-12.5M10.2 10.5v5.5M13.8 10.5v5.5",
            Shape::Sun => {
                "M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8ZM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4"
            }
            Shape::Moon => "M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10Z",
            Shape::Contrast => "M12 4a8 8 0 1 0 0 16ZM12 4a8 8 0 0 1 0 16",
            Shape::Pause => "M9 5.5v13M15 5.5v13",
            Shape::Download => "M12 4v10.5M7.5 10.5 12 15l4.5-4.5M5 19.5h14",
            Shape::Upload => "M12 15V4.5M7.5 8.5 12 4l4.5 4.5M5 19.5h14",
            Shape::Folder => {
                "M3.5 7.5a2 2 0 0 1 2-2h3.6l2 2.3h7.4a2 2 0 0 1 2 2v7.2a2 2 0 0 1-2 2h-13a2 2 0 0 1-2-2Z"
            }
            Shape::FolderOpen => {
                "M3.5 17V7.5a2 2 0 0 1 2-2h3.6l2 2.3h6.4a2 2 0 0 1 2 2v1M3.5 17l2.4-6.2h15.6L19 17.7a2 2 0 0 1-1.9 1.3H5.5a2 2 0 0 1-2-2Z"
            }
            Shape::File => "M6.5 3.5h7l4 4v13h-11ZM13.5 3.5v4h4",
            Shape::FileNew => "M18 12.5v-5l-4-4H7v17h5.5M14 3.5v4h4M18 15v6M15 18h6",
            Shape::Pencil => {
                "M4.5 19.5l1-4.2L16 4.8a1.8 1.8 0 0 1 2.6 0l.6.6a1.8 1.8 0 0 1 0 2.6L8.7 18.5ZM14.5 6.5l3 3"
            }
            Shape::Close => "M7 7l10 10M17 7 7 17",
            Shape::Plus => "M12 5.5v13M5.5 12h13",
            Shape::Minus => "M5.5 12h13",
            Shape::Fit => "M4.5 9V4.5H9M15 4.5h4.5V9M19.5 15v4.5H15M9 19.5H4.5V15",
            Shape::Reload => "M19 12a7 7 0 1 1-2.2-5.1M17.5 3v4.2h-4.2",
            Shape::Back => "M19 12H5.5M11 6l-6 6 6 6",
            Shape::Forward => "M5 12h13.5M13 6l6 6-6 6",
            Shape::Check => "M5 12.5l4.5 4.5L19 7.5",
            Shape::Cross => "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17ZM9 9l6 6M15 9l-6 6",
            Shape::Warning => "M12 4 2.8 19.5h18.4ZM12 10v4.5M12 17v.2",
            Shape::Info => "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17ZM12 11v5.5M12 7.6v.2",
            Shape::List => "M9 6.5h11M9 12h11M9 17.5h11M4.5 6.5h.3M4.5 12h.3M4.5 17.5h.3",
            Shape::Map => "M5 4.5h5v5H5ZM14 14.5h5v5h-5ZM7.5 9.5v4a3.5 3.5 0 0 0 3.5 3.5h3",
            Shape::Terminal => "M3.5 5.5h17v13h-17ZM7 9.5l3 2.7L7 15M12 15h4.5",
            Shape::Globe => {
                "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17ZM3.5 12h17M12 3.5c-5.5 6-5.5 11 0 17 5.5-6 5.5-11 0-17Z"
            }
            Shape::Pulse => "M3 12.5h4l2.5-7 4.5 13 2.5-6H21",
            Shape::Boxes => "M4.5 4.5h6v6h-6ZM13.5 4.5h6v6h-6ZM4.5 13.5h6v6h-6ZM13.5 13.5h6v6h-6Z",
            Shape::Network => "M4 8.5h14.5M15 5l3.5 3.5L15 12M20 15.5H5.5M9 12l-3.5 3.5L9 19",
            Shape::Function => "M6 19.5h2.2L15 4.5h-2.2M6.5 4.5h4L18 19.5h-3.2M9.8 12.5l-3.6 7",
            Shape::Bucket => "M4.5 6.5l2 12.5c3 1.5 8 1.5 11 0l2-12.5M4.5 6.5c0-3 15-3 15 0s-15 3-15 0Z",
            Shape::Gateway => "M4.5 20V9a7.5 7.5 0 0 1 15 0v11M9 20V10a3 3 0 0 1 6 0v10M3 20h18",
            Shape::Role => "M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8ZM4.5 20.5c.5-4.5 3.5-6 7.5-6s7 1.5 7.5 6",
            Shape::Policy => "M12 3.5l7 2.8v5.2c0 4.5-3 7.5-7 9-4-1.5-7-4.5-7-9V6.3ZM8.8 12l2.3 2.3 4.2-4.5",
            Shape::Link => {
                "M10 14a4 4 0 0 1 0-5.7l3-3a4 4 0 0 1 5.7 5.7l-1.6 1.6M14 10a4 4 0 0 1 0 5.7l-3 3a4 4 0 0 1-5.7-5.7l1.6-1.6"
            }
            Shape::Page => "M5.5 3.5h13v17h-13ZM8.5 8h7M8.5 12h7M8.5 16h4",
            Shape::Stage => "M12 4l8.5 4.5L12 13 3.5 8.5ZM3.5 12.2 12 16.7l8.5-4.5M3.5 15.8 12 20.3l8.5-4.5",
            Shape::Key => {
                "M8.5 11a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9ZM11.8 12.2 19.5 4.5M15.5 8.5l3 3M17.5 6.5l2 2"
            }
            Shape::Logs => "M5 4.5h14v15H5ZM8 8.5h.2M8 12h.2M8 15.5h.2M11 8.5h5M11 12h5M11 15.5h3",
            Shape::Queue => "M3 12h3M8 7h3v10H8ZM13 7h3v10h-3ZM18.5 12H21M19 9.5l2.5 2.5L19 14.5",
            Shape::Table => "M4 5h16v14H4ZM4 9.5h16M4 14.2h16M10 9.5V19",
            Shape::Server => "M5 4h14v7H5ZM5 13h14v7H5ZM8 7.5h.3M8 16.5h.3M11 7.5h5M11 16.5h5",
            Shape::Resource => "M12 3.5l7.5 4.2v8.6L12 20.5l-7.5-4.2V7.7ZM4.5 7.7 12 12l7.5-4.3M12 12v8.5",
            Shape::Code => "M8.5 7.5 4 12l4.5 4.5M15.5 7.5 20 12l-4.5 4.5",
            Shape::Chevron => "M9.5 6.5 15 12l-5.5 5.5",
            Shape::Switch => "M7 9.5 12 5l5 4.5M7 14.5l5 4.5 5-4.5",
            Shape::Expand => "M5.5 15l6.5-6.5L18.5 15",
        }
    }
}

#[component]
pub fn Icon(shape: Shape) -> impl IntoView {
    view! {
        <svg class="nv-icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=shape.path() />
        </svg>
    }
}
