# The load balancer: https only, every host to web. A host that nobody knows gets the application's own 404.

resource "aws_lb" "this" {
  # checkov:skip=CKV2_AWS_76:firewall.tf has the rules against Log4j; the check also demands to shut out VPN and Tor, by which residents under occupation reach us
  name               = var.name
  load_balancer_type = "application"
  internal           = false
  subnets            = var.network.public_subnet_ids
  security_groups    = [var.network.balancer_security_group_id]

  # The application looks at the host to find the tenant; what is malformed must not reach it.
  preserve_host_header       = true
  drop_invalid_header_fields = true
  desync_mitigation_mode     = "strictest"
  xff_header_processing_mode = "append"
  enable_deletion_protection = true
  idle_timeout               = 60

  access_logs {
    bucket  = var.access_log_bucket
    prefix  = "balancer"
    enabled = true
  }
}

resource "aws_lb_target_group" "web" {
  # checkov:skip=CKV_AWS_378:TLS ends at the load balancer; from there to the container the way leads through the private network only
  name        = "${var.name}-web"
  vpc_id      = var.network.vpc_id
  target_type = "ip"
  port        = 8000
  protocol    = "HTTP"

  deregistration_delay          = 30
  load_balancing_algorithm_type = "least_outstanding_requests"

  health_check {
    path                = "/internal/health"
    matcher             = "200"
    interval            = 15
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.this.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = var.certificate_arn

  routing_http_response_server_enabled                         = false
  routing_http_response_strict_transport_security_header_value = "max-age=31536000"
  routing_http_response_x_content_type_options_header_value    = "nosniff"

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
}

resource "aws_lb_listener_certificate" "tenant" {
  for_each = var.tenant_certificate_arns

  listener_arn    = aws_lb_listener.https.arn
  certificate_arn = each.value
}

# These addresses are for the load balancer's own questions, which do not pass through its rules.
resource "aws_lb_listener_rule" "internal" {
  listener_arn = aws_lb_listener.https.arn
  priority     = 1

  condition {
    path_pattern {
      values = ["/internal", "/internal/*", "/metrics", "/healthz", "/readyz"]
    }
  }

  action {
    type = "fixed-response"

    fixed_response {
      content_type = "text/plain"
      message_body = "404"
      status_code  = "404"
    }
  }
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.this.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type = "redirect"

    redirect {
      port        = "443"
      protocol    = "HTTPS"
      status_code = "HTTP_301"
    }
  }
}
