terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
    archive = {
      source  = "hashicorp/archive"
      version = "~> 2.0"
    }
  }
}

provider "aws" {
  region = var.region
}

variable "region" {
  description = "Where everything lives."
  type        = string
  default     = "eu-south-1"
}

variable "name" {
  description = "The name of the function; other names derive from it."
  type        = string
  default     = "pow"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}$", var.name))
    error_message = "Use lower-case letters, digits and hyphens."
  }
}

locals {
  bucket = "${var.name}-site-${data.aws_caller_identity.current.account_id}"
  tags   = { Project = var.name }
}

data "aws_caller_identity" "current" {}

# --- The function ---------------------------------------------------------

data "archive_file" "code" {
  type        = "zip"
  source_file = "${path.module}/index.mjs"
  output_path = "${path.module}/function.zip"
}

resource "aws_iam_role" "function" {
  name = "${var.name}-role"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
  tags = local.tags
}

resource "aws_iam_role_policy_attachment" "logs" {
  role       = aws_iam_role.function.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

resource "aws_lambda_function" "pow" {
  function_name    = var.name
  role             = aws_iam_role.function.arn
  runtime          = "nodejs22.x"
  handler          = "index.handler"
  filename         = data.archive_file.code.output_path
  source_code_hash = data.archive_file.code.output_base64sha256
  tags             = local.tags

  environment {
    variables = {
      BUCKET = aws_s3_bucket.site.bucket
    }
  }

  depends_on = [aws_iam_role_policy_attachment.logs]
}

# --- The first door: a function URL ---------------------------------------

resource "aws_lambda_function_url" "pow" {
  function_name      = aws_lambda_function.pow.function_name
  authorization_type = "NONE"
}

# --- The second door: an API ----------------------------------------------

resource "aws_api_gateway_rest_api" "api" {
  name = "${var.name}-api"
  tags = local.tags
}

resource "aws_api_gateway_resource" "pow" {
  rest_api_id = aws_api_gateway_rest_api.api.id
  parent_id   = aws_api_gateway_rest_api.api.root_resource_id
  path_part   = "pow"
}

resource "aws_api_gateway_method" "get" {
  rest_api_id   = aws_api_gateway_rest_api.api.id
  resource_id   = aws_api_gateway_resource.pow.id
  http_method   = "GET"
  authorization = "NONE"
}

resource "aws_api_gateway_integration" "get" {
  rest_api_id             = aws_api_gateway_rest_api.api.id
  resource_id             = aws_api_gateway_resource.pow.id
  http_method             = aws_api_gateway_method.get.http_method
  type                    = "AWS_PROXY"
  integration_http_method = "POST"
  uri                     = aws_lambda_function.pow.invoke_arn
}

resource "aws_lambda_permission" "api" {
  statement_id  = "AllowApi"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.pow.function_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_api_gateway_rest_api.api.execution_arn}/*/GET/pow"
}

resource "aws_api_gateway_deployment" "api" {
  rest_api_id = aws_api_gateway_rest_api.api.id

  triggers = {
    redeployment = sha1(jsonencode([
      aws_api_gateway_resource.pow,
      aws_api_gateway_method.get,
      aws_api_gateway_integration.get,
    ]))
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_stage" "prod" {
  rest_api_id   = aws_api_gateway_rest_api.api.id
  deployment_id = aws_api_gateway_deployment.api.id
  stage_name    = "prod"
}

# --- The web page, on S3 --------------------------------------------------

resource "aws_s3_bucket" "site" {
  bucket        = local.bucket
  force_destroy = true
  tags          = local.tags
}

resource "aws_s3_bucket_website_configuration" "site" {
  bucket = aws_s3_bucket.site.id

  index_document {
    suffix = "index.html"
  }
}

resource "aws_s3_bucket_public_access_block" "site" {
  bucket                  = aws_s3_bucket.site.id
  block_public_acls       = true
  ignore_public_acls      = true
  block_public_policy     = false
  restrict_public_buckets = false
}

resource "aws_s3_bucket_policy" "site" {
  bucket     = aws_s3_bucket.site.id
  depends_on = [aws_s3_bucket_public_access_block.site]

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "EveryoneReads"
      Effect    = "Allow"
      Principal = "*"
      Action    = "s3:GetObject"
      Resource  = "${aws_s3_bucket.site.arn}/*"
    }]
  })
}

resource "aws_s3_object" "page" {
  bucket       = aws_s3_bucket.site.id
  key          = "index.html"
  content_type = "text/html"
  content = replace(
    file("${path.module}/web/index.html"),
    "{{API_URL}}",
    "${aws_api_gateway_stage.prod.invoke_url}/pow",
  )
}

# --- What to open ---------------------------------------------------------

output "website" {
  description = "Open it in the preview."
  value       = "http://${aws_s3_bucket_website_configuration.site.website_endpoint}"
}

output "function_url" {
  value = aws_lambda_function_url.pow.function_url
}

output "api_url" {
  value = "${aws_api_gateway_stage.prod.invoke_url}/pow"
}
