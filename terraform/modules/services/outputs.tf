output "balancer" {
  description = "Address and zone of the load balancer."
  value       = { dns_name = aws_lb.this.dns_name, zone_id = aws_lb.this.zone_id }
}

output "repository_url" {
  description = "Where the image is pushed to."
  value       = aws_ecr_repository.this.repository_url
}

output "cluster_name" {
  description = "Cluster in which tasks are run."
  value       = aws_ecs_cluster.this.name
}

output "task_families" {
  description = "Names of the task definitions, for aws ecs run-task."
  value       = { for name, task in aws_ecs_task_definition.this : name => task.family }
}
