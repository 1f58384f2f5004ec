variable "name" {
  description = "Prefix of every name."
  type        = string
}

variable "kms_key_arn" {
  description = "Key that encrypts files and archives."
  type        = string
}

variable "subnet_ids" {
  description = "Subnets without a way out, where the archives' file system is mounted."
  type        = list(string)
}

variable "security_group_id" {
  description = "Group that admits the application to the archives' file system."
  type        = string
}

variable "copier_security_group_arn" {
  description = "Group of the application, by which the hourly copy reaches the file system."
  type        = string
}

variable "copier_subnet_arn" {
  description = "Subnet from which the hourly copy works."
  type        = string
}

variable "archive_lock_days" {
  description = "For how long nobody, not even an administrator's stolen key, can delete an archive."
  type        = number
  default     = 30

  validation {
    condition     = var.archive_lock_days >= 1 && var.archive_lock_days <= 365
    error_message = "1 to 365 days."
  }
}

variable "archive_keep_days" {
  description = "After how many days an archive is deleted; the law on archives may ask for more than the default."
  type        = number
  default     = 1825

  validation {
    condition     = var.archive_keep_days > 90
    error_message = "More than 90 days: at 90 an archive moves to cold storage, which has a minimal term of its own."
  }
}
