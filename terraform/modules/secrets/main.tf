# Passwords and keys are made during the apply, written into Secrets Manager and kept nowhere else: neither the plan
# nor the state holds them. Redis' token is the exception, because its resource asks for the value itself.

locals {
  database = "${var.database_address}:5432/hromada"

  secrets = {
    secret_key         = "Signs sessions and links"
    archive_key        = "Opens the archives of tenants"
    database_url       = "The application's account on PostgreSQL"
    database_admin_url = "The account that owns the schemas: migrations and provisioning"
    redis_url          = "The queue"
    redis_cache_url    = "The cache"
    smtp_password      = "Outgoing mail"
  }
}

resource "aws_secretsmanager_secret" "this" {
  # checkov:skip=CKV2_AWS_57:A rotation must reach the database and every running container together: it is a step of the runbook, done by raising passwords_version
  for_each = local.secrets

  name                    = "${var.name}/${each.key}"
  description             = each.value
  kms_key_id              = aws_kms_key.this.arn
  recovery_window_in_days = 30
}

ephemeral "random_password" "secret_key" {
  length  = 64
  special = false
}

ephemeral "random_password" "archive_key" {
  length  = 64
  special = false
}

ephemeral "random_password" "app" {
  length  = 48
  special = false
}

ephemeral "random_password" "owner" {
  length  = 48
  special = false
}

resource "random_password" "redis" {
  length  = 64
  special = false
}

resource "aws_secretsmanager_secret_version" "secret_key" {
  secret_id                = aws_secretsmanager_secret.this["secret_key"].id
  secret_string_wo         = ephemeral.random_password.secret_key.result
  secret_string_wo_version = var.keys_version
}

resource "aws_secretsmanager_secret_version" "archive_key" {
  secret_id                = aws_secretsmanager_secret.this["archive_key"].id
  secret_string_wo         = ephemeral.random_password.archive_key.result
  secret_string_wo_version = 1
}

resource "aws_secretsmanager_secret_version" "database_url" {
  secret_id                = aws_secretsmanager_secret.this["database_url"].id
  secret_string_wo         = join("", ["postgresql://hromada_app:", ephemeral.random_password.app.result, "@", local.database])
  secret_string_wo_version = var.passwords_version
}

resource "aws_secretsmanager_secret_version" "database_admin_url" {
  secret_id                = aws_secretsmanager_secret.this["database_admin_url"].id
  secret_string_wo         = join("", ["postgresql://hromada_owner:", ephemeral.random_password.owner.result, "@", local.database])
  secret_string_wo_version = var.passwords_version
}

resource "aws_secretsmanager_secret_version" "redis_url" {
  secret_id     = aws_secretsmanager_secret.this["redis_url"].id
  secret_string = "rediss://:${random_password.redis.result}@${var.redis_addresses.broker}:6379/0?ssl_cert_reqs=required"
}

resource "aws_secretsmanager_secret_version" "redis_cache_url" {
  secret_id     = aws_secretsmanager_secret.this["redis_cache_url"].id
  secret_string = "rediss://:${random_password.redis.result}@${var.redis_addresses.cache}:6379/0?ssl_cert_reqs=required"
}

resource "aws_secretsmanager_secret_version" "smtp_password" {
  secret_id                = aws_secretsmanager_secret.this["smtp_password"].id
  secret_string_wo         = var.smtp_password
  secret_string_wo_version = var.smtp_password_version
}
