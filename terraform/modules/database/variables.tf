variable "name" {
  description = "Prefix of every name."
  type        = string
}

variable "subnet_ids" {
  description = "Subnets without a way out, in at least two zones."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) >= 2
    error_message = "At least two subnets: the standby stands in another zone."
  }
}

variable "security_group_id" {
  description = "Group that admits the application only."
  type        = string
}

variable "kms_key_arn" {
  description = "Key that encrypts the data, its copies, its logs and the master's password."
  type        = string
}

variable "engine_version" {
  description = "Major version of PostgreSQL; Amazon applies the minor ones in the maintenance window."
  type        = string
  default     = "15"

  validation {
    condition     = contains(["15", "16", "17"], var.engine_version)
    error_message = "PostgreSQL 15, 16 or 17."
  }
}

variable "instance_class" {
  description = "Size of the server. Memory matters most: the catalogues of hundreds of tenants should stay in it."
  type        = string
  default     = "db.r7g.large"

  validation {
    condition     = startswith(var.instance_class, "db.")
    error_message = "An RDS instance class such as db.r7g.large."
  }
}

variable "storage_gb" {
  description = "Storage to begin with."
  type        = number
  default     = 100

  validation {
    condition     = var.storage_gb >= 100
    error_message = "At least 100 GB: an empty tenant weighs about 20 MB, and WAL needs room."
  }
}

variable "storage_limit_gb" {
  description = "How far the storage may grow by itself."
  type        = number
  default     = 1000

  validation {
    condition     = var.storage_limit_gb > var.storage_gb
    error_message = "More than storage_gb, or nothing can grow."
  }
}

variable "backup_days" {
  description = "How far back a moment can be restored."
  type        = number
  default     = 35

  validation {
    condition     = var.backup_days >= 7 && var.backup_days <= 35
    error_message = "7 to 35 days."
  }
}

variable "alarm_topic_arns" {
  description = "Where alarms are sent."
  type        = list(string)
}
