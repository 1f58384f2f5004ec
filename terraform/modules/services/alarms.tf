locals {
  balancer_alarms = {
    errors = {
      metric      = "HTTPCode_Target_5XX_Count"
      statistic   = "Sum"
      threshold   = 20
      description = "More than 20 answers of web in five minutes were errors of the server"
    }
    unhealthy = {
      metric      = "UnHealthyHostCount"
      statistic   = "Maximum"
      threshold   = 0
      description = "A container of web has not answered its health check for 15 minutes"
    }
    slow = {
      metric      = "TargetResponseTime"
      statistic   = "Average"
      threshold   = 1
      description = "Web has needed more than a second for an answer for 15 minutes"
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "balancer" {
  for_each = local.balancer_alarms

  alarm_name        = "${var.name}-web-${each.key}"
  alarm_description = each.value.description
  namespace         = "AWS/ApplicationELB"
  metric_name       = each.value.metric
  dimensions = {
    LoadBalancer = aws_lb.this.arn_suffix
    TargetGroup  = aws_lb_target_group.web.arn_suffix
  }
  statistic           = each.value.statistic
  period              = 300
  evaluation_periods  = each.key == "errors" ? 1 : 3
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
}

# Container Insights counts the containers that really run; without a scheduler no periodic job starts.
resource "aws_cloudwatch_metric_alarm" "running" {
  for_each = toset(["web", "worker", "scheduler"])

  alarm_name          = "${var.name}-${each.key}-running"
  alarm_description   = "No container of ${each.key} has run for ten minutes"
  namespace           = "ECS/ContainerInsights"
  metric_name         = "RunningTaskCount"
  dimensions          = { ClusterName = aws_ecs_cluster.this.name, ServiceName = each.key }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 2
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  treat_missing_data  = "breaching"
  alarm_actions       = var.alarm_topic_arns
  ok_actions          = var.alarm_topic_arns
}
