# PostgreSQL with a standby in another zone. The application keeps its own pool of sessions and speaks to the server
# itself: a managed proxy shares sessions between clients, and a tenant is kept in the session.

resource "aws_db_subnet_group" "this" {
  name       = var.name
  subnet_ids = var.subnet_ids
}

resource "aws_db_parameter_group" "this" {
  name_prefix = "${var.name}-"
  family      = "postgres${var.engine_version}"
  description = "Many small tables, long creations, nothing without TLS"

  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }

  dynamic "parameter" {
    for_each = {
      # One creation of a tenant holds about 5,200 lock entries; the table is shared by all sessions.
      max_locks_per_transaction = "512"

      # Hundreds of thousands of small tables: the default workers do not come round in a day.
      autovacuum_max_workers          = "5"
      autovacuum_naptime              = "30"
      autovacuum_vacuum_cost_limit    = "2000"
      autovacuum_vacuum_scale_factor  = "0.05"
      autovacuum_analyze_scale_factor = "0.05"

      jit                                 = "0"
      idle_in_transaction_session_timeout = "600000"

      log_statement              = "ddl"
      log_min_duration_statement = "2000"
      log_lock_waits             = "1"
      log_temp_files             = "65536"
      # Names and numbers of residents stand in the parameters.
      log_parameter_max_length          = "0"
      log_parameter_max_length_on_error = "0"
    }

    content {
      name         = parameter.key
      value        = parameter.value
      apply_method = contains(["max_locks_per_transaction", "autovacuum_max_workers"], parameter.key) ? "pending-reboot" : "immediate"
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_db_instance" "this" {
  identifier = var.name

  engine                      = "postgres"
  engine_version              = var.engine_version
  auto_minor_version_upgrade  = true
  allow_major_version_upgrade = false
  instance_class              = var.instance_class
  parameter_group_name        = aws_db_parameter_group.this.name

  storage_type          = "gp3"
  allocated_storage     = var.storage_gb
  max_allocated_storage = var.storage_limit_gb
  storage_encrypted     = true
  kms_key_id            = var.kms_key_arn

  multi_az               = true
  db_subnet_group_name   = aws_db_subnet_group.this.name
  vpc_security_group_ids = [var.security_group_id]
  publicly_accessible    = false
  ca_cert_identifier     = "rds-ca-rsa2048-g1"

  # Amazon makes and rotates the master's password; only the bootstrap task may read it.
  username                            = "master"
  manage_master_user_password         = true
  master_user_secret_kms_key_id       = var.kms_key_arn
  iam_database_authentication_enabled = true

  backup_retention_period   = var.backup_days
  backup_window             = "01:00-02:00"
  maintenance_window        = "sun:02:30-sun:03:30"
  copy_tags_to_snapshot     = true
  delete_automated_backups  = false
  deletion_protection       = true
  skip_final_snapshot       = false
  final_snapshot_identifier = "${var.name}-final"

  enabled_cloudwatch_logs_exports = ["postgresql", "upgrade"]
  monitoring_interval             = 60
  monitoring_role_arn             = aws_iam_role.monitoring.arn
  performance_insights_enabled    = true
  performance_insights_kms_key_id = var.kms_key_arn

  depends_on = [aws_cloudwatch_log_group.this]
}

# Made before the server does, or it would keep its logs for ever and without our key.
resource "aws_cloudwatch_log_group" "this" {
  for_each = toset(["postgresql", "upgrade"])

  name              = "/aws/rds/instance/${var.name}/${each.key}"
  retention_in_days = 400
  kms_key_id        = var.kms_key_arn
}

resource "aws_iam_role" "monitoring" {
  name               = "${var.name}-database-monitoring"
  assume_role_policy = data.aws_iam_policy_document.monitoring_assume.json
}

data "aws_iam_policy_document" "monitoring_assume" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["monitoring.rds.amazonaws.com"]
    }
  }
}

resource "aws_iam_role_policy_attachment" "monitoring" {
  role       = aws_iam_role.monitoring.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
}
