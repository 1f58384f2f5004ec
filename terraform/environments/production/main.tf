# The same house as infra/compose, in a cloud: each container, database and bucket has its counterpart here.

module "secrets" {
  source = "../../modules/secrets"

  name             = var.name
  database_address = module.database.address
  redis_addresses = {
    broker = module.redis["broker"].address
    cache  = module.redis["cache"].address
  }
  passwords_version     = var.passwords_version
  keys_version          = var.keys_version
  smtp_password         = var.smtp_password
  smtp_password_version = var.smtp_password_version
}

module "network" {
  source = "../../modules/network"

  name        = var.name
  zones       = var.zones
  kms_key_arn = module.secrets.kms_key_arn
}

module "database" {
  source = "../../modules/database"

  name              = var.name
  subnet_ids        = module.network.data_subnet_ids
  security_group_id = module.network.database_security_group_id
  kms_key_arn       = module.secrets.kms_key_arn
  instance_class    = var.database_instance_class
  storage_gb        = var.database_storage_gb
  storage_limit_gb  = var.database_storage_gb * 10
  alarm_topic_arns  = [aws_sns_topic.alarms.arn]
}

# Two servers: in one, either the cache would fill the queue's memory, or the queue would be thrown away with it.
module "redis" {
  source   = "../../modules/redis"
  for_each = toset(["broker", "cache"])

  name              = var.name
  purpose           = each.key
  subnet_ids        = module.network.data_subnet_ids
  security_group_id = module.network.redis_security_group_id
  kms_key_arn       = module.secrets.kms_key_arn
  auth_token        = module.secrets.redis_token
  node_type         = var.redis_node_type
  alarm_topic_arns  = [aws_sns_topic.alarms.arn]
}

module "storage" {
  source = "../../modules/storage"

  name                      = var.name
  kms_key_arn               = module.secrets.kms_key_arn
  subnet_ids                = module.network.data_subnet_ids
  security_group_id         = module.network.files_security_group_id
  copier_security_group_arn = module.network.copier.security_group_arn
  copier_subnet_arn         = module.network.copier.subnet_arn
}

module "dns" {
  source = "../../modules/dns"

  domain   = var.domain
  balancer = module.services.balancer
}

module "services" {
  source = "../../modules/services"

  name      = var.name
  domain    = var.domain
  image_tag = var.image_tag
  network   = module.network.places

  certificate_arn         = module.dns.certificate_arn
  tenant_certificate_arns = var.tenant_certificate_arns

  kms_key_arn       = module.secrets.kms_key_arn
  secret_arns       = module.secrets.secret_arns
  master_secret_arn = module.database.master_secret_arn
  database = {
    address   = module.database.address
    authority = file(var.database_authority_file)
  }
  archives          = module.storage.archives
  media_bucket      = module.storage.media_bucket
  access_log_bucket = module.storage.logs_bucket

  mail             = var.mail
  sentry_dsn       = var.sentry_dsn
  web_count        = var.web_count
  worker_count     = var.worker_count
  alarm_topic_arns = [aws_sns_topic.alarms.arn]
}

resource "aws_sns_topic" "alarms" {
  name              = "${var.name}-alarms"
  kms_master_key_id = module.secrets.kms_key_arn
}

resource "aws_sns_topic_subscription" "duty" {
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = var.alarm_email
}
