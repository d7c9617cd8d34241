terraform {
  backend "s3" {
    bucket = "state-of-the-team"
    key    = "notes/terraform.tfstate"
    region = "eu-south-1"
  }
}
