output "arn" {
  description = "The bucket's name for policies."
  value       = aws_s3_bucket.notes.arn
}
