output "kms_key_arn" {
  description = "The key for everything at rest."
  value       = aws_kms_key.this.arn
}

output "secret_arns" {
  description = "Where each secret lies, by its name."
  value       = { for name, secret in aws_secretsmanager_secret.this : name => secret.arn }
}

output "redis_token" {
  description = "Password of the queue and of the cache."
  value       = random_password.redis.result
  sensitive   = true
}
