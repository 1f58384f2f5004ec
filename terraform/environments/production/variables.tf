variable "name" {
  description = "Prefix of every name."
  type        = string
  default     = "hromada-production"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,24}$", var.name))
    error_message = "Lower-case letters, digits and hyphens, 3 to 25 characters, beginning with a letter."
  }
}

variable "region" {
  description = "Region of Amazon where everything stands."
  type        = string
  default     = "eu-central-1"

  validation {
    condition     = startswith(var.region, "eu-")
    error_message = "A region in Europe: residents' data may not be kept elsewhere."
  }
}

variable "zones" {
  description = "Availability zones of the region; three survive the loss of one without crowding."
  type        = list(string)
  default     = ["eu-central-1a", "eu-central-1b", "eu-central-1c"]

  validation {
    condition     = alltrue([for zone in var.zones : startswith(zone, var.region)])
    error_message = "Zones of the chosen region."
  }
}

variable "domain" {
  description = "Domain of the platform, without www."
  type        = string
}

variable "image_tag" {
  description = "Tag of the build that runs."
  type        = string
}

variable "tenant_certificate_arns" {
  description = "Certificates of tenants' own domains, at most 25."
  type        = set(string)
  default     = []
}

variable "database_authority_file" {
  description = "File with Amazon's authority for databases of the region, as PEM."
  type        = string
}

variable "database_instance_class" {
  description = "Size of PostgreSQL."
  type        = string
  default     = "db.r7g.large"
}

variable "database_storage_gb" {
  description = "Storage of PostgreSQL to begin with; it grows by itself to ten times as much."
  type        = number
  default     = 100
}

variable "redis_node_type" {
  description = "Size of the queue's and the cache's nodes."
  type        = string
  default     = "cache.t4g.small"
}

variable "web_count" {
  description = "How many containers of web run: at least and at most."
  type        = object({ min = number, max = number })
  default     = { min = 2, max = 10 }
}

variable "worker_count" {
  description = "How many containers of worker run: at least and at most."
  type        = object({ min = number, max = number })
  default     = { min = 2, max = 10 }
}

variable "mail" {
  description = "Outgoing mail; the password is smtp_password."
  type = object({
    host   = string
    port   = optional(number, 587)
    user   = string
    sender = string
  })
}

variable "smtp_password" {
  description = "Password of the outgoing mail server: TF_VAR_smtp_password. Kept only in Secrets Manager."
  type        = string
  sensitive   = true
  ephemeral   = true
}

variable "smtp_password_version" {
  description = "Raise by one to have a new smtp_password written."
  type        = number
  default     = 1
}

variable "passwords_version" {
  description = "Raise by one to give the database's accounts new passwords."
  type        = number
  default     = 1
}

variable "keys_version" {
  description = "Raise only when secret_key is known to strangers: it ends every session and every link."
  type        = number
  default     = 1
}

variable "alarm_email" {
  description = "Who is on duty; confirms the subscription once by a link in a letter."
  type        = string

  validation {
    condition     = can(regex("^[^@\\s]+@[^@\\s]+$", var.alarm_email))
    error_message = "An e-mail address."
  }
}

variable "sentry_dsn" {
  description = "Where errors are reported; empty for nowhere."
  type        = string
  default     = ""
}
