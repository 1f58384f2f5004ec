output "media_bucket" {
  description = "Bucket of the tenants' files."
  value       = { name = module.media.name, arn = module.media.arn }
}

output "archives" {
  description = "File system of the archives and the door by which containers mount it."
  value = {
    file_system_id  = aws_efs_file_system.archives.id
    file_system_arn = aws_efs_file_system.archives.arn
    access_point_id = aws_efs_access_point.archives.id
  }

  # A container that starts earlier would find nothing to mount.
  depends_on = [aws_efs_mount_target.archives]
}

output "logs_bucket" {
  description = "Bucket of the access logs; ready once its policy lets the load balancer write."
  value       = module.logs.writable_name
}
