# Who may speak to whom: the world to the load balancer, it to web, the application to the data.

resource "aws_security_group" "balancer" {
  # checkov:skip=CKV2_AWS_5:Attached in another module, through the outputs of this one
  name        = "${var.name}-balancer"
  description = "The load balancer: the only door from outside"
  vpc_id      = aws_vpc.this.id

  tags = { Name = "${var.name}-balancer" }
}

resource "aws_vpc_security_group_ingress_rule" "balancer_https" {
  security_group_id = aws_security_group.balancer.id
  description       = "Residents and staff"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_ingress_rule" "balancer_http" {
  # checkov:skip=CKV_AWS_260:Port 80 answers only with a redirect to https, for addresses typed without a scheme
  security_group_id = aws_security_group.balancer.id
  description       = "Sent on to https"
  ip_protocol       = "tcp"
  from_port         = 80
  to_port           = 80
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_egress_rule" "balancer_web" {
  security_group_id            = aws_security_group.balancer.id
  description                  = "To web"
  ip_protocol                  = "tcp"
  from_port                    = 8000
  to_port                      = 8000
  referenced_security_group_id = aws_security_group.application.id
}

resource "aws_security_group" "application" {
  # checkov:skip=CKV2_AWS_5:Attached in another module, through the outputs of this one
  name        = "${var.name}-application"
  description = "Web, worker, scheduler and the work done once"
  vpc_id      = aws_vpc.this.id

  tags = { Name = "${var.name}-application" }
}

resource "aws_vpc_security_group_ingress_rule" "application_balancer" {
  security_group_id            = aws_security_group.application.id
  description                  = "From the load balancer"
  ip_protocol                  = "tcp"
  from_port                    = 8000
  to_port                      = 8000
  referenced_security_group_id = aws_security_group.balancer.id
}

resource "aws_vpc_security_group_egress_rule" "application_https" {
  security_group_id = aws_security_group.application.id
  description       = "Amazon's services, payments, error reports"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_egress_rule" "application_mail" {
  security_group_id = aws_security_group.application.id
  description       = "Outgoing mail"
  ip_protocol       = "tcp"
  from_port         = 587
  to_port           = 587
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_egress_rule" "application_database" {
  security_group_id            = aws_security_group.application.id
  description                  = "PostgreSQL"
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
  referenced_security_group_id = aws_security_group.database.id
}

resource "aws_vpc_security_group_egress_rule" "application_redis" {
  security_group_id            = aws_security_group.application.id
  description                  = "Queue and cache"
  ip_protocol                  = "tcp"
  from_port                    = 6379
  to_port                      = 6379
  referenced_security_group_id = aws_security_group.redis.id
}

resource "aws_security_group" "database" {
  # checkov:skip=CKV2_AWS_5:Attached in another module, through the outputs of this one
  name        = "${var.name}-database"
  description = "PostgreSQL, for the application only"
  vpc_id      = aws_vpc.this.id

  tags = { Name = "${var.name}-database" }
}

resource "aws_vpc_security_group_ingress_rule" "database_application" {
  security_group_id            = aws_security_group.database.id
  description                  = "From the application"
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
  referenced_security_group_id = aws_security_group.application.id
}

resource "aws_security_group" "redis" {
  # checkov:skip=CKV2_AWS_5:Attached in another module, through the outputs of this one
  name        = "${var.name}-redis"
  description = "Queue and cache, for the application only"
  vpc_id      = aws_vpc.this.id

  tags = { Name = "${var.name}-redis" }
}

resource "aws_vpc_security_group_ingress_rule" "redis_application" {
  security_group_id            = aws_security_group.redis.id
  description                  = "From the application"
  ip_protocol                  = "tcp"
  from_port                    = 6379
  to_port                      = 6379
  referenced_security_group_id = aws_security_group.application.id
}

resource "aws_vpc_security_group_egress_rule" "application_files" {
  security_group_id            = aws_security_group.application.id
  description                  = "Archives of tenants"
  ip_protocol                  = "tcp"
  from_port                    = 2049
  to_port                      = 2049
  referenced_security_group_id = aws_security_group.files.id
}

resource "aws_security_group" "files" {
  # checkov:skip=CKV2_AWS_5:Attached in another module, through the outputs of this one
  name        = "${var.name}-files"
  description = "Archives of tenants, for the application only"
  vpc_id      = aws_vpc.this.id

  tags = { Name = "${var.name}-files" }
}

resource "aws_vpc_security_group_ingress_rule" "files_application" {
  security_group_id            = aws_security_group.files.id
  description                  = "From the application"
  ip_protocol                  = "tcp"
  from_port                    = 2049
  to_port                      = 2049
  referenced_security_group_id = aws_security_group.application.id
}
