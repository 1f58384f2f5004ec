variable "name" {
  description = "Prefix of every name."
  type        = string
}

variable "database_address" {
  description = "Host name of PostgreSQL."
  type        = string
}

variable "redis_addresses" {
  description = "Host names of the queue and of the cache."
  type = object({
    broker = string
    cache  = string
  })
}

variable "passwords_version" {
  description = "Raise by one to give the database's accounts new passwords; then run the bootstrap task and restart the services."
  type        = number
  default     = 1

  validation {
    condition     = var.passwords_version >= 1 && floor(var.passwords_version) == var.passwords_version
    error_message = "A whole number from 1."
  }
}

variable "keys_version" {
  description = "Raise only when secret_key is known to strangers: every session and every link ends. archive_key stays: it opens old archives."
  type        = number
  default     = 1

  validation {
    condition     = var.keys_version >= 1 && floor(var.keys_version) == var.keys_version
    error_message = "A whole number from 1."
  }
}

variable "smtp_password" {
  description = "Password of the outgoing mail server; given at the apply (TF_VAR_smtp_password) and kept only in Secrets Manager."
  type        = string
  sensitive   = true
  ephemeral   = true
}

variable "smtp_password_version" {
  description = "Raise by one to have a new smtp_password written."
  type        = number
  default     = 1
}
