terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
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
  description = "What all names begin with."
  type        = string
  default     = "gallery"
}

data "aws_caller_identity" "me" {}

data "aws_ami" "linux" {
  most_recent = true
  owners      = ["amazon"]

  filter {
    name   = "name"
    values = ["al2023-ami-2023*-x86_64"]
  }
}

# Pictures: what was uploaded waits below pending/, what is done is below gallery/ and thumbs/.
resource "aws_s3_bucket" "pictures" {
  bucket        = "${var.name}-pictures-${data.aws_caller_identity.me.account_id}"
  force_destroy = true
}

# The program itself: the instance fetches it when it boots for the first time.
resource "aws_s3_object" "program" {
  for_each = toset(["app.py", "worker.py", "templates/index.html"])

  bucket = aws_s3_bucket.pictures.bucket
  key    = "program/${each.value}"
  source = each.value
  etag   = filemd5(each.value)
}

resource "aws_dynamodb_table" "tags" {
  name         = "${var.name}-tags"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "tag"
  range_key    = "picture"

  attribute {
    name = "tag"
    type = "S"
  }

  attribute {
    name = "picture"
    type = "S"
  }
}

resource "aws_sqs_queue" "failed" {
  name = "${var.name}-failed"
}

resource "aws_sqs_queue" "work" {
  name                       = "${var.name}-work"
  visibility_timeout_seconds = 30

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.failed.arn
    maxReceiveCount     = 3
  })
}

# What the programs on the instance may do, and nothing more.
resource "aws_iam_role" "server" {
  name = "${var.name}-server"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "server" {
  name = "pictures-tags-work"
  role = aws_iam_role.server.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]
        Resource = "${aws_s3_bucket.pictures.arn}/*"
      },
      {
        Effect   = "Allow"
        Action   = "s3:ListBucket"
        Resource = aws_s3_bucket.pictures.arn
      },
      {
        Effect   = "Allow"
        Action   = ["dynamodb:PutItem", "dynamodb:Query", "dynamodb:Scan"]
        Resource = aws_dynamodb_table.tags.arn
      },
      {
        Effect   = "Allow"
        Action   = ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueUrl"]
        Resource = aws_sqs_queue.work.arn
      },
    ]
  })
}

resource "aws_iam_instance_profile" "server" {
  name = "${var.name}-server"
  role = aws_iam_role.server.name
}

resource "aws_security_group" "web" {
  name        = "${var.name}-web"
  description = "Lets browsers in"

  ingress {
    description = "HTTP from anywhere"
    from_port   = 80
    to_port     = 80
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }

  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_instance" "server" {
  ami                    = data.aws_ami.linux.id
  instance_type          = "t3.micro"
  iam_instance_profile   = aws_iam_instance_profile.server.name
  vpc_security_group_ids = [aws_security_group.web.id]

  user_data = <<-EOT
    #!/bin/bash
    cd /home/ec2-user
    dnf install -y python3-pip
    pip install flask boto3 pillow
    aws s3 cp --recursive s3://${aws_s3_bucket.pictures.bucket}/program/ .
    export BUCKET=${aws_s3_bucket.pictures.bucket}
    export TABLE=${aws_dynamodb_table.tags.name}
    export QUEUE=${aws_sqs_queue.work.name}
    export AWS_DEFAULT_REGION=${var.region}
    nohup python3 worker.py &
    nohup python3 app.py &
  EOT

  tags = {
    Name = "${var.name}-server"
  }

  depends_on = [aws_s3_object.program, aws_iam_role_policy.server]
}

output "url" {
  description = "The gallery's address."
  value       = "http://${aws_instance.server.public_ip}/"
}
