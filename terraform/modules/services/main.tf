# The containers: web behind the load balancer, worker, one scheduler, and tasks done once (bootstrap, migrate, cli).

data "aws_region" "current" {}
data "aws_caller_identity" "current" {}

locals {
  image = "${aws_ecr_repository.this.repository_url}:${var.image_tag}"

  # Sessions of the database that one process may hold.
  pools = { web = 8, worker = 2, scheduler = 1, once = 4 }

  environment = {
    HROMADA_ENV        = "production"
    BASE_DOMAIN        = var.domain
    S3_BUCKET          = var.media_bucket.name
    AWS_DEFAULT_REGION = data.aws_region.current.region
    DATABASE_CA_PEM    = var.database.authority
    SMTP_HOST          = var.mail.host
    SMTP_PORT          = tostring(var.mail.port)
    SMTP_USER          = var.mail.user
    MAIL_FROM          = var.mail.sender
    SENTRY_DSN         = var.sentry_dsn
  }

  secrets = { for name, arn in var.secret_arns : upper(name) => arn }

  # The one task that meets the master: it makes the roles and gives them the passwords of the secrets.
  master = {
    environment = {
      DATABASE_MASTER_URL = "postgresql:///postgres"
      PGHOST              = var.database.address
      PGPORT              = "5432"
    }
    secrets = {
      PGUSER     = "${var.master_secret_arn}:username::"
      PGPASSWORD = "${var.master_secret_arn}:password::"
    }
  }

  tasks = {
    web       = { size = var.sizes.web, pool = local.pools.web, command = ["web"], health = "web" }
    worker    = { size = var.sizes.worker, pool = local.pools.worker, command = ["worker"], health = "worker" }
    scheduler = { size = var.sizes.scheduler, pool = local.pools.scheduler, command = ["scheduler"], health = "scheduler" }
    migrate   = { size = var.sizes.once, pool = local.pools.once, command = ["migrate"], health = null }
    cli       = { size = var.sizes.once, pool = local.pools.once, command = ["cli", "--help"], health = null }
    bootstrap = { size = var.sizes.once, pool = local.pools.once, command = ["bootstrap"], health = null }
  }
}

resource "aws_ecr_repository" "this" {
  name                 = var.name
  image_tag_mutability = "IMMUTABLE"

  image_scanning_configuration {
    scan_on_push = true
  }

  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = var.kms_key_arn
  }
}

resource "aws_ecr_lifecycle_policy" "this" {
  repository = aws_ecr_repository.this.name
  policy = jsonencode({
    rules = [{
      rulePriority = 1
      description  = "Fifty builds are enough to go back"
      selection    = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = 50 }
      action       = { type = "expire" }
    }]
  })
}

resource "aws_ecs_cluster" "this" {
  name = var.name

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

resource "aws_cloudwatch_log_group" "this" {
  for_each = local.tasks

  name              = "/${var.name}/${each.key}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

resource "aws_ecs_task_definition" "this" {
  for_each = local.tasks

  family                   = "${var.name}-${each.key}"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = each.value.size.cpu
  memory                   = each.value.size.memory
  execution_role_arn       = aws_iam_role.execution[each.key == "bootstrap" ? "bootstrap" : "usual"].arn
  task_role_arn            = aws_iam_role.task.arn

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = "X86_64"
  }

  volume {
    name = "tmp"
  }

  volume {
    name = "archives"

    efs_volume_configuration {
      file_system_id     = var.archives.file_system_id
      transit_encryption = "ENABLED"

      authorization_config {
        access_point_id = var.archives.access_point_id
        iam             = "ENABLED"
      }
    }
  }

  container_definitions = jsonencode([{
    name                   = each.key
    image                  = local.image
    command                = each.value.command
    essential              = true
    user                   = "10001"
    readonlyRootFilesystem = true
    linuxParameters        = { initProcessEnabled = true, capabilities = { drop = ["ALL"] } }
    stopTimeout            = 60
    mountPoints = [
      { sourceVolume = "tmp", containerPath = "/tmp", readOnly = false },
      { sourceVolume = "archives", containerPath = "/var/lib/hromada", readOnly = false },
    ]
    portMappings = each.key == "web" ? [{ containerPort = 8000, protocol = "tcp" }] : []

    environment = [
      for name, value in merge(local.environment, { DATABASE_POOL = tostring(each.value.pool) }, each.key == "bootstrap" ? local.master.environment : {}) :
      { name = name, value = value }
    ]
    secrets = [
      for name, arn in merge(local.secrets, each.key == "bootstrap" ? local.master.secrets : {}) :
      { name = name, valueFrom = arn }
    ]

    healthCheck = each.value.health == null ? null : {
      command     = ["CMD", "python", "-m", "infra.image.healthcheck", each.value.health]
      interval    = 60
      timeout     = 20
      retries     = 3
      startPeriod = 120
    }

    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.this[each.key].name
        awslogs-region        = data.aws_region.current.region
        awslogs-stream-prefix = each.key
      }
    }
  }])
}

resource "aws_ecs_service" "web" {
  name            = "web"
  cluster         = aws_ecs_cluster.this.id
  task_definition = aws_ecs_task_definition.this["web"].arn
  desired_count   = var.web_count.min
  launch_type     = "FARGATE"

  health_check_grace_period_seconds  = 120
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200
  propagate_tags                     = "SERVICE"

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = var.network.application_subnet_ids
    security_groups  = [var.network.application_security_group_id]
    assign_public_ip = false
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.web.arn
    container_name   = "web"
    container_port   = 8000
  }

  lifecycle {
    # How many run now is the business of the scaling policy.
    ignore_changes = [desired_count]
  }

  depends_on = [aws_lb_listener.https]
}

resource "aws_ecs_service" "worker" {
  name            = "worker"
  cluster         = aws_ecs_cluster.this.id
  task_definition = aws_ecs_task_definition.this["worker"].arn
  desired_count   = var.worker_count.min
  launch_type     = "FARGATE"
  propagate_tags  = "SERVICE"

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = var.network.application_subnet_ids
    security_groups  = [var.network.application_security_group_id]
    assign_public_ip = false
  }

  lifecycle {
    ignore_changes = [desired_count]
  }
}

resource "aws_ecs_service" "scheduler" {
  name            = "scheduler"
  cluster         = aws_ecs_cluster.this.id
  task_definition = aws_ecs_task_definition.this["scheduler"].arn
  desired_count   = 1
  launch_type     = "FARGATE"
  propagate_tags  = "SERVICE"

  # The old one stops before the new one starts: two would start every periodic job twice.
  deployment_minimum_healthy_percent = 0
  deployment_maximum_percent         = 100

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = var.network.application_subnet_ids
    security_groups  = [var.network.application_security_group_id]
    assign_public_ip = false
  }
}
