resource "aws_s3_bucket" "notes" {
  bucket = "notes-of-ada-2026"

  tags = {
    course = "cloud"
  }
}
