# The zone of the platform, one certificate for it and for everything one level under it.

resource "aws_route53_zone" "this" {
  # checkov:skip=CKV2_AWS_38:Signing needs the registrar's cooperation and a key in another region; docs/deployment.md says how to turn it on
  # checkov:skip=CKV2_AWS_39:Which names are asked for is known from the load balancer's log; the resolver's log can only be written in another region
  name    = var.domain
  comment = "Hromada Cloud"
}

locals {
  # Tenants are covered by the wildcard: a new one needs no change here.
  names = {
    apex     = var.domain
    console  = "console.${var.domain}"
    wildcard = "*.${var.domain}"
  }
}

resource "aws_route53_record" "this" {
  for_each = local.names

  zone_id = aws_route53_zone.this.zone_id
  name    = each.value
  type    = "A"

  alias {
    name                   = var.balancer.dns_name
    zone_id                = var.balancer.zone_id
    evaluate_target_health = true
  }
}

# Nobody but Amazon may make a certificate for these names.
resource "aws_route53_record" "authority" {
  zone_id = aws_route53_zone.this.zone_id
  name    = var.domain
  type    = "CAA"
  ttl     = 3600
  records = ["0 issue \"amazon.com\"", "0 issuewild \"amazon.com\""]
}

resource "aws_acm_certificate" "this" {
  domain_name               = var.domain
  subject_alternative_names = ["*.${var.domain}"]
  validation_method         = "DNS"

  lifecycle {
    create_before_destroy = true
  }
}

# The domain and its wildcard are proven by one and the same record.
resource "aws_route53_record" "proof" {
  for_each = { for option in aws_acm_certificate.this.domain_validation_options : option.domain_name => option if option.domain_name == var.domain }

  zone_id = aws_route53_zone.this.zone_id
  name    = each.value.resource_record_name
  type    = each.value.resource_record_type
  records = [each.value.resource_record_value]
  ttl     = 300
}

resource "aws_acm_certificate_validation" "this" {
  certificate_arn         = aws_acm_certificate.this.arn
  validation_record_fqdns = [for record in aws_route53_record.proof : record.fqdn]
}
