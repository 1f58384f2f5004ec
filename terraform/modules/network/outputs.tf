output "places" {
  description = "Where the load balancer and the containers stand, and which groups admit them."
  value = {
    vpc_id                        = aws_vpc.this.id
    public_subnet_ids             = [for subnet in aws_subnet.public : subnet.id]
    application_subnet_ids        = [for subnet in aws_subnet.application : subnet.id]
    balancer_security_group_id    = aws_security_group.balancer.id
    application_security_group_id = aws_security_group.application.id
  }
}

output "data_subnet_ids" {
  description = "Where PostgreSQL and Redis stand."
  value       = [for subnet in aws_subnet.data : subnet.id]
}

output "database_security_group_id" {
  description = "PostgreSQL's group."
  value       = aws_security_group.database.id
}

output "redis_security_group_id" {
  description = "Redis' group."
  value       = aws_security_group.redis.id
}

output "files_security_group_id" {
  description = "Group of the archives' file system."
  value       = aws_security_group.files.id
}

output "copier" {
  description = "From where the hourly copy of the archives works."
  value = {
    security_group_arn = aws_security_group.application.arn
    subnet_arn         = aws_subnet.application[var.zones[0]].arn
  }
}
