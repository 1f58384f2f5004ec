output "name_servers" {
  description = "Enter these at the registrar of the domain."
  value       = module.dns.name_servers
}

output "repository_url" {
  description = "Push the image here."
  value       = module.services.repository_url
}

output "run_task" {
  description = "What `aws ecs run-task` needs for bootstrap, migrate and cli; docs/deployment.md has the commands."
  value = {
    cluster         = module.services.cluster_name
    task_families   = module.services.task_families
    subnets         = module.network.places.application_subnet_ids
    security_groups = [module.network.places.application_security_group_id]
  }
}
