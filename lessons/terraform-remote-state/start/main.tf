terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}

provider "aws" {
  region = "eu-south-1"
}

resource "aws_s3_bucket" "notes" {
  bucket = "notes-of-the-team"
}
