resource "aws_s3_bucket" "notes" {
  bucket = "notes-of-ada-2026-v2"

  tags = {
    course = "cloud"
  }
}
