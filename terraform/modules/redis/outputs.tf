output "address" {
  description = "Host name that always points at the primary node."
  value       = aws_elasticache_replication_group.this.primary_endpoint_address
}
