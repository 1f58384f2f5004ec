# Three buckets: the tenants' files, the archives of whole tenants, and who read them.

data "aws_caller_identity" "current" {}

locals {
  # Bucket names are unique in the world.
  suffix = data.aws_caller_identity.current.account_id
}

module "logs" {
  source = "./bucket"

  name                   = "${var.name}-logs-${local.suffix}"
  keep_days              = 400
  keep_old_versions_days = 1
  writers = {
    balancer = "logdelivery.elasticloadbalancing.amazonaws.com"
    s3       = "logging.s3.amazonaws.com"
  }
}

module "media" {
  source = "./bucket"

  name                   = "${var.name}-media-${local.suffix}"
  kms_key_arn            = var.kms_key_arn
  log_bucket             = module.logs.writable_name
  keep_old_versions_days = 90
}

# An archive may be the last copy of a tenant, so for a while not even a stolen administrator's key deletes it.
module "archives" {
  source = "./bucket"

  name                   = "${var.name}-archives-${local.suffix}"
  kms_key_arn            = var.kms_key_arn
  log_bucket             = module.logs.writable_name
  locked_days            = var.archive_lock_days
  cold_after_days        = 90
  keep_days              = var.archive_keep_days
  keep_old_versions_days = 90
}
