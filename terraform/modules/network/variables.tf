variable "name" {
  description = "Prefix of every name, for example hromada-production."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,24}$", var.name))
    error_message = "Lower-case letters, digits and hyphens, 3 to 25 characters, beginning with a letter."
  }
}

variable "cidr" {
  description = "Addresses of the network; a /16 leaves room for every subnet."
  type        = string
  default     = "10.20.0.0/16"

  validation {
    condition     = can(cidrhost(var.cidr, 0)) && endswith(var.cidr, "/16")
    error_message = "A CIDR block of size /16, for example 10.20.0.0/16."
  }
}

variable "zones" {
  description = "Availability zones to spread over; at least two, or one failure stops everything."
  type        = list(string)

  validation {
    condition     = length(var.zones) >= 2 && length(var.zones) <= 4
    error_message = "Two to four availability zones."
  }
}

variable "kms_key_arn" {
  description = "Key that encrypts the flow logs."
  type        = string
}

variable "log_retention_days" {
  description = "How long the flow logs are kept."
  type        = number
  default     = 400

  validation {
    condition     = contains([365, 400, 545, 731, 1096, 1827], var.log_retention_days)
    error_message = "At least a year, and one of the periods that CloudWatch knows."
  }
}
