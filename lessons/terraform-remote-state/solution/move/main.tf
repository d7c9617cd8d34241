terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }

  backend "s3" {
    bucket = "state-of-the-team"
    key    = "notes/terraform.tfstate"
    region = "eu-south-1"
  }
}

provider "aws" {
  region = "eu-south-1"
}

resource "aws_s3_bucket" "notes" {
  bucket = "notes-of-the-team"
}
