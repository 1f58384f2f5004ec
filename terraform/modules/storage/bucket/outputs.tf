output "name" {
  description = "Name of the bucket."
  value       = aws_s3_bucket.this.id
}

output "arn" {
  description = "The bucket in policies."
  value       = aws_s3_bucket.this.arn
}

output "writable_name" {
  description = "Name of the bucket, known once its policy lets the writers in."
  value       = aws_s3_bucket_policy.this.bucket
}
