locals {
  name = "${var.name}-${var.purpose}"
}

resource "aws_elasticache_subnet_group" "this" {
  name       = local.name
  subnet_ids = var.subnet_ids
}

resource "aws_elasticache_parameter_group" "this" {
  name        = local.name
  family      = "redis7"
  description = "What happens when memory is full"

  parameter {
    name = "maxmemory-policy"
    # A full queue refuses new work loudly; a cache throws away what was used least.
    value = var.purpose == "broker" ? "noeviction" : "allkeys-lru"
  }
}

resource "aws_elasticache_replication_group" "this" {
  replication_group_id = local.name
  description          = "Hromada Cloud: ${var.purpose}"

  engine               = "redis"
  engine_version       = "7.1"
  node_type            = var.node_type
  parameter_group_name = aws_elasticache_parameter_group.this.name
  port                 = 6379

  num_cache_clusters         = 2
  automatic_failover_enabled = true
  multi_az_enabled           = true
  subnet_group_name          = aws_elasticache_subnet_group.this.name
  security_group_ids         = [var.security_group_id]

  at_rest_encryption_enabled = true
  kms_key_id                 = var.kms_key_arn
  transit_encryption_enabled = true
  transit_encryption_mode    = "required"
  auth_token                 = var.auth_token
  auth_token_update_strategy = "ROTATE"

  auto_minor_version_upgrade = true
  maintenance_window         = "sun:03:30-sun:04:30"
  snapshot_window            = "00:00-01:00"
  snapshot_retention_limit   = var.purpose == "broker" ? 7 : 1
}

# A full cache is a cache at work; a full queue stops the jobs of everybody.
resource "aws_cloudwatch_metric_alarm" "memory" {
  for_each = var.purpose == "broker" ? toset(["001", "002"]) : toset([])

  alarm_name          = "${local.name}-memory-${each.key}"
  alarm_description   = "The queue is nearly full and will refuse new jobs"
  namespace           = "AWS/ElastiCache"
  metric_name         = "DatabaseMemoryUsagePercentage"
  dimensions          = { CacheClusterId = "${aws_elasticache_replication_group.this.id}-${each.key}" }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 3
  comparison_operator = "GreaterThanThreshold"
  threshold           = 70
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
}
