variable "name" {
  description = "Prefix of every name."
  type        = string
}

variable "domain" {
  description = "Domain of the platform."
  type        = string
}

variable "image_tag" {
  description = "Tag of the build that runs, for example a version or a commit."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_.-]{1,128}$", var.image_tag)) && var.image_tag != "latest"
    error_message = "A tag that names one build; latest names whichever was pushed last."
  }
}

variable "network" {
  description = "Where things stand."
  type = object({
    vpc_id                        = string
    public_subnet_ids             = list(string)
    application_subnet_ids        = list(string)
    balancer_security_group_id    = string
    application_security_group_id = string
  })
}

variable "certificate_arn" {
  description = "Certificate of the domain and its wildcard."
  type        = string
}

variable "tenant_certificate_arns" {
  description = "Certificates of tenants' own domains. The load balancer takes 25 of them; docs/deployment.md says what to do beyond."
  type        = set(string)
  default     = []

  validation {
    condition     = length(var.tenant_certificate_arns) <= 25
    error_message = "A load balancer takes 25 certificates besides its own."
  }
}

variable "kms_key_arn" {
  description = "Key that encrypts images, logs and alarms."
  type        = string
}

variable "secret_arns" {
  description = "Secrets by name: secret_key, archive_key, database_url, database_admin_url, redis_url, redis_cache_url, smtp_password."
  type        = map(string)
}

variable "master_secret_arn" {
  description = "Secret of the database's master, for the bootstrap task only."
  type        = string
}

variable "database" {
  description = "Host name of PostgreSQL and the certificates of the authority that signed its own (PEM)."
  type = object({
    address   = string
    authority = string
  })

  validation {
    condition     = startswith(trimspace(var.database.authority), "-----BEGIN CERTIFICATE-----")
    error_message = "The authority's certificates as PEM text."
  }
}

variable "archives" {
  description = "File system of the archives of tenants."
  type = object({
    file_system_id  = string
    file_system_arn = string
    access_point_id = string
  })
}

variable "media_bucket" {
  description = "Bucket of the tenants' files."
  type        = object({ name = string, arn = string })
}

variable "access_log_bucket" {
  description = "Bucket where the load balancer writes down each request."
  type        = string
}

variable "mail" {
  description = "Outgoing mail; the password is a secret."
  type = object({
    host   = string
    port   = optional(number, 587)
    user   = string
    sender = string
  })
}

variable "sizes" {
  description = "Processors (1024 is one) and memory in MB of each role."
  type = object({
    web       = optional(object({ cpu = number, memory = number }), { cpu = 1024, memory = 2048 })
    worker    = optional(object({ cpu = number, memory = number }), { cpu = 1024, memory = 2048 })
    scheduler = optional(object({ cpu = number, memory = number }), { cpu = 256, memory = 1024 })
    once      = optional(object({ cpu = number, memory = number }), { cpu = 1024, memory = 2048 })
  })
  default = {}
}

variable "web_count" {
  description = "How many containers of web run: at least and at most."
  type        = object({ min = number, max = number })
  default     = { min = 2, max = 10 }

  validation {
    condition     = var.web_count.min >= 2 && var.web_count.max >= var.web_count.min
    error_message = "At least two, so that one zone may fail, and max not below min."
  }
}

variable "worker_count" {
  description = "How many containers of worker run: at least and at most."
  type        = object({ min = number, max = number })
  default     = { min = 2, max = 10 }

  validation {
    condition     = var.worker_count.min >= 1 && var.worker_count.max >= var.worker_count.min
    error_message = "At least one, and max not below min."
  }
}

variable "requests_per_minute" {
  description = "Requests from one address in five minutes, divided by five, above which it is refused for a while."
  type        = number
  default     = 600

  validation {
    condition     = var.requests_per_minute >= 60
    error_message = "At least 60: a whole office may share one address."
  }
}

variable "sentry_dsn" {
  description = "Where errors are reported; empty for nowhere."
  type        = string
  default     = ""
}

variable "log_retention_days" {
  description = "How long logs are kept."
  type        = number
  default     = 400
}

variable "alarm_topic_arns" {
  description = "Where alarms are sent."
  type        = list(string)
}
