variable "domain" {
  description = "Domain of the platform: landing page here, console at console.<domain>, tenants at <name>.<domain>."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9-]+\\.)+[a-z]{2,}$", var.domain))
    error_message = "A domain in lower case without a final dot."
  }
}

variable "balancer" {
  description = "Address and zone of the load balancer that all names lead to."
  type = object({
    dns_name = string
    zone_id  = string
  })
}
