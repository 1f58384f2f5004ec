output "certificate_arn" {
  description = "Certificate of the domain and its wildcard, once it is valid."
  value       = aws_acm_certificate_validation.this.certificate_arn
}

output "name_servers" {
  description = "Servers to enter at the registrar."
  value       = aws_route53_zone.this.name_servers
}
