output "address" {
  description = "Host name of the server."
  value       = aws_db_instance.this.address
}

output "master_secret_arn" {
  description = "Secret with the master's name and password, made and rotated by Amazon."
  value       = aws_db_instance.this.master_user_secret[0].secret_arn
}
